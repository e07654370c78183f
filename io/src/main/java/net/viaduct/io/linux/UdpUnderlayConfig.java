package net.viaduct.io.linux;

import java.util.Optional;
import net.viaduct.io.Endpoint;

/**
 * How a host uses the IP network that carries tunnels.
 *
 * @param local this host's address, and the UDP port where tunnel packets arrive
 * @param device that has the address; empty to find it
 * @param lowestSourcePort of what is sent, 32768 or more, so that no packet looks like that of a
 *     well-known service
 * @param highestSourcePort of what is sent, up to 65535
 * @param sourcePorts how many of these are used, one socket each, 1 to 1024
 * @param ttl hops that a packet to one remote may go, 1 to 255
 * @param groupTtl hops that a packet to a group may go, 1 to 255
 * @param checksums whether what is sent has a UDP checksum; else it is 0
 */
public record UdpUnderlayConfig(
    Endpoint local,
    Optional<String> device,
    int lowestSourcePort,
    int highestSourcePort,
    int sourcePorts,
    int ttl,
    int groupTtl,
    boolean checksums) {
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

  /** Checks ranges. */
  public UdpUnderlayConfig {
    if (lowestSourcePort < MOST_SIGNIFICANT_BIT
        || highestSourcePort > HIGHEST_SOURCE_PORT
        || lowestSourcePort > highestSourcePort) {
      throw new IllegalArgumentException(
          "source ports %d to %d are not within 32768 to 65535"
              .formatted(lowestSourcePort, highestSourcePort));
    }
    checkRange("source ports", sourcePorts, MAX_SOURCE_PORTS);
    checkRange("source ports", sourcePorts, highestSourcePort - lowestSourcePort + 1);
    checkRange("TTL", ttl, 255);
    checkRange("TTL to groups", groupTtl, 255);
  }

  /** The recommended values for all but the address. */
  public static UdpUnderlayConfig of(Endpoint local) {
    return new UdpUnderlayConfig(
        local,
        Optional.empty(),
        LOWEST_SOURCE_PORT,
        HIGHEST_SOURCE_PORT,
        SOURCE_PORTS,
        TTL,
        TTL,
        true);
  }

  private static void checkRange(String what, int value, int highest) {
    if (value < 1 || value > highest) {
      throw new IllegalArgumentException(
          "%s: %d is not within 1 to %d".formatted(what, value, highest));
    }
  }
}
