package net.viaduct.controller.json;

/**
 * One thing that is wrong in a JSON document. Immutable.
 *
 * @param pointer to it, RFC 6901
 * @param detail what is wrong, and what would be right
 */
public record Mistake(String pointer, String detail) {
  @Override
  public String toString() {
    return pointer.isEmpty() ? detail : pointer + ": " + detail;
  }
}
