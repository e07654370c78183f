package net.viaduct.vtep.source;

import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.UnderlayLane;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.PortSource;

/**
 * What one thread receives from: its part of the underlay, and its ports. One that fails is
 * recorded and not waited for any more, so that it cannot burn a core: the underlay is tried again
 * here after a while, a port by housekeeping. Owned by that thread.
 */
public final class Sources {
  private static final long RETRY_NS = 1_000_000_000L;

  private final UnderlayLane underlay;
  private final Readiness readiness;
  private final CycleClock clock;
  private final DistinctErrors errors;
  private boolean suspended;
  private long suspendedNs;

  /**
   * Waits for the underlay from now on.
   *
   * @param readiness by which the thread waits
   * @param clock of its cycles
   */
  public Sources(
      UnderlayLane underlay, Readiness readiness, CycleClock clock, DistinctErrors errors) {
    this.underlay = underlay;
    this.readiness = readiness;
    this.clock = clock;
    this.errors = errors;
    readiness.add(underlay, Topology.UNDERLAY_TOKEN);
  }

  /** Waits for the underlay again, if it failed and that is a while ago; once in a cycle. */
  public void retry() {
    if (suspended && clock.nowNs() - suspendedNs >= RETRY_NS) {
      readiness.add(underlay, Topology.UNDERLAY_TOKEN);
      suspended = false;
    }
  }

  /** Receives from the underlay; returns how many messages. */
  public int receive(ReceiveBatch batch) {
    try {
      return underlay.receive(batch);
    } catch (RuntimeException e) {
      errors.record(e);
      forget(underlay);
      suspended = true;
      suspendedNs = clock.nowNs();
      return 0;
    }
  }

  /** Receives from a queue of a port; returns how many frames. */
  public int receive(PortSource source, ReceiveBatch batch) {
    try {
      return source.queue().receive(batch);
    } catch (RuntimeException e) {
      source.forget(e, errors);
      return 0;
    }
  }

  private void forget(Pollable source) {
    try {
      readiness.remove(source);
    } catch (RuntimeException e) {
      errors.record(e);
    }
  }
}
