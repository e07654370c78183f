package net.viaduct.controller.store;

/** The store does not work at the moment; the message says why. */
public final class StoreFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure without another one behind it. */
  public StoreFailure(String message) {
    super(message);
  }

  /** A failure. */
  public StoreFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
