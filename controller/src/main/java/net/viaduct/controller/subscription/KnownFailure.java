package net.viaduct.controller.subscription;

/**
 * Why something fails that is tried again and again, so that it is told once, and not each time.
 * Owned by whoever tries.
 */
final class KnownFailure {
  private String why = "";

  /** It fails like this; true if it is another failure than the last one, or the first. */
  boolean isNews(Exception failure) {
    String now = String.valueOf(failure.getMessage());
    boolean isOther = !now.equals(why);
    why = now;
    return isOther;
  }

  /** It works; true if it did not before. */
  boolean isOver() {
    boolean failed = !why.isEmpty();
    why = "";
    return failed;
  }
}
