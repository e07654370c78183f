package net.viaduct.vtep;

import java.util.HashSet;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;

/** Where broadcast, unknown unicast and multicast of a network goes beyond this host. Immutable. */
public sealed interface FloodList {
  /** A list without remotes: nothing leaves this host, but for stations at known remotes. */
  Remotes NOBODY = new Remotes(List.of());

  /**
   * An any-source multicast group (RFC 7348 section 4.2); other networks may share it.
   *
   * @param endpoint the group's address and the UDP port of its members
   */
  record Group(Endpoint endpoint) implements FloodList {
    /** Checks that it is a group. */
    public Group {
      requireGroup(endpoint.address());
    }
  }

  /**
   * Checks that tunnel packets can go to a group.
   *
   * @throws IllegalArgumentException if it is none, or one that switches bring to everybody
   */
  static void requireGroup(IpAddress address) {
    if (!address.isMulticast()) {
      throw new IllegalArgumentException(
          address
              + " is not a multicast group; a group is 224.0.0.0 to 239.255.255.255, or ff..::");
    }
    if (address.isLinkProtocolGroup()) {
      throw new IllegalArgumentException(
          address
              + " is for the protocols of a link: switches bring it to everybody, routers to"
              + " nobody;"
              + (address.isIpv4()
                  ? " take one of 239.0.0.0 to 239.255.255.255"
                  : " take one like ff05::100"));
    }
  }

  /**
   * A copy to each of these.
   *
   * @param endpoints addresses and UDP ports, each address once
   * @param isMutual whether these are also the only ones whose floods are taken and whose stations
   *     are learned; from others only what is for a station here
   */
  record Remotes(List<Endpoint> endpoints, boolean isMutual) implements FloodList {
    /** Floods of whoever may send are taken. */
    public Remotes(List<Endpoint> endpoints) {
      this(endpoints, false);
    }

    /** Checks that there is no group and no address twice. */
    public Remotes {
      endpoints = List.copyOf(endpoints);
      var addresses = new HashSet<>();
      for (Endpoint endpoint : endpoints) {
        if (endpoint.address().isMulticast() || endpoint.address().isUnspecified()) {
          throw new IllegalArgumentException(endpoint.address() + " is not a host's address");
        }
        if (!addresses.add(endpoint.address())) {
          throw new IllegalArgumentException(endpoint.address() + " is twice in a flood list");
        }
      }
    }
  }
}
