package net.viaduct.vtep;

/**
 * A command that was not carried out, and changed nothing; the message says what would be right.
 */
public final class CommandRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal. */
  public CommandRefused(String message) {
    super(message);
  }

  /** A refusal because of something that went wrong below. */
  public CommandRefused(String message, Throwable cause) {
    super(message, cause);
  }
}
