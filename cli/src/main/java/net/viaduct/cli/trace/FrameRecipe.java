package net.viaduct.cli.trace;

import java.util.List;
import net.viaduct.wire.IpAddress;

/**
 * A frame in words. Immutable.
 *
 * @param destination as {@link net.viaduct.wire.MacAddress} holds it
 * @param source as {@link net.viaduct.wire.MacAddress} holds it
 * @param vlans the tags, outermost first
 * @param content what it carries
 * @param payloadBytes bytes behind all headers
 */
record FrameRecipe(
    long destination, long source, List<Integer> vlans, Content content, int payloadBytes) {
  /** More than a super-frame is traced as; see the host's limit. */
  static final int MOST_PAYLOAD_BYTES = 16_000;

  /** Checks the size. */
  FrameRecipe {
    vlans = List.copyOf(vlans);
    if (payloadBytes < 0 || payloadBytes > MOST_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a payload of "
              + payloadBytes
              + " bytes is out of range; it is 0 to "
              + MOST_PAYLOAD_BYTES);
    }
  }

  /** What a frame carries. */
  sealed interface Content {
    /** Nothing but the payload. */
    record Plain(int etherType) implements Content {}

    /** Somebody asks by ARP who has an address. */
    record ArpRequest(long senderMac, int senderIp, int targetIp) implements Content {}

    /**
     * An IP packet.
     *
     * @param source of the same version as the destination
     * @param hops time to live
     * @param trafficClass DSCP and ECN
     * @param transport what it carries
     */
    record Ip(
        IpAddress source, IpAddress destination, int hops, int trafficClass, Transport transport)
        implements Content {
      /** Checks the versions. */
      public Ip {
        if (source.isIpv4() != destination.isIpv4()) {
          throw new IllegalArgumentException(
              source + " and " + destination + " are not of the same IP version");
        }
      }
    }
  }

  /** What an IP packet carries. */
  sealed interface Transport {
    /** A TCP segment that opens a connection. */
    record Tcp(int sourcePort, int destinationPort) implements Transport {}

    /** A UDP datagram. */
    record Udp(int sourcePort, int destinationPort) implements Transport {}

    /** A ping. */
    record Echo() implements Transport {}
  }
}
