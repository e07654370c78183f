package net.viaduct.vtep.settings;

import java.util.List;
import java.util.Set;
import net.viaduct.vtep.FloodList;
import net.viaduct.wire.IpAddress;

/**
 * Who gets the multicast frames of a network. Immutable.
 *
 * @param snooping whether only those who listen
 * @param underlayGroups groups of the underlay over which the groups inside are spread, each joined
 *     only by hosts with a listener; empty if all goes where the network floods to
 * @param carried what is carried although no bridge forwards it (R66)
 */
public record MulticastSettings(
    SnoopingSettings snooping, List<IpAddress> underlayGroups, Set<ReservedProtocol> carried) {
  /** Everybody gets everything, but for what is between neighbouring bridges. */
  public static final MulticastSettings DEFAULT =
      new MulticastSettings(SnoopingSettings.OFF, List.of(), Set.of());

  private static final ReservedProtocol[] PROTOCOLS = ReservedProtocol.values();

  /** Checks the groups. */
  public MulticastSettings {
    underlayGroups = List.copyOf(underlayGroups);
    carried = Set.copyOf(carried);
    if (Set.copyOf(underlayGroups).size() < underlayGroups.size()) {
      throw new IllegalArgumentException("an underlay group comes twice");
    }
    underlayGroups.forEach(FloodList::requireGroup);
    if (!underlayGroups.isEmpty() && !snooping.enabled()) {
      throw new IllegalArgumentException(
          "underlay groups are joined for listeners, which only snooping finds");
    }
  }

  /** The same with other snooping. */
  public MulticastSettings with(SnoopingSettings other) {
    return new MulticastSettings(other, underlayGroups, carried);
  }

  /** The same, with these carried. */
  public MulticastSettings carrying(Set<ReservedProtocol> protocols) {
    return new MulticastSettings(snooping, underlayGroups, protocols);
  }

  /**
   * Whether a frame between neighbouring bridges is carried.
   *
   * @param lastOctet of its destination 01-80-C2-00-00-00 to 0F
   * @param etherType or length
   */
  public boolean carries(int lastOctet, int etherType) {
    if (carried.isEmpty()) {
      return false;
    }
    for (ReservedProtocol protocol : PROTOCOLS) {
      if (protocol.covers(lastOctet, etherType) && carried.contains(protocol)) {
        return true;
      }
    }
    return false;
  }
}
