package net.viaduct.runtime;

import java.io.IOException;

/** What was read is not a counters file that this program understands; the message tells why. */
public final class CountersFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * A file that cannot be read.
   *
   * @param source the file
   * @param reason what is wrong with it
   */
  public CountersFormatException(String source, String reason) {
    super(source + ": " + reason);
  }
}
