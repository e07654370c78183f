package net.viaduct.controller.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where a list goes on: as of which revision, and after which key. Immutable; nothing is held for
 * it.
 *
 * @param revision as of when
 * @param after the last key of the page before
 */
public record Cursor(long revision, String after) {
  private static final int MOST_CHARACTERS = 1_024;

  /** For whoever asks again. */
  public String text() {
    byte[] bytes = (revision + " " + after).getBytes(StandardCharsets.US_ASCII);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Cursor parse(String text) {
    try {
      if (text.length() <= MOST_CHARACTERS) {
        String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.US_ASCII);
        int space = plain.indexOf(' ');
        if (space > 0) {
          return new Cursor(Long.parseLong(plain.substring(0, space)), plain.substring(space + 1));
        }
      }
    } catch (IllegalArgumentException _) {
      // told below
    }
    throw new IllegalArgumentException("it is not a cursor that a page ended with");
  }
}
