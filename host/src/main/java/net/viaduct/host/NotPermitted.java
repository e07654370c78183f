package net.viaduct.host;

/** The kernel does not let this process do what it has to; the message says what is missing. */
public final class NotPermitted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is not permitted, and what would help. */
  public NotPermitted(String message) {
    super(message);
  }
}
