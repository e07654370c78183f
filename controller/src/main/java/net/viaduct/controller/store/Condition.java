package net.viaduct.controller.store;

/** What must be true for a transaction to take place. Immutable. */
public sealed interface Condition {
  /**
   * A key still has the value that it got in a revision.
   *
   * @param key which
   * @param modified the revision; 0: it has no value
   */
  record Unchanged(String key, long modified) implements Condition {}

  /**
   * A key has a value.
   *
   * @param key which
   */
  record Exists(String key) implements Condition {}

  /**
   * No key below a prefix has a value.
   *
   * @param prefix which
   */
  record NoneBelow(String prefix) implements Condition {}

  /** A key has no value. */
  static Condition absent(String key) {
    return new Unchanged(key, 0);
  }
}
