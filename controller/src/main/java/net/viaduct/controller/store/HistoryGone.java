package net.viaduct.controller.store;

/** Somebody asked for a revision that the store has forgotten, or that never was. */
public final class HistoryGone extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal.
   *
   * @param revision that was asked for
   * @param oldest that is known
   * @param newest that is known
   */
  public HistoryGone(long revision, long oldest, long newest) {
    super(
        "revision "
            + revision
            + " is not known; the store has "
            + oldest
            + " to "
            + newest
            + ": begin anew without a revision");
  }
}
