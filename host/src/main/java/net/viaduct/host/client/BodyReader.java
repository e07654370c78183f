package net.viaduct.host.client;

import java.io.IOException;
import java.io.InputStream;

/** Takes an answer while it comes. */
@FunctionalInterface
public interface BodyReader {
  /** Reads it to its end. */
  void read(InputStream body) throws IOException;
}
