package net.viaduct.cli.capture;

import java.io.IOException;
import net.viaduct.wire.capture.CapturedPacket;

/** Where captured frames go. Owned by the command's thread. */
interface FrameSink extends AutoCloseable {
  /**
   * A frame.
   *
   * @param packet with the port's name, empty for the underlay
   * @param inbound whether it came from there
   * @param comment what became of it
   */
  void frame(CapturedPacket packet, boolean inbound, String comment) throws IOException;

  /** Hands on what was held back; whether anybody still takes it. */
  boolean flush() throws IOException;

  /** Tells how complete the capture is. */
  void end(long captured, long lost) throws IOException;

  @Override
  void close() throws IOException;
}
