package net.viaduct.vtep.worker;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.io.Frame;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.UnderlayLane;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.egress.Egress;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.idle.Waiter;
import net.viaduct.vtep.ingress.DatagramCheck;
import net.viaduct.vtep.ingress.Ingress;
import net.viaduct.vtep.ingress.SourceCheck;
import net.viaduct.vtep.path.SentRecord;
import net.viaduct.vtep.source.Sources;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortSource;
import net.viaduct.vtep.tables.PortToken;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Trail;

/**
 * One more thread that forwards: what comes to its lane of the underlay and from its ports, as far
 * as it is known ({@link KnownFrames}), by the steps of the data path; all else it hands over to
 * the data-path thread, which owns all tables. Owned by its own thread, but for what says so.
 */
final class Worker implements Agent {
  /** Fewer than there are parcels, so that each source finds one. */
  private static final int MOST_READY = 16;

  /**
   * How long it leaves frames in the kernel at a time, until the data-path thread has caught up.
   */
  private static final long CATCH_UP_NS = 20_000;

  private final int number;
  private final Gate gate;
  private final Tables tables;
  private final Readiness readiness;
  private final Waiter waiter;
  private final Sources sources;
  private final CycleClock clock;
  private final Arena arena = Arena.ofShared();
  private final ReceiveBatch batch;
  private final Handover handover;
  private final KnownFrames known;
  private final Forwarding forwarding;
  private final Egress egress;
  private final Ingress ingress;
  private final int[] ready = new int[MOST_READY];

  /** How many sources were told as ready, and of how many of them was received since. */
  private int told;

  private int received;
  private final long idleWaitNs;
  private volatile boolean ended;

  /**
   * A worker that has no ports yet.
   *
   * @param number from 1 on; 0 is the data-path thread
   */
  Worker(WorkerParts shared, int number, Gate gate) {
    this.number = number;
    this.gate = gate;
    tables = shared.tables();
    UnderlayLane underlay = shared.parts().underlay().lanes().get(number - 1);
    readiness = shared.parts().workers().get(number - 1);
    waiter = new Waiter(readiness, shared.parts().clock());
    DistinctErrors errors = shared.parts().errors();
    clock = shared.clock().another();
    idleWaitNs = shared.config().idleWait().toNanos();
    try {
      MemorySegment memory = arena.allocate((long) Vtep.BATCH_FRAMES * Frame.SLOT_BYTES, 64);
      batch = new ReceiveBatch(memory, Vtep.BATCH_FRAMES);
      handover = new Handover(arena, shared.parts().readiness()::wake);
      CounterBlock counters = shared.parts().counters().allocate(Layouts.WORKER, roleName());
      Tally tally = new Tally(shared.total(), number);
      DatagramCheck datagramCheck =
          new DatagramCheck(
              shared.config().strictReservedBits(),
              shared.spoken(),
              shared.parts().underlay().locals());
      SourceCheck sourceCheck =
          new SourceCheck(
              tables.remotesByAddress(),
              (_, _) -> null,
              clock,
              shared.config().acceptFrom(),
              Trail.OFF);
      MemorySegment ownFrames =
          arena.allocate((long) Originator.SLOTS * Frame.SLOT_BYTES, Long.BYTES);
      forwarding = new Forwarding(tables, underlay, clock, tally, errors, ownFrames);
      known = new KnownFrames(tables, forwarding, counters, datagramCheck, sourceCheck, handover);
      forwarding.shortcut(known);
      egress = new Egress(tables, forwarding);
      ingress = new Ingress(tables, forwarding, (_, _, _) -> false, datagramCheck, sourceCheck);
      sources = new Sources(underlay, readiness, clock, errors);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** What it hands over. */
  Handover handover() {
    return handover;
  }

  /** What it may forward. */
  KnownFrames known() {
    return known;
  }

  /** What it sent. */
  SentRecord sent() {
    return forwarding.path().sent();
  }

  /** Waits like this from now on; any thread. */
  void latency(Latency value) {
    waiter.latency(value);
  }

  @Override
  public String roleName() {
    return "worker-" + number;
  }

  @Override
  public int doWork() {
    if (known.isBehind()) {
      LockSupport.parkNanos(this, CATCH_UP_NS);
      return 0;
    }
    if (received == told) { // or an error would be told twice of whom nobody asked for it
      told = waiter.await(ready, idleWaitNs);
      received = 0;
    }
    if (!gate.enter(number - 1)) {
      LockSupport.parkNanos(this, CATCH_UP_NS);
      return 0;
    }
    try {
      clock.tick();
      sources.retry();
      int work = 0;
      while (received < told && !known.isBehind()) {
        work += receive(ready[received++]);
      }
      return work;
    } finally {
      gate.leave(number - 1);
    }
  }

  private int receive(int token) {
    try {
      return token == Topology.UNDERLAY_TOKEN ? receiveFromUnderlay() : receiveFromPort(token);
    } finally {
      handover.publish();
    }
  }

  private int receiveFromUnderlay() {
    int count = sources.receive(batch);
    if (count > 0) {
      ingress.onDatagrams(batch, count);
    }
    return count;
  }

  /** What was told before the gate was shut is perhaps not this worker's any more. */
  private int receiveFromPort(int token) {
    LocalPort port = tables.ports().get(PortToken.portIndex(token));
    PortSource source = port == null ? null : port.device().readBy(number, token);
    if (port == null || source == null) {
      return 0;
    }
    int count = sources.receive(source, batch);
    if (count > 0) {
      egress.onFrames(port.device(), batch, count);
    }
    return count;
  }

  @Override
  public void wake() {
    readiness.wake();
  }

  /** Its memory stays: the data-path thread works through what it handed over. */
  @Override
  public void onClose() {
    ended = true;
  }

  /**
   * Gives back what it waited by and its memory; the data-path thread's. One that has not ended
   * keeps both, as the kernel may write there.
   */
  void free() {
    if (ended && arena.scope().isAlive()) {
      readiness.close();
      arena.close();
    }
  }
}
