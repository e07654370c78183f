package net.viaduct.controller.model;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The MAC address of one station. Immutable.
 *
 * @param text six bytes in lower case with colons between
 */
public record Mac(String text) {
  private static final Pattern RIGHT = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");

  /** Checks that it is one that a station can have, and writes it as it should be. */
  public Mac {
    String lower = text.toLowerCase(Locale.ROOT);
    if (!RIGHT.matcher(lower).matches()) {
      throw new IllegalArgumentException(
          "'"
              + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
              + "' is not a MAC address; one is 02:00:00:00:00:01");
    }
    if ((Integer.parseInt(lower.substring(0, 2), 16) & 1) != 0) {
      throw new IllegalArgumentException(lower + " is a group's MAC address, not a station's");
    }
    if (lower.equals("00:00:00:00:00:00")) {
      throw new IllegalArgumentException(lower + " is no station's MAC address");
    }
    text = lower;
  }

  @Override
  public String toString() {
    return text;
  }
}
