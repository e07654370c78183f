package net.viaduct.vtep.settings;

import java.util.OptionalInt;
import net.viaduct.wire.VlanTag;

/**
 * How a port behaves, by topic. Immutable.
 *
 * @param vlan the VLAN of its device that is the port, 1 to 4094: its frames have this tag on the
 *     device and not in the network; empty if the port is what the device carries without tag
 */
public record PortSettings(OptionalInt vlan) {
  /** The device without tags. */
  public static final PortSettings DEFAULT = new PortSettings(OptionalInt.empty());

  /** Checks the VLAN. */
  public PortSettings {
    if (vlan.isPresent() && (vlan.getAsInt() < 1 || vlan.getAsInt() > VlanTag.MAX_VLAN_ID)) {
      throw new IllegalArgumentException(
          "VLAN " + vlan.getAsInt() + " is not within 1 to " + VlanTag.MAX_VLAN_ID);
    }
  }

  /** The same in a VLAN. */
  public PortSettings withVlan(int id) {
    return new PortSettings(OptionalInt.of(id));
  }
}
