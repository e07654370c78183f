package net.viaduct.io.linux;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;

/**
 * How a host uses the IP network that carries tunnels. Immutable.
 *
 * @param addresses this host's, one of IPv4, one of IPv6, or one of each; the first is told to
 *     others
 * @param port the UDP port where tunnel packets arrive
 * @param moreDoors where they arrive too
 * @param device that has the addresses, or from which groups are reached if it has not; empty to
 *     find it
 * @param sourcePorts of what is sent
 * @param ttl hops that a packet to one remote may go, 1 to 255
 * @param groupTtl hops that a packet to a group may go, 1 to 255
 * @param checksums whether what is sent over IPv4 has a UDP checksum; else it is 0
 * @param zeroChecksumWith remotes to which UDP over IPv6 goes without checksum, and from which it
 *     is accepted without: both ends have to be configured so (RFC 6935 section 5)
 * @param fragments whether there may be any, either way
 * @param way by what packets come and leave
 */
public record UdpUnderlayConfig(
    List<IpAddress> addresses,
    int port,
    Set<Door> moreDoors,
    Optional<String> device,
    SourceRange sourcePorts,
    int ttl,
    int groupTtl,
    boolean checksums,
    List<IpPrefix> zeroChecksumWith,
    Fragments fragments,
    Way way) {
  /** RFC 7348 section 5 recommends the dynamic ports. */
  public static final int LOWEST_SOURCE_PORT = 49_152;

  /** The last port there is. */
  public static final int HIGHEST_SOURCE_PORT = 65_535;

  /** Ways through the underlay that flows are spread over. */
  public static final int SOURCE_PORTS = 64;

  /** As Linux has it by default. */
  public static final int TTL = 64;

  private static final int MOST_SIGNIFICANT_BIT = 0x8000;
  private static final int MAX_SOURCE_PORTS = 1024;

  /**
   * The UDP ports that datagrams leave from.
   *
   * @param lowest 32768 or more, so that no packet looks like that of a well-known service
   * @param highest up to 65535
   * @param count how many of these are used, one socket each, 1 to 1024
   */
  public record SourceRange(int lowest, int highest, int count) {
    /** Checks ranges. */
    public SourceRange {
      if (lowest < MOST_SIGNIFICANT_BIT || highest > HIGHEST_SOURCE_PORT || lowest > highest) {
        throw new IllegalArgumentException(
            "source ports %d to %d are not within 32768 to 65535".formatted(lowest, highest));
      }
      checkRange("source ports", count, MAX_SOURCE_PORTS);
      checkRange("source ports", count, highest - lowest + 1);
    }
  }

  /**
   * Fragments of packets on the underlay (RFC 7348 section 4.3).
   *
   * @param taken whether what comes in fragments is as good as what comes whole; else it is marked
   * @param sent whether what does not fit is sent in fragments; else it is refused
   */
  public record Fragments(boolean taken, boolean sent) {
    /** Neither way. */
    public static final Fragments NONE = new Fragments(false, false);
  }

  /** By what packets come and leave. */
  public enum Way {
    /** What is best here; sockets for now. */
    AUTO,
    /** Sockets. */
    SOCKETS,
    /** A tap for what goes to one remote or comes from one, if there can be one; else sockets. */
    TAP
  }

  /** Checks ranges. */
  public UdpUnderlayConfig {
    addresses = List.copyOf(addresses);
    moreDoors = Set.copyOf(moreDoors);
    zeroChecksumWith = List.copyOf(zeroChecksumWith);
    Set<IpFamily> families = new HashSet<>();
    addresses.forEach(address -> families.add(IpFamily.of(address)));
    if (addresses.isEmpty() || families.size() != addresses.size()) {
      throw new IllegalArgumentException(
          "an underlay has one address of IPv4, one of IPv6, or one of each, not " + addresses);
    }
    if (zeroChecksumWith.size() > SocketFilter.MOST_PREFIXES) {
      throw new IllegalArgumentException(
          "%d remotes without UDP checksum are more than %d"
              .formatted(zeroChecksumWith.size(), SocketFilter.MOST_PREFIXES));
    }
    checkRange("UDP port", port, HIGHEST_SOURCE_PORT);
    checkRange("TTL", ttl, 255);
    checkRange("TTL to groups", groupTtl, 255);
  }

  /** The recommended values for all but the address. */
  public static UdpUnderlayConfig of(Endpoint local) {
    return of(List.of(local.address()), local.port());
  }

  /** The recommended values for all but the addresses. */
  public static UdpUnderlayConfig of(List<IpAddress> addresses, int port) {
    SourceRange recommended =
        new SourceRange(LOWEST_SOURCE_PORT, HIGHEST_SOURCE_PORT, SOURCE_PORTS);
    return new UdpUnderlayConfig(
        addresses,
        port,
        Set.of(),
        Optional.empty(),
        recommended,
        TTL,
        TTL,
        true,
        List.of(),
        Fragments.NONE,
        Way.AUTO);
  }

  /** The same with another device. */
  public UdpUnderlayConfig withDevice(Optional<String> other) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        other,
        sourcePorts,
        ttl,
        groupTtl,
        checksums,
        zeroChecksumWith,
        fragments,
        way);
  }

  /** The same with other source ports. */
  public UdpUnderlayConfig withSourcePorts(SourceRange other) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        other,
        ttl,
        groupTtl,
        checksums,
        zeroChecksumWith,
        fragments,
        way);
  }

  /** The same with other hops. */
  public UdpUnderlayConfig withTtl(int toRemotes, int toGroups) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        sourcePorts,
        toRemotes,
        toGroups,
        checksums,
        zeroChecksumWith,
        fragments,
        way);
  }

  /** The same with or without checksums over IPv4. */
  public UdpUnderlayConfig withChecksums(boolean value) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        sourcePorts,
        ttl,
        groupTtl,
        value,
        zeroChecksumWith,
        fragments,
        way);
  }

  /** The same without checksums over IPv6 with these. */
  public UdpUnderlayConfig withZeroChecksumWith(List<IpPrefix> remotes) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        sourcePorts,
        ttl,
        groupTtl,
        checksums,
        remotes,
        fragments,
        way);
  }

  /** The same with or without fragments. */
  public UdpUnderlayConfig withFragments(Fragments value) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        sourcePorts,
        ttl,
        groupTtl,
        checksums,
        zeroChecksumWith,
        value,
        way);
  }

  /** The same by another way. */
  public UdpUnderlayConfig withWay(Way value) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        moreDoors,
        device,
        sourcePorts,
        ttl,
        groupTtl,
        checksums,
        zeroChecksumWith,
        fragments,
        value);
  }

  /** The same with these doors beside the one of the port. */
  public UdpUnderlayConfig withMoreDoors(Set<Door> doors) {
    return new UdpUnderlayConfig(
        addresses,
        port,
        doors,
        device,
        sourcePorts,
        ttl,
        groupTtl,
        checksums,
        zeroChecksumWith,
        fragments,
        way);
  }

  /** Where this host is reached. */
  public Endpoint local() {
    return new Endpoint(addresses.getFirst(), port);
  }

  /** All addresses with the port. */
  public List<Endpoint> locals() {
    return addresses.stream().map(address -> new Endpoint(address, port)).toList();
  }

  /** Where tunnel packets arrive. */
  public Set<Door> doors() {
    Set<Door> doors = new TreeSet<>(moreDoors);
    doors.add(Door.udp(port));
    return doors;
  }

  private static void checkRange(String what, int value, int highest) {
    if (value < 1 || value > highest) {
      throw new IllegalArgumentException(
          "%s: %d is not within 1 to %d".formatted(what, value, highest));
    }
  }
}
