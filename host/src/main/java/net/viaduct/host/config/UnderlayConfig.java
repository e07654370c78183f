package net.viaduct.host.config;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;

/**
 * How tunnel packets leave and reach this host. Immutable.
 *
 * @param addresses the source of all that is sent: one of IPv4, one of IPv6, or one of each
 * @param port the UDP port of the VTEP, and of remotes of which nothing else is said
 * @param acceptPorts UDP ports at which tunnel packets are taken in too
 * @param device the device that has the addresses, or from which groups are reached, if it was
 *     named
 * @param sourcePorts the UDP source ports of what is sent
 * @param udpChecksum whether UDP checksums are sent over IPv4
 * @param zeroChecksumIpv6 remotes with which UDP over IPv6 goes without checksum, both ways
 * @param fragments whether there may be any, either way
 * @param way by what packets leave and come; a tap is past the host's packet filter
 * @param ttl time to live of what is sent to a remote, 1 to 255
 * @param multicastTtl time to live of what is sent to a group, 1 to 255
 * @param reservedBits what becomes of packets with reserved bits set
 * @param acceptFrom who may send to us; everybody if it is empty
 */
public record UnderlayConfig(
    List<IpAddress> addresses,
    int port,
    Set<Integer> acceptPorts,
    Optional<String> device,
    SourcePorts sourcePorts,
    boolean udpChecksum,
    List<IpPrefix> zeroChecksumIpv6,
    FragmentConfig fragments,
    UnderlayWay way,
    int ttl,
    int multicastTtl,
    ReservedBits reservedBits,
    List<IpPrefix> acceptFrom) {
  /** The port that IANA gave to VXLAN. */
  public static final int VXLAN_PORT = 4789;

  private static final int LINK_LOCAL_SHIFT = 54; // fe80::/10
  private static final long LINK_LOCAL = 0xfe80 >>> 6;

  /** Checks the ranges. */
  public UnderlayConfig {
    addresses = List.copyOf(addresses);
    addresses.forEach(UnderlayConfig::requireUnicast);
    requireOneOfEachFamily(addresses);
    IntRange.UDP_PORT.require(port);
    acceptPorts = Collections.unmodifiableSet(new TreeSet<>(acceptPorts));
    acceptPorts.forEach(IntRange.UDP_PORT::require);
    zeroChecksumIpv6 = List.copyOf(zeroChecksumIpv6);
    IntRange.TTL.require(ttl);
    IntRange.TTL.require(multicastTtl);
    acceptFrom = List.copyOf(acceptFrom);
  }

  /** Where remotes reach this host: the first address. */
  public Endpoint local() {
    return new Endpoint(addresses.getFirst(), port);
  }

  /** Where remotes reach this host: all addresses. */
  public List<Endpoint> locals() {
    return addresses.stream().map(address -> new Endpoint(address, port)).toList();
  }

  /** Where tunnel packets are taken in. */
  public Set<Door> doors() {
    Set<Door> doors = new TreeSet<>();
    doors.add(Door.udp(port));
    acceptPorts.forEach(accepted -> doors.add(Door.udp(accepted)));
    return doors;
  }

  /** Whether one of the other can be had without opening the underlay anew. */
  public boolean differsInPortsOnly(UnderlayConfig other) {
    return equals(other.withPorts(port, acceptPorts));
  }

  private UnderlayConfig withPorts(int usual, Set<Integer> accepted) {
    return new UnderlayConfig(
        addresses,
        usual,
        accepted,
        device,
        sourcePorts,
        udpChecksum,
        zeroChecksumIpv6,
        fragments,
        way,
        ttl,
        multicastTtl,
        reservedBits,
        acceptFrom);
  }

  /**
   * The addresses, if there is one, or one of each family.
   *
   * @throws IllegalArgumentException if there are others
   */
  public static List<IpAddress> requireOneOfEachFamily(List<IpAddress> addresses) {
    long ipv4 = addresses.stream().filter(IpAddress::isIpv4).count();
    if (addresses.isEmpty() || ipv4 > 1 || addresses.size() - ipv4 > 1) {
      throw new IllegalArgumentException(
          addresses
              + " is not one address, or one of IPv4 and one of IPv6; a host is known by one of"
              + " each");
    }
    return addresses;
  }

  /**
   * The address, if it can be a host's.
   *
   * @throws IllegalArgumentException if it is a group, or none
   */
  public static IpAddress requireUnicast(IpAddress address) {
    if (address.isMulticast()) {
      throw new IllegalArgumentException(
          address + " is a multicast group; this is the address of one host");
    }
    if (address.isUnspecified()) {
      throw new IllegalArgumentException(address + " is no host's address");
    }
    if (!address.isIpv4() && address.high() >>> LINK_LOCAL_SHIFT == LINK_LOCAL) {
      throw new IllegalArgumentException(
          address + " is of one link only; tunnels need an address that routers know");
    }
    return address;
  }
}
