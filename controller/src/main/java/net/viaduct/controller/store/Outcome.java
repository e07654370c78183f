package net.viaduct.controller.store;

/** What became of a transaction. Immutable. */
public sealed interface Outcome {
  /**
   * It is on disk.
   *
   * @param revision that it made
   */
  record Committed(long revision) implements Outcome {}

  /**
   * A condition was not true; nothing was changed.
   *
   * @param condition the first one that was not
   */
  record Refused(Condition condition) implements Outcome {}
}
