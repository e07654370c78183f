package net.viaduct.queueing.tree;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.runtime.Counters;

/**
 * The counters of a tree's queues by their names; a queue that a new configuration has too goes on
 * counting. May be used by any thread.
 */
final class TreeCounters {
  private final Counters counters;
  private final String prefix;
  private final Map<String, QueueCounters> byName = new LinkedHashMap<>();

  TreeCounters(Counters counters, String prefix) {
    this.counters = counters;
    this.prefix = prefix;
  }

  /** The counters of a queue, which are made if there are none. */
  synchronized QueueCounters of(String name) {
    return byName.computeIfAbsent(
        name, n -> new QueueCounters(counters.allocate(QueueCounters.LAYOUT, prefix + n)));
  }

  /** Gives back the counters of all other queues. */
  synchronized void keep(Set<String> names) {
    byName
        .entrySet()
        .removeIf(entry -> {
          boolean gone = !names.contains(entry.getKey());
          if (gone) {
            counters.release(entry.getValue().block());
          }
          return gone;
        });
  }

  synchronized Map<String, QueueCounters> all() {
    return new LinkedHashMap<>(byName);
  }
}
