package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.MacAddress;

/**
 * Answers a frame whose IP packet is too large: ICMP "fragmentation needed" (RFC 792, RFC 1191) or
 * ICMPv6 "packet too big" (RFC 4443 section 3.2), as a frame for its sender. Stateless: safe from
 * any thread; allocates nothing.
 *
 * <p>The answer comes from the address, and the MAC, that the packet was for. A bridge has no
 * address of its own in the network, no sender looks at where such an answer comes from, and this
 * is the one address that passes a reverse path filter and an anti-spoofing rule for sure. VLAN
 * tags of the frame are in the answer too.
 *
 * <p>IPv4 packets that may be fragmented are answered as well: nobody fragments them here, and
 * their sender does when it has been told.
 */
public final class PacketTooBig {
  /** No answer is longer, with four VLAN tags. */
  public static final int MAX_SIZE_BYTES = 14 + 4 * 4 + 1280;

  /** RFC 1812 section 4.3.2.3: as much as possible, the answer being no longer than this. */
  private static final int LARGEST_IPV4_ANSWER_BYTES = 576;

  /** RFC 8200 section 5: every IPv6 link carries this; RFC 4443: so long may an answer be. */
  private static final int IPV6_MINIMUM_MTU_BYTES = 1280;

  /** RFC 791: every IPv4 link carries this. */
  private static final int IPV4_MINIMUM_MTU_BYTES = 68;

  private static final int HOPS = 64;

  /** RFC 1812 section 4.3.2.5: errors have precedence 6. */
  private static final int INTERNETWORK_CONTROL = 0xc0;

  private PacketTooBig() {}

  /**
   * Writes the answer to a frame, unless there must be none: to an error, to a later fragment, to a
   * group or from one (RFC 1122 section 3.2.2, RFC 4443 section 2.4), to what is no IP, or with an
   * MTU that IPv6 does not know (below 1,280 for a packet that is not larger than that).
   *
   * @param at the frame's first byte
   * @param key parsed from this very frame
   * @param mtuBytes the largest IP packet that would fit
   * @param out room for {@link #MAX_SIZE_BYTES}, not in the frame
   * @return the answer's length; 0 if there is none
   */
  public static int make(
      MemorySegment s, long at, FlowKey key, int mtuBytes, MemorySegment out, long outAt) {
    if (!mayBeAnswered(s, at, key)) {
      return 0;
    }
    EthernetHeader.destination(out, outAt, key.sourceMac());
    EthernetHeader.source(out, outAt, key.destinationMac());
    int addresses = EthernetHeader.ADDRESSES_SIZE_BYTES;
    int linkBytes = key.networkOffset();
    MemorySegment.copy(s, at + addresses, out, outAt + addresses, linkBytes - addresses);
    int packetBytes = key.networkEnd() - linkBytes;
    int answerBytes =
        key.isIpv4()
            ? ipv4(s, at + linkBytes, packetBytes, mtuBytes, out, outAt + linkBytes)
            : ipv6(s, at + linkBytes, packetBytes, mtuBytes, out, outAt + linkBytes);
    return answerBytes == 0 ? 0 : linkBytes + answerBytes;
  }

  private static boolean mayBeAnswered(MemorySegment s, long at, FlowKey key) {
    if (MacAddress.isGroup(key.destinationMac()) || MacAddress.isGroup(key.sourceMac())) {
      return false;
    }
    if (key.isIpv4()) {
      long ipAt = at + key.networkOffset();
      return isIpv4Host(Ipv4Header.source(s, ipAt))
          && isIpv4Host(Ipv4Header.destination(s, ipAt))
          && Ipv4Header.fragmentOffsetBytes(s, ipAt) == 0
          && !mayBeError(s, at, key, IpProtocol.ICMPV4, LARGEST_IPV4_ANSWER_BYTES);
    }
    return key.isIpv6()
        && isIpv6Host(key.sourceHigh(), key.sourceLow())
        && isIpv6Host(key.destinationHigh(), key.destinationLow())
        && !mayBeError(s, at, key, IpProtocol.ICMPV6, IPV6_MINIMUM_MTU_BYTES);
  }

  /** Of a fragment only the length can tell: no error is longer than {@code largestBytes}. */
  private static boolean mayBeError(
      MemorySegment s, long at, FlowKey key, int icmp, int largestBytes) {
    if (key.ipProtocol() != icmp) {
      return false;
    }
    int readable = key.transportOffset() < 0 ? 0 : key.networkEnd() - key.transportOffset();
    if (readable < Icmpv4.HEADER_SIZE_BYTES) {
      return key.networkEnd() - key.networkOffset() <= largestBytes;
    }
    long icmpAt = at + key.transportOffset();
    return key.isIpv4() ? Icmpv4.isError(s, icmpAt) : Icmpv6.isError(s, icmpAt);
  }

  private static boolean isIpv4Host(int address) {
    int first = address >>> 24;
    return first != 0 && first != 127 && first < 224;
  }

  private static boolean isIpv6Host(long high, long low) {
    boolean isGroup = (high >>> 56) == 0xff;
    boolean isUnspecifiedOrLoopback = high == 0 && (low == 0 || low == 1);
    return !isGroup && !isUnspecifiedOrLoopback;
  }

  private static int ipv4(
      MemorySegment s, long ipAt, int packetBytes, int mtuBytes, MemorySegment out, long outAt) {
    int headers = Ipv4Header.MIN_SIZE_BYTES + Icmpv4.HEADER_SIZE_BYTES;
    int quoted = Math.min(packetBytes, LARGEST_IPV4_ANSWER_BYTES - headers);
    long icmpAt = outAt + Ipv4Header.MIN_SIZE_BYTES;
    Ipv4Header.begin(out, outAt, Ipv4Header.MIN_SIZE_BYTES, headers + quoted);
    Ipv4Header.trafficClass(out, outAt, INTERNETWORK_CONTROL);
    Ipv4Header.timeToLive(out, outAt, HOPS);
    Ipv4Header.protocol(out, outAt, IpProtocol.ICMPV4);
    Ipv4Header.source(out, outAt, Ipv4Header.destination(s, ipAt));
    Ipv4Header.destination(out, outAt, Ipv4Header.source(s, ipAt));
    Ipv4Header.writeChecksum(out, outAt);
    int told = Math.clamp(mtuBytes, IPV4_MINIMUM_MTU_BYTES, 0xffff);
    Icmpv4.beginError(
        out, icmpAt, Icmpv4.DESTINATION_UNREACHABLE, Icmpv4.FRAGMENTATION_NEEDED, told);
    MemorySegment.copy(s, ipAt, out, icmpAt + Icmpv4.HEADER_SIZE_BYTES, quoted);
    Icmpv4.writeChecksum(out, icmpAt, Icmpv4.HEADER_SIZE_BYTES + quoted);
    return headers + quoted;
  }

  private static int ipv6(
      MemorySegment s, long ipAt, int packetBytes, int mtuBytes, MemorySegment out, long outAt) {
    if (packetBytes <= IPV6_MINIMUM_MTU_BYTES && mtuBytes < IPV6_MINIMUM_MTU_BYTES) {
      return 0;
    }
    int headers = Ipv6Header.SIZE_BYTES + Icmpv6.HEADER_SIZE_BYTES;
    int quoted = Math.min(packetBytes, IPV6_MINIMUM_MTU_BYTES - headers);
    long icmpAt = outAt + Ipv6Header.SIZE_BYTES;
    Ipv6Header.begin(out, outAt, IpProtocol.ICMPV6, Icmpv6.HEADER_SIZE_BYTES + quoted);
    Ipv6Header.hopLimit(out, outAt, HOPS);
    Ipv6Header.source(
        out, outAt, Ipv6Header.destinationHigh(s, ipAt), Ipv6Header.destinationLow(s, ipAt));
    Ipv6Header.destination(
        out, outAt, Ipv6Header.sourceHigh(s, ipAt), Ipv6Header.sourceLow(s, ipAt));
    Icmpv6.beginPacketTooBig(out, icmpAt, Math.max(mtuBytes, IPV6_MINIMUM_MTU_BYTES));
    MemorySegment.copy(s, ipAt, out, icmpAt + Icmpv6.HEADER_SIZE_BYTES, quoted);
    Icmpv6.writeChecksum(out, outAt, icmpAt, Icmpv6.HEADER_SIZE_BYTES + quoted);
    return headers + quoted;
  }
}
