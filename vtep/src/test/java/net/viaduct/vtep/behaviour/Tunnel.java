package net.viaduct.vtep.behaviour;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.wire.IpAddress;

/**
 * What the hosts of a rig speak with each other. Immutable.
 *
 * @param type how frames are wrapped
 * @param over the underlay
 */
public record Tunnel(EncapsulationType type, Over over) {
  /** The UDP port of VXLAN. */
  public static final int PORT = 4789;

  /** The usual one. */
  public static final Tunnel VXLAN_OVER_IPV4 = new Tunnel(EncapsulationType.VXLAN, Over.IPV4);

  private static final TunnelPorts PORTS = TunnelPorts.usual(PORT);
  private static final int LARGEST_NVGRE_VNI = 0xff_fffe;

  /** The underlay's families. */
  public enum Over {
    /** IPv4 alone. */
    IPV4("IPv4"),
    /** IPv6 alone. */
    IPV6("IPv6"),
    /** Hosts with both: some of them reach each other by IPv4, others by IPv6. */
    BOTH("IPv4 and IPv6");

    private final String label;

    Over(String label) {
      this.label = label;
    }
  }

  /** Every encapsulation over every underlay. */
  public static List<Tunnel> all() {
    List<Tunnel> all = new ArrayList<>();
    for (EncapsulationType type : EncapsulationType.ALL) {
      for (Over over : Over.values()) {
        all.add(new Tunnel(type, over));
      }
    }
    return all;
  }

  /** Whether a pair of hosts uses IPv6; the same for both of them. */
  public boolean isIpv6Between(int host, int other) {
    return over == Over.IPV6 || over == Over.BOTH && (host + other) % 2 == 0;
  }

  /** Whether a group is one of IPv6. */
  public boolean isIpv6Group(int number) {
    return over == Over.IPV6 || over == Over.BOTH && number % 2 == 1;
  }

  /** The addresses of a host, one of each family that there is. */
  public List<IpAddress> addresses(int last) {
    IpAddress ipv4 = IpAddress.parse("10.77.0." + last);
    IpAddress ipv6 = IpAddress.parse("fd77::" + last);
    return switch (over) {
      case IPV4 -> List.of(ipv4);
      case IPV6 -> List.of(ipv6);
      case BOTH -> List.of(ipv4, ipv6);
    };
  }

  /** An any-source group. */
  public IpAddress group(int number) {
    return isIpv6Group(number)
        ? new IpAddress(0xff05_0000_0000_0000L, 0x100 + number)
        : IpAddress.ofIpv4(0xef01_0100 + number);
  }

  /** Where this is spoken at an address. */
  public Endpoint at(IpAddress address) {
    return PORTS.endpoint(address, type);
  }

  /** Where hosts take datagrams in. */
  public Set<Door> doors() {
    Set<Door> doors = new HashSet<>(Set.of(Door.udp(PORT)));
    doors.add(PORTS.door(type));
    return doors;
  }

  /** The smallest VNI and the largest one. */
  public List<Integer> extremeVnis() {
    return type == EncapsulationType.NVGRE
        ? List.of(0x1000, LARGEST_NVGRE_VNI)
        : List.of(0, 0xff_ffff);
  }

  @Override
  public String toString() {
    return type.label() + " over " + over.label;
  }
}
