package net.viaduct.runtime;

import java.util.List;

/**
 * The names of the counters in one kind of block, in the order of their indices. Immutable.
 *
 * @param kind what a block of this layout counts for: {@code port}, {@code network}, {@code remote}
 * @param names one name for each counter, in the words of {@code viaduct show counters}
 */
public record CounterLayout(String kind, List<String> names) {
  /** Checks that there is a counter and that no name comes twice. */
  public CounterLayout {
    names = List.copyOf(names);
    if (names.isEmpty() || names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException("counters of '" + kind + "' need distinct names");
    }
  }
}
