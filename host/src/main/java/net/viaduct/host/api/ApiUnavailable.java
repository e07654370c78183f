package net.viaduct.host.api;

import java.nio.file.AccessDeniedException;

/** The local API cannot be offered; the message says why, and what would be right. */
public final class ApiUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ApiUnavailable(String message) {
    super(message);
  }

  /** With what went wrong below. */
  public ApiUnavailable(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether it is because this user may not. */
  public boolean isNotPermitted() {
    return getCause() instanceof AccessDeniedException;
  }
}
