package net.viaduct.controller.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A machine that runs Viaduct. Immutable.
 *
 * @param name of it
 * @param addresses of its VTEP in the underlay, the preferred one of each family first
 * @param udpPort of its VTEP
 * @param labels notes
 */
public record Host(String name, List<Ip> addresses, int udpPort, Map<String, String> labels)
    implements Definition {
  /** The port of VXLAN, RFC 7348 section 5. */
  public static final int USUAL_UDP_PORT = 4789;

  /** How many addresses one has at most. */
  public static final int MOST_ADDRESSES = 8;

  /** Checks all of it. */
  public Host {
    Names.require(name);
    addresses = List.copyOf(addresses);
    if (addresses.isEmpty() || addresses.size() > MOST_ADDRESSES) {
      throw new IllegalArgumentException(
          "a host has 1 to " + MOST_ADDRESSES + " underlay addresses");
    }
    if (new HashSet<>(addresses).size() != addresses.size()) {
      throw new IllegalArgumentException("an underlay address comes twice");
    }
    for (Ip address : addresses) {
      if (address.isGroup()) {
        throw new IllegalArgumentException(address + " is a multicast group, not a host's");
      }
    }
    Whole.UDP_PORT.require(udpPort);
    labels = Names.requireLabels(labels);
  }

  /** Whether tunnel packets can go between two hosts: both have IPv4, or IPv6. */
  public boolean sharesFamilyWith(Host other) {
    return addresses.stream()
        .anyMatch(one -> other.addresses.stream().anyMatch(it -> it.isV6() == one.isV6()));
  }

  @Override
  public Kind kind() {
    return Kind.HOST;
  }
}
