package net.viaduct.host.config;

import java.util.List;
import java.util.Optional;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;

/**
 * How tunnel packets leave and reach this host. Immutable.
 *
 * @param local the source address of all that is sent, and the UDP port of the VTEP
 * @param device the device that has the address, if it was named
 * @param sourcePorts the UDP source ports of what is sent
 * @param udpChecksum whether UDP checksums are sent over IPv4
 * @param ttl time to live of what is sent to a remote, 1 to 255
 * @param multicastTtl time to live of what is sent to a group, 1 to 255
 * @param reservedBits what becomes of packets with reserved bits set
 * @param acceptFrom who may send to us; everybody if it is empty
 */
public record UnderlayConfig(
    Endpoint local,
    Optional<String> device,
    SourcePorts sourcePorts,
    boolean udpChecksum,
    int ttl,
    int multicastTtl,
    ReservedBits reservedBits,
    List<IpPrefix> acceptFrom) {
  /** The port that IANA gave to VXLAN. */
  public static final int VXLAN_PORT = 4789;

  /** Checks the ranges. */
  public UnderlayConfig {
    requireUnicast(local.address());
    IntRange.TTL.require(ttl);
    IntRange.TTL.require(multicastTtl);
    acceptFrom = List.copyOf(acceptFrom);
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
    return address;
  }
}
