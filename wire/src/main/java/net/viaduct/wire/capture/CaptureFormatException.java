package net.viaduct.wire.capture;

import java.io.IOException;

/** A file is no capture, or a damaged one; the message says what is wrong and where. */
public final class CaptureFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  CaptureFormatException(String message) {
    super(message);
  }
}
