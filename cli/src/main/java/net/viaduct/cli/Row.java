package net.viaduct.cli;

import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * An object of JSON that becomes a row of a table.
 *
 * @param values by name
 */
public record Row(Map<?, ?> values) {
  /** The value at a path: {@code traffic.drops}; empty if there is none. */
  public String text(String path) {
    return Objects.toString(find(path), "");
  }

  /** A number; 0 if there is none. */
  public long number(String path) {
    return find(path) instanceof Number number ? number.longValue() : 0;
  }

  private @Nullable Object find(String path) {
    if (path.indexOf('.') < 0) {
      return values.get(path);
    }
    Object at = values;
    for (String name : path.split("\\.", -1)) {
      at = at instanceof Map<?, ?> map ? map.get(name) : null;
    }
    return at;
  }

  /** The values of a list, as one text. */
  public String list(String path) {
    StringJoiner joiner = new StringJoiner(" ");
    if (find(path) instanceof Iterable<?> list) {
      list.forEach(item -> joiner.add(String.valueOf(item)));
    }
    return joiner.toString();
  }
}
