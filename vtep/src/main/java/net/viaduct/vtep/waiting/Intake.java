package net.viaduct.vtep.waiting;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.queueing.Discipline;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortDevice;
import org.jspecify.annotations.Nullable;

/**
 * How much is read from ports: as long as a port may send no more, or its tenant has as many frames
 * waiting as it may, the port is held back. Its frames stay in the machine's own queue, where their
 * sender sees them, instead of being lost later. Owned by the data-path thread.
 *
 * <p>A device whose ports belong to several tenants is not held back for one of them.
 */
public final class Intake {
  private static final int FEW = 8;
  private static final String SENT_ENOUGH = "it has sent as much as it may";

  private final QueueParts parts;
  private final ReceiveBatch many;
  private final ReceiveBatch few;
  private final ReceiveBatch one;
  private final @Nullable RateGate[] gates;
  private @Nullable Tenants tenants;
  private PortDevice[] held = new PortDevice[16];
  private int heldCount;

  /**
   * Nothing is held back.
   *
   * @param ports how many indices of ports there are
   * @param memory of the batch, which smaller ones share
   */
  Intake(QueueParts parts, int ports, ReceiveBatch batch, MemorySegment memory) {
    this.parts = parts;
    this.many = batch;
    this.few = new ReceiveBatch(memory, FEW);
    this.one = new ReceiveBatch(memory, 1);
    this.gates = new RateGate[ports];
  }

  /** Sets whose frames wait; null if nobody is held back for what waits. */
  void tenants(@Nullable Tenants value) {
    tenants = value;
  }

  /** Sets how much may come from a port; null if all may. */
  void gate(LocalPort port, @Nullable RateGate gate) {
    gates[port.index()] = gate;
  }

  /** How much may come from a port; null if all may. */
  @Nullable RateGate gate(LocalPort port) {
    return gates[port.index()];
  }

  /** Whether nobody can be held back. */
  boolean isOpen() {
    if (tenants != null) {
      return false;
    }
    for (RateGate gate : gates) {
      if (gate != null) {
        return false;
      }
    }
    return true;
  }

  /** With what to read from a device now; null if not at all: then it is held back. */
  public @Nullable ReceiveBatch batchFor(PortDevice device) {
    if (device.isHeld()) {
      return null; // another of its queues was told as ready before
    }
    int room = room(device);
    if (room == 0) {
      hold(device);
      return null;
    }
    return room >= many.capacity() ? many : room >= FEW ? few : one;
  }

  private int room(PortDevice device) {
    int room = Integer.MAX_VALUE;
    Tenants all = tenants;
    if (all != null) {
      Tenant tenant = all.only(device);
      room = tenant == null ? room : all.room(tenant);
    }
    RateGate gate = gateOf(device);
    return gate == null ? room : Math.min(room, gate.room(parts.clock().nowNs()));
  }

  private @Nullable RateGate gateOf(PortDevice device) {
    return device.portCount() == 1 ? gates[device.portAt(0).index()] : null;
  }

  private void hold(PortDevice device) {
    device.ignore();
    device.hold(because(device));
    if (heldCount == held.length) {
      held = Arrays.copyOf(held, heldCount * 2);
    }
    held[heldCount++] = device;
  }

  private String because(PortDevice device) {
    Tenants all = tenants;
    Tenant tenant = all == null ? null : all.only(device);
    return tenant != null && all != null && all.room(tenant) == 0
        ? tenant.heldBecause()
        : SENT_ENOUGH;
  }

  /** Frames were read. */
  public void took(PortDevice device, ReceiveBatch batch, int count) {
    RateGate gate = gateOf(device);
    if (gate != null) {
      gate.took(batch, count);
    }
  }

  /** Reads again from devices that may send again. */
  void resume() {
    int still = 0;
    for (int i = 0; i < heldCount; i++) {
      PortDevice device = held[i];
      if (device.isEmpty() || !device.isHeld()) {
        continue; // its ports were taken away
      }
      if (mayResume(device)) {
        device.hold("");
        device.listen();
      } else {
        held[still++] = device;
      }
    }
    Arrays.fill(held, still, heldCount, null);
    heldCount = still;
  }

  private boolean mayResume(PortDevice device) {
    Tenants all = tenants;
    if (all != null) {
      Tenant tenant = all.only(device);
      if (tenant != null && !all.mayResume(tenant)) {
        return false;
      }
    }
    RateGate gate = gateOf(device);
    return gate == null || gate.room(parts.clock().nowNs()) > 0;
  }

  /** How long no device that is held back can be read again because of its rate. */
  long waitNs() {
    long leastNs = Discipline.NOTHING_WAITS;
    for (int i = 0; i < heldCount; i++) {
      RateGate gate = held[i].isEmpty() ? null : gateOf(held[i]);
      if (gate != null) {
        long waitNs = gate.waitNs(parts.clock().nowNs());
        leastNs = waitNs > 0 ? Math.min(leastNs, waitNs) : leastNs;
      }
    }
    return leastNs;
  }

  /** Why a port is held back now, for a person; empty if it is not. */
  public String heldBecause(LocalPort port) {
    if (!port.device().isHeld()) {
      return "";
    }
    Tenants all = tenants;
    Tenant tenant = all == null ? null : all.only(port.device());
    return tenant != null && all != null && !all.mayResume(tenant)
        ? tenant.name() + " has " + tenant.waiting() + " frames waiting"
        : SENT_ENOUGH;
  }
}
