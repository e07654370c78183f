package net.viaduct.host.config;

import java.util.OptionalInt;
import net.viaduct.vtep.settings.PortSettings;

/** A port of a network: where a VM, a container, a bridge or a segment is attached. */
public sealed interface PortConfig {
  /**
   * By what the port is known: its device's name, or {@code eth1.20} for a VLAN of it. Ports with
   * different VLANs may share a device.
   */
  default String name() {
    OptionalInt vlan = settings().vlan();
    return vlan.isPresent() ? device() + "." + vlan.getAsInt() : device();
  }

  /** The device behind the port. */
  String device();

  /** How the port behaves. */
  PortSettings settings();

  /** The same port, which behaves like this. */
  default PortConfig with(PortSettings settings) {
    return switch (this) {
      case Tap it -> new Tap(it.device(), it.mtuBytes(), settings);
      case Device it -> new Device(it.device(), settings);
    };
  }

  /**
   * A tap that Viaduct creates, and removes when it stops.
   *
   * @param mtuBytes the MTU that it gets, if not the largest that fits into the underlay
   */
  record Tap(String device, OptionalInt mtuBytes, PortSettings settings) implements PortConfig {
    /** Checks the name and the MTU. */
    public Tap {
      DeviceName.require(device);
      mtuBytes.ifPresent(IntRange.MTU_BYTES::require);
    }
  }

  /** A device that exists. */
  record Device(String device, PortSettings settings) implements PortConfig {
    /** Checks the name. */
    public Device {
      DeviceName.require(device);
    }
  }
}
