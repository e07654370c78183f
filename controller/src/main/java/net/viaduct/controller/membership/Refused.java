package net.viaduct.controller.membership;

/** Somebody may not do what he asks for; the message is a sentence that he may read. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Refused(String message) {
    super(message);
  }
}
