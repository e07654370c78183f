package net.viaduct.controller.model;

/** How frames for many, and for nobody who is known, reach the hosts of a network. Immutable. */
public sealed interface Flood {
  /** A copy to each host that has a port or a station there, known by the controller. */
  record ToMembers() implements Flood {}

  /**
   * A multicast group of the underlay.
   *
   * @param address of the group
   */
  record ToGroup(Ip address) implements Flood {
    /** Checks that it is a group. */
    public ToGroup {
      if (!address.isGroup()) {
        throw new IllegalArgumentException(
            address + " is not a multicast group; one is 239.1.1.100 or ff05::100");
      }
    }
  }
}
