package net.viaduct.vtep.control;

import java.util.List;
import java.util.function.IntPredicate;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Tables;
import org.jspecify.annotations.Nullable;

/**
 * What has to be looked at now and then: stations that are too old, losses in the kernel, MTUs,
 * remotes without a use. A little in each duty cycle. Owned by the data-path thread.
 */
public final class Housekeeping {
  private static final long CHORES_NS = 100_000_000L;
  private static final long ROUND_NS = 1_000_000_000L;
  private static final long SWEEP_NS = 10_000_000_000L;
  private static final int SLOTS_PER_CYCLE = 4096;
  private static final int OBJECTS_PER_CYCLE = 16;

  private final Tables tables;
  private final Remotes remotes;
  private final Underlay underlay;
  private final CycleClock clock;
  private final Tally tally;
  private final DistinctErrors errors;
  private final IntPredicate portIsDeserted;
  private final IntPredicate remoteIsDeserted;
  private final IntPredicate networkIsDeserted;
  private long underlayLostSeen;
  private long sweptNs;
  private long roundNs;
  private long choresNs;
  private Chore[] chores = {};
  private @Nullable Originator originator;
  private int nextPort = Integer.MAX_VALUE;
  private int nextRemote = Integer.MAX_VALUE;

  /** Housekeeping of these tables. */
  public Housekeeping(
      Tables tables, Remotes remotes, VtepParts parts, CycleClock clock, Tally tally) {
    this.tables = tables;
    this.remotes = remotes;
    this.underlay = parts.underlay();
    this.errors = parts.errors();
    this.clock = clock;
    this.tally = tally;
    this.portIsDeserted = tables.fdb()::portIsDeserted;
    this.remoteIsDeserted = tables.fdb()::remoteIsDeserted;
    this.networkIsDeserted = tables.fdb()::networkIsDeserted;
    this.underlayLostSeen = underlay.lostInKernel();
  }

  /** Sets what else is to be done now and then; once, before the first duty cycle. */
  public void chores(List<Chore> all, Originator flushedAfterwards) {
    chores = all.toArray(Chore[]::new);
    originator = flushedAfterwards;
  }

  /** Whether the next cycle's part changes what workers read. */
  public boolean isDue() {
    return clock.nowNs() - choresNs >= CHORES_NS
        || clock.nowNs() - roundNs >= ROUND_NS
        || nextPort < tables.ports().end()
        || nextRemote < tables.remotes().end();
  }

  /** One cycle's part of it. */
  public void doWork() {
    sweep();
    if (clock.nowNs() - choresNs >= CHORES_NS) {
      choresNs = clock.nowNs();
      doChores();
    }
    if (clock.nowNs() - roundNs >= ROUND_NS) {
      roundNs = clock.nowNs();
      nextPort = 0;
      nextRemote = 0;
      lookAtUnderlay();
    }
    for (int i = 0; i < OBJECTS_PER_CYCLE && nextPort < tables.ports().end(); i++) {
      lookAtPort(nextPort++);
    }
    for (int i = 0; i < OBJECTS_PER_CYCLE && nextRemote < tables.remotes().end(); i++) {
      remotes.tidy(nextRemote++);
    }
  }

  private void doChores() {
    for (Chore chore : chores) {
      try {
        chore.doWork(clock.nowNs());
      } catch (RuntimeException e) {
        errors.record(e);
      }
    }
    if (originator != null) {
      originator.flush(Direction.EGRESS);
    }
  }

  /** So many slots that the whole table is seen every ten seconds, but never many at once. */
  private void sweep() {
    Fdb fdb = tables.fdb();
    long sinceNs = clock.nowNs() - sweptNs;
    long slots = Math.min(SLOTS_PER_CYCLE, fdb.capacity() * Math.min(sinceNs, SWEEP_NS) / SWEEP_NS);
    if (fdb.hasRetiredStations()) {
      slots = SLOTS_PER_CYCLE;
    }
    if (slots > 0) {
      sweptNs = clock.nowNs();
      fdb.sweep((int) slots, clock.seconds());
    }
    tables.ports().reclaim(portIsDeserted);
    tables.remotes().reclaim(remoteIsDeserted);
    tables.networks().reclaim(networkIsDeserted);
  }

  private void lookAtUnderlay() {
    long lost = underlay.lostInKernel();
    if (lost > underlayLostSeen) {
      tally.lostBefore(
          DropReason.LOST_BEFORE_UNDERLAY_RECEIVE, lost - underlayLostSeen, null, null);
    }
    underlayLostSeen = lost;
  }

  private void lookAtDevice(LocalPort lead) {
    PortDevice device = lead.device();
    long lost = device.lostSinceLastLook();
    if (lost > 0) {
      CounterBlock network = device.only() == null ? null : lead.network().counters();
      tally.lostBefore(DropReason.LOST_BEFORE_PORT_RECEIVE, lost, network, lead.counters());
    }
    for (int i = 0; i < device.sourceCount() && !device.isHeld(); i++) {
      if (device.source(i).isSuspended()) {
        device.source(i).listen(device);
      }
    }
  }

  private void lookAtPort(int index) {
    LocalPort port = tables.ports().get(index);
    if (port == null) {
      return;
    }
    try {
      if (port.refreshMtu()) {
        port.network().findSmallestMtu();
      }
      if (port.device().lead() == port) {
        lookAtDevice(port);
      }
    } catch (RuntimeException e) {
      errors.record(e);
    }
  }
}
