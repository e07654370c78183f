package net.viaduct.controller.tracing;

/** A question about a frame that cannot be asked; the message says why, and what would be right. */
public final class TraceRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A refusal. */
  TraceRefused(String message) {
    super(message);
  }
}
