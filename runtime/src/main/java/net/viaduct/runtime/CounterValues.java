package net.viaduct.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The counters of one object at one moment. Each value is right by itself; the owner may have gone
 * on between two of them.
 *
 * @param kind what is counted for: {@code port}, {@code network}
 * @param label which one
 * @param values the value of each counter by its name, in the order of the layout
 */
public record CounterValues(String kind, String label, Map<String, Long> values) {
  /** Keeps the order of the values. */
  public CounterValues {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }
}
