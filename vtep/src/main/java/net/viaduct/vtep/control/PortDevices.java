package net.viaduct.vtep.control;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.PortSource;
import org.jspecify.annotations.Nullable;

/**
 * The devices that carry ports, one or several each. A device is waited for as long as a port uses
 * it, by the token of the first of them. Owned by the data-path thread.
 *
 * <p>Devices are divided among the data-path thread and the workers; what several ports share is
 * the data-path thread's, and so is everything while somebody wants to see all frames.
 */
final class PortDevices {
  private final List<Readiness> readers = new ArrayList<>();
  private final IdentityHashMap<Port, PortDevice> devices = new IdentityHashMap<>();

  private final DistinctErrors errors;

  private boolean divided = true;
  private boolean unfinished;

  PortDevices(VtepParts parts) {
    errors = parts.errors();
    readers.add(parts.readiness());
    readers.addAll(parts.workers());
  }

  /**
   * Whether workers read devices from now on; else the data-path thread reads all. A queue that
   * cannot be given to another reader stays where it is, until the next call; this is recorded.
   */
  void divide(boolean among) {
    if (divided == among && !unfinished) {
      return;
    }
    divided = among;
    unfinished = false;
    for (PortDevice device : devices.values()) {
      RuntimeException failure = give(device);
      if (failure != null) {
        errors.record(failure);
        unfinished = true;
      }
    }
  }

  /**
   * Gives each queue of a device to whose it is; what waits in it stays there.
   *
   * @return why some are not waited for; null if all are
   */
  private @Nullable RuntimeException give(PortDevice device) {
    RuntimeException failure = null;
    for (int queue = 0; queue < device.sourceCount() && !device.isEmpty(); queue++) {
      try {
        give(device, queue);
      } catch (RuntimeException e) {
        failure = first(failure, e);
      }
    }
    return failure;
  }

  private void give(PortDevice device, int queue) {
    PortSource source = device.source(queue);
    int lane = laneOf(device, queue);
    if (lane == source.lane()) {
      return;
    }
    boolean waited = !source.isSuspended() && !device.isHeld();
    if (waited) {
      source.ignore();
    }
    source.readBy(lane, readers.get(lane));
    if (waited) {
      source.listen(device);
    }
  }

  private static @Nullable RuntimeException first(
      @Nullable RuntimeException one, @Nullable RuntimeException other) {
    if (one != null && other != null) {
      one.addSuppressed(other);
    }
    return one == null ? other : one;
  }

  /**
   * The only queue of a device is anybody's. Of several the first is the data-path thread's, as
   * what comes by it is not IP; each other has a worker, if there are enough.
   */
  private int laneOf(PortDevice device, int queue) {
    LocalPort only = device.only();
    int workers = readers.size() - 1;
    if (!divided || only == null || workers == 0) {
      return 0;
    }
    int queues = device.sourceCount();
    if (queues == 1) {
      return (only.index() + 1) % readers.size();
    }
    return queue == 0 ? 0 : 1 + (only.index() * (queues - 1) + queue - 1) % workers;
  }

  /** The device that is behind a port's descriptor; a new one if there was none. */
  PortDevice of(Port port) {
    return devices.computeIfAbsent(
        port, it -> new PortDevice(it, readers.size(), readers.getFirst()));
  }

  /** Forgets a device that carries no port. */
  void forgetUnused(PortDevice device) {
    if (device.isEmpty()) {
      devices.remove(device.port());
    }
  }

  /**
   * Checks that no other port has the VLAN of a device that these settings are about.
   *
   * @throws CommandRefused with its name
   */
  static void requireFree(PortDevice device, PortSettings settings) {
    LocalPort other = device.port(settings.vlan().orElse(0));
    if (other != null) {
      throw new CommandRefused(
          "%s of %s is port %s already"
              .formatted(
                  settings.vlan().isPresent() ? "VLAN " + settings.vlan().getAsInt() : "untagged",
                  device.port().name(),
                  other.name()));
    }
  }

  /**
   * Lets a device carry a port; it does not if this throws.
   *
   * @throws RuntimeException if the kernel refuses
   */
  void add(LocalPort local) {
    PortDevice device = local.device();
    boolean first = device.isEmpty();
    device.add(local);
    try {
      if (first) {
        device.listen();
      }
      device.port().takeUntagged(device.port(0) != null);
      giveOrThrow(device);
    } catch (RuntimeException e) {
      takeOff(local, e);
      throw e;
    }
  }

  private void takeOff(LocalPort local, RuntimeException cause) {
    try {
      remove(local);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Takes a port off its device. */
  void remove(LocalPort local) {
    PortDevice device = local.device();
    boolean lead = device.lead() == local;
    boolean waited = lead && !device.isHeld();
    if (waited) {
      device.ignore();
    }
    device.remove(local);
    if (device.isEmpty()) {
      device.hold("");
      devices.remove(device.port());
      return;
    }
    device.port().takeUntagged(device.port(0) != null);
    if (waited) {
      device.listen();
    }
    giveOrThrow(device);
  }

  private void giveOrThrow(PortDevice device) {
    RuntimeException failure = give(device);
    if (failure != null) {
      throw failure;
    }
  }
}
