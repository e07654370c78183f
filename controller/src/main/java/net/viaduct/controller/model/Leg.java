package net.viaduct.controller.model;

import java.util.OptionalInt;

/**
 * Where a host is on the physical VLAN over which a network is stretched. Immutable.
 *
 * @param host that is there
 * @param device of it that is, or has, the VLAN
 * @param vlan whose tag the frames have on the device; empty if they have none
 */
public record Leg(String host, String device, OptionalInt vlan) {
  /** Checks all of it. */
  public Leg {
    Names.require(host);
    Names.requireDevice(device);
    vlan.ifPresent(Whole.VLAN::require);
  }

  /** By which the port is known that it is: {@code eth1.20}. */
  public String portName() {
    return vlan.isPresent() ? device + "." + vlan.getAsInt() : device;
  }
}
