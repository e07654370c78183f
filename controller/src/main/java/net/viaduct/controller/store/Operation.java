package net.viaduct.controller.store;

/** A change of one key. Immutable. */
public sealed interface Operation {
  /** Which key. */
  String key();

  /**
   * Gives a key a value.
   *
   * @param key which
   * @param value what
   */
  record Put(String key, String value) implements Operation {
    /** Checks the sizes. */
    public Put {
      Keys.require(key);
      if (value.length() > Store.MOST_VALUE_CHARACTERS) {
        throw new IllegalArgumentException(
            "the value of "
                + key
                + " has more than "
                + Store.MOST_VALUE_CHARACTERS
                + " characters");
      }
    }
  }

  /**
   * Takes its value from a key; nothing if it has none.
   *
   * @param key which
   */
  record Delete(String key) implements Operation {}
}
