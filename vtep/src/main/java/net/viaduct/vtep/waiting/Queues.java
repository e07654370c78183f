package net.viaduct.vtep.waiting;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.tree.PreparedTree;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.RateSettings;
import net.viaduct.vtep.tables.LocalPort;
import org.jspecify.annotations.Nullable;

/**
 * All queues of a VTEP: one to the underlay, one to each port whose group has one, and what is read
 * from ports meanwhile. Owned by the data-path thread, but for {@link #prepare}.
 */
public final class Queues {
  private static final String UNDERLAY = "underlay";

  private final QueueParts parts;
  private final TunnelExit tunnels;
  private final PortExit ports;
  private final Intake intake;
  private final @Nullable FrameQueue[] toPorts;
  private FrameQueue[] busy = new FrameQueue[16];
  private int busyCount;
  private int portQueues;
  private volatile @Nullable WaitingFrames store;
  private volatile @Nullable FrameQueue underlay;
  private boolean isOff = true;

  /**
   * No queues.
   *
   * @param mostPorts how many indices of ports there are
   * @param batch with which ports are read
   * @param memory of the batch
   */
  public Queues(
      QueueParts parts,
      TunnelExit tunnels,
      PortExit ports,
      int mostPorts,
      ReceiveBatch batch,
      MemorySegment memory) {
    this.parts = parts;
    this.tunnels = tunnels;
    this.ports = ports;
    this.intake = new Intake(parts, mostPorts, batch, memory);
    this.toPorts = new FrameQueue[mostPorts];
  }

  /** Whether there is no queue and no rate anywhere, so that nobody has to ask. */
  public boolean isOff() {
    return isOff;
  }

  /** How much is read from ports. */
  public Intake intake() {
    return intake;
  }

  /** A change of the queue to the underlay, made on another thread. Immutable. */
  public sealed interface UnderlayChange {
    /** There is no queue any more. */
    record Without() implements UnderlayChange {}

    /** There is one where none was. */
    record First(FrameQueue queue, QueueSettings settings) implements UnderlayChange {}

    /** There is another one. */
    record Next(PreparedTree tree, QueueSettings settings) implements UnderlayChange {}
  }

  /**
   * Makes what can be made beforehand; any thread, one at a time.
   *
   * @throws CommandRefused if it cannot be
   */
  public UnderlayChange prepare(Optional<QueueSettings> settings) {
    if (settings.isEmpty()) {
      return new UnderlayChange.Without();
    }
    try {
      FrameQueue before = underlay;
      return before == null
          ? new UnderlayChange.First(
              new FrameQueue(settings.get(), UNDERLAY, parts, store(), tunnels, this::busy),
              settings.get())
          : new UnderlayChange.Next(before.prepare(settings.get()), settings.get());
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new CommandRefused(String.valueOf(e.getMessage()), e);
    }
  }

  private synchronized WaitingFrames store() {
    WaitingFrames known = store;
    if (known == null) {
      known = new WaitingFrames(parts.memory().apply(WaitingFrames.bytes()));
      store = known;
    }
    return known;
  }

  /** Changes the queue to the underlay; no frame is lost, none of a flow overtakes another. */
  public void change(UnderlayChange change) {
    switch (change) {
      case UnderlayChange.Without _ -> closeUnderlay();
      case UnderlayChange.First first -> {
        underlay = first.queue();
        tunnels.queue(first.queue());
        share(first.queue(), first.settings());
      }
      case UnderlayChange.Next next -> {
        FrameQueue queue = underlay;
        if (queue == null) {
          throw new CommandRefused("the queue to the underlay was taken away meanwhile");
        }
        queue.change(next.tree(), next.settings());
        share(queue, next.settings());
      }
    }
    decide();
  }

  private void closeUnderlay() {
    FrameQueue queue = underlay;
    if (queue != null) {
      tunnels.queue(null);
      intake.tenants(null);
      queue.close();
      underlay = null;
    }
  }

  private void share(FrameQueue queue, QueueSettings settings) {
    Tenants tenants = new Tenants(settings, store(), toPorts.length);
    queue.tenants(tenants);
    intake.tenants(tenants);
  }

  private void decide() {
    intake.resume(); // nobody looks after who is held back while it is off
    isOff = underlay == null && portQueues == 0 && intake.isOpen();
  }

  /**
   * A port came, or behaves otherwise.
   *
   * @throws CommandRefused if its queues cannot be; those before stay
   */
  public void portChanged(LocalPort port) {
    Optional<PortGroup> group = port.settings().portGroup();
    Optional<QueueSettings> toPort = group.flatMap(PortGroup::toPort);
    try {
      changeToPort(port, toPort);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new CommandRefused(String.valueOf(e.getMessage()), e);
    }
    changeFromPort(port, group.flatMap(PortGroup::fromPort));
    tenantsChanged();
    decide();
  }

  private void changeToPort(LocalPort port, Optional<QueueSettings> settings) {
    FrameQueue before = toPorts[port.index()];
    if (settings.isEmpty()) {
      closeToPort(port, before);
    } else if (before != null) {
      before.change(before.prepare(settings.get()), settings.get());
    } else {
      toPorts[port.index()] =
          new FrameQueue(settings.get(), port.name(), parts, store(), ports, this::busy);
      portQueues++;
      ports.queues(toPorts);
    }
  }

  private void closeToPort(LocalPort port, @Nullable FrameQueue queue) {
    if (queue != null) {
      toPorts[port.index()] = null;
      portQueues--;
      queue.close();
    }
  }

  private void changeFromPort(LocalPort port, Optional<RateSettings> settings) {
    RateGate before = intake.gate(port);
    if (settings.isEmpty()) {
      intake.gate(port, null);
    } else if (before == null || !before.settings().equals(settings.get())) {
      RateGate gate = new RateGate(settings.get(), parts.clock().nowNs());
      if (before != null) {
        gate.takeOver(before);
      }
      intake.gate(port, gate);
    }
  }

  private void tenantsChanged() {
    FrameQueue queue = underlay;
    if (queue != null) {
      queue.forgetTenants();
    }
  }

  /** A port is taken away; what waits for it is dropped. */
  public void portGone(LocalPort port) {
    closeToPort(port, toPorts[port.index()]);
    intake.gate(port, null);
    tenantsChanged();
    decide();
  }

  private void busy(FrameQueue queue) {
    if (busyCount == busy.length) {
      busy = Arrays.copyOf(busy, busyCount * 2);
    }
    busy[busyCount++] = queue;
  }

  /** Sends what may leave now, and reads again where it is time; returns how much was done. */
  public int doWork() {
    int done = 0;
    int still = 0;
    int count = busyCount;
    for (int i = 0; i < count; i++) {
      FrameQueue queue = busy[i];
      done += queue.send();
      if (queue.isEmpty()) {
        queue.idle();
      } else {
        busy[still++] = queue;
      }
    }
    Arrays.fill(busy, still, count, null);
    busyCount = still;
    intake.resume();
    return done;
  }

  /** How long there is nothing to do here. */
  public long waitNs() {
    long leastNs = busyCount == 0 ? Discipline.NOTHING_WAITS : Long.MAX_VALUE;
    for (int i = 0; i < busyCount; i++) {
      leastNs = Math.min(leastNs, busy[i].waitNs());
    }
    return Math.min(leastNs, intake.waitNs());
  }
}
