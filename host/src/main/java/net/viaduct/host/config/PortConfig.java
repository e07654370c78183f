package net.viaduct.host.config;

import java.util.OptionalInt;

/** A port of a network: where a VM, a container, a bridge or a segment is attached. */
public sealed interface PortConfig {
  /** By what the port is known: a device's name, {@code eth1.20} for a VLAN on it. */
  String name();

  /** The device behind the port. */
  String device();

  /**
   * A tap that Viaduct creates, and removes when it stops.
   *
   * @param mtuBytes the MTU that it gets, if not the largest that fits into the underlay
   */
  record Tap(String name, OptionalInt mtuBytes) implements PortConfig {
    /** Checks the name and the MTU. */
    public Tap {
      DeviceName.require(name);
      mtuBytes.ifPresent(IntRange.MTU_BYTES::require);
    }

    @Override
    public String device() {
      return name;
    }
  }

  /**
   * A device that exists.
   *
   * @param vlan the VLAN on it that is attached, if not the device without tags
   */
  record Device(String device, OptionalInt vlan) implements PortConfig {
    /** Checks the name and the VLAN. */
    public Device {
      DeviceName.require(device);
      vlan.ifPresent(IntRange.VLAN::require);
    }

    @Override
    public String name() {
      return vlan.isPresent() ? device + "." + vlan.getAsInt() : device;
    }
  }
}
