package net.viaduct.controller.view;

import java.time.Duration;
import java.util.List;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Watch;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which host has how many ports and stations in which network. It is counted once, when somebody
 * asks first, and caught up with the store when somebody asks again; in between it costs nothing.
 * Safe from any thread: one asks at a time.
 */
public final class Topology implements AutoCloseable {
  private static final Duration MOST_WAIT = Duration.ofMillis(20);
  private static final int PAGE = 1_000;
  private static final int MOST_ATTEMPTS = 5;
  private static final List<String> PREFIXES =
      List.of(
          Kind.NETWORK.prefix(),
          Kind.HOST.prefix(),
          Tally.HOST_STATE_PREFIX,
          Kind.PORT.prefix(),
          Kind.STATION.prefix());

  private final Store store;
  private @Nullable Watch watch;
  private Tally tally = new Tally();
  private @Nullable Places places;
  private long placesRevision;

  /** That of a store; nothing is read yet. */
  public Topology(Store store) {
    this.store = store;
  }

  /**
   * All of it as a document, or what concerns one network, one host.
   *
   * @param network only this one's members; empty for all
   * @param host only this one's networks; empty for all
   */
  public synchronized ObjectNode json(String network, String host) {
    long revision = catchUp();
    return new TopologyJson(tally, network, host).write(revision);
  }

  /** Which network a VNI is, and which host a VTEP is. */
  public synchronized Places places() {
    long revision = catchUp();
    Places known = places;
    if (known == null || revision != placesRevision) {
      known = new Places(tally.networks(), tally.hosts());
      places = known;
      placesRevision = revision;
    }
    return known;
  }

  private long catchUp() {
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      try {
        Watch open = watch == null ? countAnew() : watch;
        watch = open;
        CatchUp.until(store.revision(), open, MOST_WAIT, this::count);
        return open.revision();
      } catch (HistoryGone _) {
        close(); // nobody asked for so long that the store forgot what came since: count again
      }
    }
    throw new StoreFailure("the store changes faster than it can be counted; try again");
  }

  private Watch countAnew() {
    long revision = store.revision();
    Tally fresh = new Tally();
    if (revision > 0) {
      PREFIXES.forEach(prefix -> count(prefix, revision, fresh));
    }
    tally = fresh;
    return store.watch("", revision);
  }

  private void count(String prefix, long revision, Tally fresh) {
    Range range = new Range(prefix, "", PAGE, revision);
    while (true) {
      Page page = store.range(range);
      for (Entry entry : page.entries()) {
        fresh.change(entry.key(), null, entry.value());
      }
      if (!page.hasMore()) {
        return;
      }
      range = range.after(page);
    }
  }

  private void count(Change change) {
    tally.change(change.key(), change.before(), change.after());
  }

  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }
}
