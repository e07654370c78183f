package net.viaduct.controller.subscription;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import net.viaduct.controller.moving.MoveWatch;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.transition.WireWatch;
import net.viaduct.controller.watching.Sight;
import net.viaduct.protocol.Report;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what is observed of hosts written down, by its thread {@code observer}, which may wait for
 * the store. Of each host it keeps the newest alone that is not written yet: whoever tells much, or
 * a store that is slow, makes it hold no more. Safe from any thread.
 */
final class HostObserver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostObserver.class);

  private final HostLife life;
  private final MoveWatch moves;
  private final WireWatch wires;
  private final ExecutorService observer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("observer").factory());
  private final Map<String, Observed> waiting = new ConcurrentHashMap<>();
  private final AtomicBoolean looks = new AtomicBoolean();

  /** Why something could not be stored since the last look that was whole; the observer's. */
  private final KnownFailure failure = new KnownFailure();

  /** The newest of a host. */
  private sealed interface Observed {
    /** It is here, and told this. */
    record Here(Report report, Instant at) implements Observed {}

    /** It is not here any more. */
    record Gone() implements Observed {}
  }

  HostObserver(HostLife life, MoveWatch moves, WireWatch wires) {
    this.life = life;
    this.moves = moves;
    this.wires = wires;
  }

  /** Whoever was there when the last controller ended has the usual time to come here. */
  void begin(Set<String> seen) {
    execute(() -> life.begin(seen));
  }

  /**
   * A host is here.
   *
   * @param at when it told that
   */
  void here(String host, Report report, Instant at) {
    offer(host, new Observed.Here(report, at));
  }

  /** A host is not here any more. */
  void gone(String host) {
    offer(host, new Observed.Gone());
  }

  /** Hosts whose connection has just ended, and of which the next look is to tell. */
  Set<String> asked() {
    return life.asked();
  }

  private void offer(String host, Observed observed) {
    if (waiting.put(host, observed) == null) {
      execute(() -> write(host));
    }
  }

  private void write(String host) {
    switch (waiting.remove(host)) {
      case Observed.Here(Report report, Instant at) -> {
        life.alive(host, report);
        moves.seen(host, report, at);
        wires.seen(host, report, at);
      }
      case Observed.Gone() -> life.away(host);
      case null -> {}
    }
  }

  /**
   * Has a look at those who are away, and at moves.
   *
   * @param hasMoves whether there are any
   * @param sights what hosts say of others, also of those that are {@link #asked} about
   * @param isAnybodyThere whether any host has a controller
   */
  void look(boolean hasMoves, Map<String, Sight> sights, boolean isAnybodyThere) {
    if (looks.compareAndSet(false, true)) {
      execute(() -> {
        looks.set(false);
        life.look(sights, isAnybodyThere);
        if (hasMoves) {
          moves.look();
        }
        var _ = failure.isOver();
      });
    }
  }

  private void execute(Runnable action) {
    try {
      observer.execute(() -> guarded(action));
    } catch (RejectedExecutionException _) {
      // it has ended; whoever is the next to care for these hosts finds out by itself
    }
  }

  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (StoreFailure e) {
      if (failure.isNews(e)) {
        LOG.warn(
            "what is observed of hosts cannot be stored, it is tried again: {}", e.getMessage());
      }
    } catch (RuntimeException e) {
      LOG.error("what is observed of hosts cannot be written down", e);
    }
  }

  /** Whether it has ended in time. */
  boolean end(long timeoutMs) throws InterruptedException {
    return observer.awaitTermination(timeoutMs, TimeUnit.MILLISECONDS);
  }

  /** Writes what there is, and ends. */
  @Override
  public void close() {
    execute(life::end);
    observer.shutdown();
  }
}
