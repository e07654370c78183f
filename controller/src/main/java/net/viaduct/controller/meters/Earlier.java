package net.viaduct.controller.meters;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds in what was told the time before what is about the same thing as something that is told
 * now; nearly always it stands at the same place. Used by one thread.
 */
final class Earlier<T> {
  private final List<T> before;
  private final Function<T, Object> key;
  private @Nullable Map<Object, T> byKey;

  Earlier(List<T> before, Function<T, Object> key) {
    this.before = before;
    this.key = key;
  }

  /** The same thing the time before; null if it was not told then. */
  @Nullable T of(T now, int place) {
    Object wanted = key.apply(now);
    if (place < before.size() && key.apply(before.get(place)).equals(wanted)) {
      return before.get(place);
    }
    if (byKey == null) {
      Map<Object, T> all = new HashMap<>();
      before.forEach(it -> all.put(key.apply(it), it));
      byKey = all;
    }
    return byKey.get(wanted);
  }
}
