package net.viaduct.controller.store;

/**
 * Which values somebody asks for. Immutable.
 *
 * @param prefix of their keys; empty for all
 * @param after the last key that the caller has; empty to begin
 * @param limit how many at most
 * @param revision as of when; {@link #NEWEST} for now
 */
public record Range(String prefix, String after, int limit, long revision) {
  /** As of now. */
  public static final long NEWEST = 0;

  /** Checks the numbers. */
  public Range {
    if (limit < 1 || revision < 0) {
      throw new IllegalArgumentException("a range has a limit from 1 and a revision from 0");
    }
  }

  /** The first values below a prefix, as of now. */
  public static Range first(String prefix, int limit) {
    return new Range(prefix, "", limit, NEWEST);
  }

  /** What follows after a page that was not the last, at the page's revision. */
  public Range after(Page page) {
    return new Range(prefix, page.entries().getLast().key(), limit, page.revision());
  }
}
