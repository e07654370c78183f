package net.viaduct.vtep.settings;

import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.io.Frame;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.tunnel.VxlanGbpHeader;

/**
 * How a port behaves, by topic. Immutable.
 *
 * @param vlan the VLAN of its device that is the port, 1 to 4094: its frames have this tag on the
 *     device and not in the network; empty if the port is what the device carries without tag
 * @param group of a policy that what comes from the port belongs to, 0 to 65,535 (R25)
 * @param portGroup what it has in common with others: rates, queues, classes
 * @param isLeg whether it is a wire that other hosts of the network are on too: what comes from
 *     there goes into tunnels only to those that the network floods to
 */
public record PortSettings(
    OptionalInt vlan, OptionalInt group, Optional<PortGroup> portGroup, boolean isLeg) {
  /** The device without tags, in no group. */
  public static final PortSettings DEFAULT =
      new PortSettings(OptionalInt.empty(), OptionalInt.empty(), Optional.empty());

  /** Checks the VLAN and the group. */
  public PortSettings {
    if (vlan.isPresent() && (vlan.getAsInt() < 1 || vlan.getAsInt() > VlanTag.MAX_VLAN_ID)) {
      throw new IllegalArgumentException(
          "VLAN " + vlan.getAsInt() + " is not within 1 to " + VlanTag.MAX_VLAN_ID);
    }
    if (group.isPresent()
        && (group.getAsInt() < 0 || group.getAsInt() > VxlanGbpHeader.MAX_GROUP)) {
      throw new IllegalArgumentException(
          "group " + group.getAsInt() + " is not within 0 to " + VxlanGbpHeader.MAX_GROUP);
    }
  }

  /** A port that no other host of its network is on. */
  public PortSettings(OptionalInt vlan, OptionalInt group, Optional<PortGroup> portGroup) {
    this(vlan, group, portGroup, false);
  }

  /** The same, as a wire that other hosts of the network are on too. */
  public PortSettings asLeg() {
    return new PortSettings(vlan, group, portGroup, true);
  }

  /** The same in a VLAN. */
  public PortSettings withVlan(int id) {
    return new PortSettings(OptionalInt.of(id), group, portGroup, isLeg);
  }

  /** The same in a group. */
  public PortSettings withGroup(int id) {
    return new PortSettings(vlan, OptionalInt.of(id), portGroup, isLeg);
  }

  /** The same with what it has in common with the ports of a group. */
  public PortSettings with(PortGroup value) {
    return new PortSettings(vlan, group, Optional.of(value), isLeg);
  }

  /** The group, or {@link Frame#NO_GROUP}. */
  public int groupOrNone() {
    return group.orElse(Frame.NO_GROUP);
  }
}
