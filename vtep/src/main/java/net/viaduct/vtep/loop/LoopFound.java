package net.viaduct.vtep.loop;

import java.io.Serial;

/** A loop that was found, for the log of distinct errors. Immutable. */
final class LoopFound extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  LoopFound(String message) {
    super(message, null, false, false);
  }
}
