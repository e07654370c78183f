package net.viaduct.wire.recipe;

import java.util.List;
import java.util.OptionalLong;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/**
 * A frame in words. Immutable.
 *
 * @param destination as {@link net.viaduct.wire.MacAddress} holds it
 * @param source as {@link net.viaduct.wire.MacAddress} holds it
 * @param vlans the tags, outermost first
 * @param content what it carries
 * @param payloadBytes bytes behind all headers
 */
public record FrameRecipe(
    long destination, long source, List<Integer> vlans, Content content, int payloadBytes) {
  /** More than a super-frame is traced as; see the host's limit. */
  public static final int MOST_PAYLOAD_BYTES = 16_000;

  /** IEEE 802's local experimental EtherType 1: nobody takes it for something else. */
  public static final int EXPERIMENTAL = 0x88b5;

  /** The source port of a frame for which nobody tells one. */
  public static final int USUAL_SOURCE_PORT = 49_152;

  /** Time to live, or hop limit, of a packet for which nobody tells one. */
  public static final int USUAL_HOPS = 64;

  private static final int IPV4_GROUP_BITS = 0x7f_ffff;
  private static final long IPV4_GROUP_MAC = 0x0100_5e00_0000L;
  private static final long IPV6_GROUP_MAC = 0x3333_0000_0000L;

  /** Checks the size. */
  public FrameRecipe {
    vlans = List.copyOf(vlans);
    if (payloadBytes < 0 || payloadBytes > MOST_PAYLOAD_BYTES) {
      throw new IllegalArgumentException(
          "a payload of "
              + payloadBytes
              + " bytes is out of range; it is 0 to "
              + MOST_PAYLOAD_BYTES);
    }
  }

  /**
   * The MAC address of a packet for many, RFC 1112 section 6.4 and RFC 2464 section 7; empty for a
   * packet for one, whose MAC address does not follow from its IP address.
   */
  public static OptionalLong destinationOf(IpAddress address) {
    if (address.isMulticast()) {
      return OptionalLong.of(
          address.isIpv4()
              ? IPV4_GROUP_MAC | (address.ipv4Bits() & IPV4_GROUP_BITS)
              : IPV6_GROUP_MAC | (address.low() & 0xffff_ffffL));
    }
    return address.isIpv4() && address.ipv4Bits() == -1
        ? OptionalLong.of(MacAddress.BROADCAST)
        : OptionalLong.empty();
  }

  /** An address that could send to this one: of the same subnet, whatever that may be. */
  public static IpAddress beside(IpAddress address) {
    if (address.isMulticast()) {
      return IpAddress.parse(address.isIpv4() ? "10.0.0.1" : "fe80::1");
    }
    return address.isIpv4()
        ? IpAddress.ofIpv4(address.ipv4Bits() ^ 1)
        : new IpAddress(address.high(), address.low() ^ 1);
  }

  /** What a frame carries. */
  public sealed interface Content {
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
  public sealed interface Transport {
    /** A TCP segment that opens a connection. */
    record Tcp(int sourcePort, int destinationPort) implements Transport {}

    /** A UDP datagram. */
    record Udp(int sourcePort, int destinationPort) implements Transport {}

    /** A ping. */
    record Echo() implements Transport {}
  }
}
