package net.viaduct.controller.subscription;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the store for a desk, and goes on trying whatever fails: hosts that are connected to a
 * desk that hears nothing any more would not notice. Owned by its thread {@code store-reader},
 * apart from opening and closing.
 */
final class StoreFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreFollower.class);

  private static final int PAGE = 1_000;
  private static final Duration WATCH_WAIT = Duration.ofMillis(500);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  private final Store store;
  private final Taker taker;
  private final Duration pause;
  private final Thread reader;
  private volatile boolean running = true;

  private long revision;
  private boolean failing;

  /**
   * What a store has at a revision.
   *
   * @param index what hosts are to be told; nobody else's until it is taken
   * @param memberships of the hosts, by name
   * @param revision as of when
   */
  record Known(FactIndex index, Map<String, String> memberships, long revision) {}

  /** Who is told. Each call comes back when all is taken; called by the thread that follows. */
  interface Taker {
    /** All anew. */
    void begin(Known known);

    /**
     * What changed.
     *
     * @param upTo the revision up to which that is all
     */
    void take(List<Change> changes, long upTo);
  }

  /**
   * Follows from a revision on, when it is started.
   *
   * @param pause after a failure, before the next try
   */
  StoreFollower(Store store, Taker taker, long revision, Duration pause) {
    this.store = store;
    this.taker = taker;
    this.revision = revision;
    this.pause = pause;
    this.reader = Thread.ofPlatform().name("store-reader").unstarted(this::run);
  }

  void start() {
    reader.start();
  }

  /**
   * Reads the whole store.
   *
   * @throws StoreFailure if that is not possible
   * @throws HistoryGone if it is changed so fast that a revision is forgotten meanwhile
   */
  static Known load(Store store) {
    FactIndex index = new FactIndex();
    Map<String, String> memberships = new HashMap<>();
    Page page = store.range(Range.first("", PAGE));
    while (true) {
      for (Entry entry : page.entries()) {
        understood(index, new Change(entry.modified(), entry.key(), null, entry.value()));
        if (entry.key().startsWith(Members.PREFIX)) {
          memberships.put(
              entry.key().substring(Members.PREFIX.length()), Members.membership(entry.value()));
        }
      }
      if (!page.hasMore()) {
        return new Known(index, memberships, page.revision());
      }
      page = store.range(Range.first("", PAGE).after(page));
    }
  }

  /** Takes a change in; one that cannot be understood keeps nothing else from being told. */
  static List<Delta> understood(FactIndex index, Change change) {
    try {
      return index.apply(change);
    } catch (RuntimeException e) {
      LOG.error("{} in the store is not understood; hosts are not told of it", change.key(), e);
      return List.of();
    }
  }

  private void run() {
    boolean lost = false;
    while (running) {
      try {
        if (lost) {
          Known known = load(store);
          taker.begin(known);
          revision = known.revision();
          lost = false;
        }
        follow();
      } catch (HistoryGone e) {
        if (lost) {
          failed(e);
        } else {
          LOG.warn("the store has forgotten what came since: {}; all is read anew", e.getMessage());
        }
        lost = true;
      } catch (StoreFailure e) {
        failed(e);
      } catch (InterruptedException | RejectedExecutionException _) {
        return;
      } catch (RuntimeException e) {
        failed(e);
        lost = true; // who knows what of it was taken
      }
    }
  }

  private void follow() throws InterruptedException {
    try (Watch watch = store.watch("", revision)) {
      while (running) {
        List<Change> changes = watch.next(WATCH_WAIT);
        if (!changes.isEmpty()) {
          long upTo = watch.revision();
          taker.take(changes, upTo);
          revision = upTo;
        }
        if (failing) {
          LOG.info("the store is followed again");
          failing = false;
        }
      }
    }
  }

  /** Tells it once, until it works again. */
  private void failed(RuntimeException e) {
    if (!running) {
      return;
    }
    if (!failing) {
      LOG.error("the store cannot be followed, hosts are told nothing new; it is tried again", e);
      failing = true;
    }
    LockSupport.parkNanos(pause.toNanos());
  }

  /** Whether it has ended in time. */
  boolean end() throws InterruptedException {
    return reader.join(END_TIMEOUT);
  }

  /** Has it end. */
  @Override
  public void close() {
    running = false;
    reader.interrupt();
  }
}
