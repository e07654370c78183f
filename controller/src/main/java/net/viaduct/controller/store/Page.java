package net.viaduct.controller.store;

import java.util.List;

/**
 * Some values, in the order of their keys. Immutable.
 *
 * @param revision as of when they are
 * @param entries them
 * @param hasMore whether more follow after the last one
 */
public record Page(long revision, List<Entry> entries, boolean hasMore) {
  /** Copies the entries. */
  public Page {
    entries = List.copyOf(entries);
    if (hasMore && entries.isEmpty()) {
      throw new IllegalArgumentException("a page that others follow has entries");
    }
  }
}
