package net.viaduct.host.api;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;

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

  /** Why something with a file failed, in words. */
  public static String reason(Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    return cause instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : String.valueOf(cause.getMessage());
  }
}
