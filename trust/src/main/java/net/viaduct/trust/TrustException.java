package net.viaduct.trust;

/** Something that is to prove who somebody is does not; the message is a sentence for a person. */
public final class TrustException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what is wrong, and what would be right. */
  public TrustException(String message) {
    super(message);
  }

  /** With what is wrong, and why. */
  public TrustException(String message, Throwable cause) {
    super(message, cause);
  }
}
