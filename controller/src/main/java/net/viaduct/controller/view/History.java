package net.viaduct.controller.view;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Watch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What became of an object, as far back as the store knows, and who did it. Immutable: safe from
 * any thread.
 */
public final class History {
  private static final Duration MOST_WAIT = Duration.ofSeconds(2);

  /** For what may have no change at all, which a store that is elsewhere does not say. */
  private static final Duration MOST_WAIT_FOR_NOTHING = Duration.ofMillis(300);

  private final Store store;

  /**
   * One version of an object.
   *
   * @param revision in which it came
   * @param object what it was from then on; null: it was deleted
   * @param audit who did that and when; empty if it was not written down
   */
  public record Version(long revision, @Nullable ObjectNode object, Optional<ObjectNode> audit) {}

  /** In a store. */
  public History(Store store) {
    this.store = store;
  }

  /**
   * The newest versions of the object with a key, the newest first.
   *
   * @throws net.viaduct.controller.store.HistoryGone if the store forgets faster than this reads
   */
  public List<Version> of(String key, int limit) {
    Deque<Change> newest = new ArrayDeque<>();
    Optional<Entry> now = store.get(key);
    try (Watch watch = store.watch(key, store.oldestRevision())) {
      CatchUp.until(
          now.map(Entry::modified).orElseGet(store::revision),
          watch,
          now.isPresent() ? MOST_WAIT : MOST_WAIT_FOR_NOTHING,
          change -> {
            if (change.key().equals(key)) { // others begin with the same
              newest.addFirst(change);
            }
            if (newest.size() > limit) {
              newest.removeLast();
            }
          });
    }
    List<Version> versions = new ArrayList<>();
    for (Change change : newest) {
      String after = change.after();
      ObjectNode object = after == null ? null : Documents.parseObject(after);
      versions.add(new Version(change.revision(), object, audit(change.revision())));
    }
    return versions;
  }

  /** The entry that was written by the same transaction. */
  private Optional<ObjectNode> audit(long revision) {
    List<ObjectNode> found = new ArrayList<>();
    try (Watch watch = store.watch(Audit.PREFIX, revision - 1)) {
      CatchUp.until(
          revision,
          watch,
          MOST_WAIT_FOR_NOTHING,
          change -> {
            String entry = change.after();
            if (change.revision() == revision && entry != null) {
              found.add(Documents.parseObject(entry));
            }
          });
    }
    return found.stream().findFirst();
  }
}
