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
   * Whether workers read devices from now on; else the data-path thread reads all. A device that
   * cannot be given to another reader stays where it is, until the next call; this is recorded.
   */
  void divide(boolean among) {
    if (divided == among && !unfinished) {
      return;
    }
    divided = among;
    unfinished = false;
    for (PortDevice device : devices.values()) {
      try {
        give(device);
      } catch (RuntimeException e) {
        errors.record(e);
        unfinished = true;
      }
    }
  }

  /** Gives a device to whose it is. */
  private void give(PortDevice device) {
    int lane = laneOf(device);
    if (lane == device.lane() || device.isEmpty()) {
      return;
    }
    boolean waited = isWaitedFor(device);
    Readiness before = device.readiness();
    Readiness after = readers.get(lane);
    if (waited) {
      before.remove(device.port());
    }
    device.readBy(lane, after);
    if (waited) {
      device.suspended(true); // if this fails, housekeeping tries it again
      after.add(device.port(), device.lead().token());
      device.suspended(false);
    }
  }

  private int laneOf(PortDevice device) {
    LocalPort only = device.only();
    return divided && only != null ? (only.index() + 1) % readers.size() : 0;
  }

  private static boolean isWaitedFor(PortDevice device) {
    return !device.isSuspended() && !device.isHeld();
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
    if (device.isEmpty()) {
      device.readiness().add(device.port(), local.token());
    }
    device.add(local);
    try {
      device.port().takeUntagged(device.port(0) != null);
      give(device);
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
    boolean waited = isWaitedFor(device);
    Readiness readiness = device.readiness();
    boolean lead = device.lead() == local;
    if (lead && waited) {
      readiness.remove(device.port());
    }
    device.remove(local);
    if (device.isEmpty()) {
      device.hold("");
      devices.remove(device.port());
      return;
    }
    device.port().takeUntagged(device.port(0) != null);
    if (lead && waited) {
      readiness.add(device.port(), device.lead().token());
    }
    give(device);
  }
}
