package net.viaduct.controller.store;

/** What a key looks like. Stateless. */
public final class Keys {
  private static final char FIRST = '!';
  private static final char LAST = '~';

  private Keys() {}

  /**
   * The key, if it is one.
   *
   * @throws IllegalArgumentException if not
   */
  public static String require(String key) {
    boolean right = !key.isEmpty() && key.length() <= Store.MOST_KEY_CHARACTERS;
    for (int i = 0; right && i < key.length(); i++) {
      right = key.charAt(i) >= FIRST && key.charAt(i) <= LAST;
    }
    if (!right) {
      throw new IllegalArgumentException(
          "'"
              + key
              + "' is not a key; a key is 1 to "
              + Store.MOST_KEY_CHARACTERS
              + " printable ASCII characters without space");
    }
    return key;
  }

  /** What is greater than a key, and not greater than any that follows it. */
  public static String firstAfter(String key) {
    return key + (char) (FIRST - 1);
  }

  /** What is greater than each key with a prefix, and than nothing else that has not. */
  public static String endOf(String prefix) {
    return prefix + (char) (LAST + 1);
  }
}
