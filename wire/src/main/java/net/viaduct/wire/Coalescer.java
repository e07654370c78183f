package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Puts frames of one flow together to the super-frame of TCP or of UDP (UDP_L4) that {@link
 * Segmenter} would cut into just these: the rules of Linux's GRO (net/ipv4/tcp_offload.c,
 * udp_offload.c, af_inet.c), so that the receiver cannot tell. Owned by one thread, which begins
 * with frame after frame; nothing is allocated.
 *
 * <p>All are in one memory. The payload of each frame that is appended is moved behind the one
 * before; its headers are given up. The same in all segments are: everything in front of IP;
 * addresses, traffic class, flow label, hops, DF; ports; TCP's acknowledgment, window, flags but
 * for PSH, FIN and CWR, and options. TCP's sequence numbers follow each other. IPv4's
 * identifications do too, or stay the same under DF, where they mean nothing (RFC 6864 section
 * 4.1). Payloads have the same size, but for the last, which may be shorter. Checksums are right,
 * or unfinished ({@link UnfinishedChecksum}): one that is neither stays visible to the receiver, in
 * a frame of its own.
 *
 * <p>Not put together: fragments, IPv4 with options, IPv6 with extension headers, SYN, RST and URG,
 * UDP without checksum, frames without payload or with padding behind the packet; and DHCP, which
 * clients without an address read as packets, not by a socket that takes a super-frame apart.
 */
public final class Coalescer {
  /** More datagrams of UDP than this are not taken at once by every kernel (UDP_MAX_SEGMENTS). */
  private static final int MOST_DATAGRAMS = 64;

  private static final int MOST_PACKET_BYTES = 0xffff;
  private static final int VALID_SUM = 0xffff;
  private static final int WORD_MASK = 0xffff;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** Of TCP, what may be set; ECE and the bits above have to be the same in all. */
  private static final int USUAL_FLAGS =
      TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.ECE | TcpHeader.CWR;

  /** In the 32 bits of data offset, flags and window: what may differ. */
  private static final int DIFFERING_FLAGS = (TcpHeader.PSH | TcpHeader.FIN) << 16;

  /** What IPv4 identifications do from segment to segment. */
  private static final int IDENTIFICATION_FOLLOWS = 1;

  private static final int IDENTIFICATION_STAYS = 0;
  private static final int IDENTIFICATION_UNKNOWN = -1;

  private MemorySegment s = MemorySegment.NULL;
  private long first;
  private int networkOffset;
  private int transportOffset;
  private int headerBytes;
  private int segmentBytes;
  private int lengthBytes;
  private int segments;
  private boolean ipv4;
  private boolean tcp;
  private boolean open;
  private int identifications;
  private int lastFlags;

  /** Nothing to be put together yet. */
  public Coalescer() {}

  /**
   * Begins with a frame.
   *
   * @param at its first byte
   * @param lengthBytes its length
   * @param key parsed from this very frame
   * @return false if nothing can be appended to it
   */
  public boolean begin(MemorySegment memory, long at, int lengthBytes, FlowKey key) {
    s = memory;
    first = at;
    this.lengthBytes = lengthBytes;
    segments = 1;
    open = isSegment(key) && hasValidChecksums(first, lengthBytes);
    segmentBytes = lengthBytes - headerBytes;
    identifications = IDENTIFICATION_UNKNOWN;
    return open;
  }

  /** Whether a frame is a segment of what can be put together, and more may follow. */
  private boolean isSegment(FlowKey key) {
    headerBytes = 0;
    networkOffset = key.networkOffset();
    transportOffset = key.transportOffset();
    ipv4 = key.isIpv4();
    tcp = key.ipProtocol() == IpProtocol.TCP;
    boolean plain =
        transportOffset >= 0
            && !key.isFragment()
            && (ipv4 || key.isIpv6())
            && packetBytes(first + networkOffset) == lengthBytes - networkOffset
            && transportOffset - networkOffset
                == (ipv4 ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES);
    if (!plain) {
      return false;
    }
    return tcp
        ? isTcpSegment()
        : key.ipProtocol() == IpProtocol.UDP
            && key.destinationPort() != DhcpMessage.CLIENT_PORT
            && key.destinationPort() != DhcpMessage.SERVER_PORT
            && isDatagram();
  }

  private int packetBytes(long ipAt) {
    return ipv4
        ? Ipv4Header.totalLengthBytes(s, ipAt)
        : Ipv6Header.SIZE_BYTES + Ipv6Header.payloadLengthBytes(s, ipAt);
  }

  private boolean isTcpSegment() {
    long tcpAt = first + transportOffset;
    if (TcpHeader.check(s, tcpAt, lengthBytes - transportOffset) != null) {
      return false;
    }
    headerBytes = transportOffset + TcpHeader.sizeBytes(s, tcpAt);
    lastFlags = TcpHeader.flags(s, tcpAt);
    return lengthBytes > headerBytes
        && (lastFlags & ~USUAL_FLAGS & 0xff) == 0
        && (lastFlags & (TcpHeader.PSH | TcpHeader.FIN)) == 0;
  }

  private boolean isDatagram() {
    int available = lengthBytes - transportOffset;
    long udpAt = first + transportOffset;
    headerBytes = transportOffset + UdpHeader.SIZE_BYTES;
    return lengthBytes > headerBytes
        && UdpHeader.lengthBytes(s, udpAt) == available
        && UdpHeader.checksum(s, udpAt) != 0;
  }

  private boolean hasValidChecksums(long at, int bytes) {
    long ipAt = at + networkOffset;
    if (ipv4 && !Ipv4Header.hasValidChecksum(s, ipAt)) {
      return false;
    }
    int transportBytes = bytes - transportOffset;
    int protocol = tcp ? IpProtocol.TCP : IpProtocol.UDP;
    long sum =
        ipv4
            ? Checksum.pseudoIpv4(s, ipAt, protocol, transportBytes)
            : Checksum.pseudoIpv6(s, ipAt, protocol, transportBytes);
    if (NetworkOrder.u16(s, at + transportOffset + checksumOffset()) == sum) {
      return true; // unfinished, as that of the super-frame will be
    }
    return Checksum.fold(sum + Checksum.sum(s, at + transportOffset, transportBytes)) == VALID_SUM;
  }

  /**
   * Appends a frame, if it is the next segment: its payload is moved.
   *
   * @param at its first byte, behind all that was appended
   * @param bytes its length
   * @return false if it is not: nothing has changed
   */
  public boolean append(long at, int bytes) {
    int payload = bytes - headerBytes;
    if (!open
        || payload <= 0
        || payload > segmentBytes
        || lengthBytes + payload - networkOffset > MOST_PACKET_BYTES
        || !isSameLink(at)
        || !(ipv4 ? isNextIpv4(at, bytes) : isNextIpv6(at, bytes))
        || !(tcp ? isNextTcp(at) : isNextUdp(at, bytes))
        || !hasValidChecksums(at, bytes)) {
      return false;
    }
    if (tcp) {
      lastFlags = TcpHeader.flags(s, at + transportOffset); // before its place is taken
    }
    MemorySegment.copy(s, at + headerBytes, s, first + lengthBytes, payload);
    lengthBytes += payload;
    segments++;
    if (!tcp && segments == MOST_DATAGRAMS) {
      open = false;
    }
    if (payload < segmentBytes || (tcp && (lastFlags & (TcpHeader.PSH | TcpHeader.FIN)) != 0)) {
      open = false;
    }
    return true;
  }

  /** What stands in front of IP: MAC addresses, tags, type; 14 bytes and 4 for each tag. */
  private boolean isSameLink(long at) {
    if (s.get(LONG, at) != s.get(LONG, first) || s.get(INT, at + 8) != s.get(INT, first + 8)) {
      return false;
    }
    for (int i = EthernetHeader.ADDRESSES_SIZE_BYTES; i < networkOffset; i += 2) {
      if (s.get(SHORT, at + i) != s.get(SHORT, first + i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isNextIpv4(long at, int bytes) {
    long ip = at + networkOffset;
    long ours = first + networkOffset;
    return s.get(SHORT, ip) == s.get(SHORT, ours)
        && packetBytes(ip) == bytes - networkOffset
        && s.get(INT, ip + 6) == s.get(INT, ours + 6)
        && s.get(LONG, ip + 12) == s.get(LONG, ours + 12)
        && isNextIdentification(ip, ours);
  }

  private boolean isNextIdentification(long ip, long ours) {
    int before = Ipv4Header.identification(s, ours);
    int now = Ipv4Header.identification(s, ip);
    int kind;
    if (now == ((before + segments) & WORD_MASK)) {
      kind = IDENTIFICATION_FOLLOWS;
    } else if (now == before && Ipv4Header.dontFragment(s, ours)) {
      kind = IDENTIFICATION_STAYS;
    } else {
      return false;
    }
    if (identifications != IDENTIFICATION_UNKNOWN && identifications != kind) {
      return false;
    }
    identifications = kind;
    return true;
  }

  private boolean isNextIpv6(long at, int bytes) {
    long ip = at + networkOffset;
    long ours = first + networkOffset;
    return s.get(INT, ip) == s.get(INT, ours)
        && packetBytes(ip) == bytes - networkOffset
        && s.get(SHORT, ip + 6) == s.get(SHORT, ours + 6)
        && s.get(LONG, ip + 8) == s.get(LONG, ours + 8)
        && s.get(LONG, ip + 16) == s.get(LONG, ours + 16)
        && s.get(LONG, ip + 24) == s.get(LONG, ours + 24)
        && s.get(LONG, ip + 32) == s.get(LONG, ours + 32);
  }

  private boolean isNextTcp(long at) {
    long next = at + transportOffset;
    long ours = first + transportOffset;
    int flags = NetworkOrder.i32(s, next + TcpHeader.SIZE_AND_FLAGS_OFFSET);
    int ourFlags = NetworkOrder.i32(s, ours + TcpHeader.SIZE_AND_FLAGS_OFFSET);
    int cwr = TcpHeader.CWR << 16;
    return s.get(INT, next) == s.get(INT, ours)
        && TcpHeader.sequence(s, next) == TcpHeader.sequence(s, ours) + (lengthBytes - headerBytes)
        && s.get(INT, next + 8) == s.get(INT, ours + 8)
        && ((flags ^ (ourFlags & ~cwr)) & ~DIFFERING_FLAGS) == 0 // CWR: on the first only
        && TcpHeader.urgentPointer(s, next) == TcpHeader.urgentPointer(s, ours)
        && hasSameOptions(next, ours);
  }

  private boolean hasSameOptions(long next, long ours) {
    for (int i = TcpHeader.MIN_SIZE_BYTES; i < headerBytes - transportOffset; i += 4) {
      if (s.get(INT, next + i) != s.get(INT, ours + i)) {
        return false;
      }
    }
    return true;
  }

  private boolean isNextUdp(long at, int bytes) {
    long next = at + transportOffset;
    return s.get(INT, next) == s.get(INT, first + transportOffset)
        && UdpHeader.lengthBytes(s, next) == bytes - transportOffset
        && UdpHeader.checksum(s, next) != 0;
  }

  /** How many frames were put together, the first included. */
  public int segments() {
    return segments;
  }

  /** The length of the frame now. */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** Payload of each segment but the last. */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** Where the transport header begins, counted from the frame's first byte. */
  public int transportOffset() {
    return transportOffset;
  }

  /** Where the checksum stands in the transport header. */
  public int checksumOffset() {
    return tcp ? TcpHeader.CHECKSUM_OFFSET : UdpHeader.CHECKSUM_OFFSET;
  }

  /** Whether it is TCP; else UDP. */
  public boolean isTcp() {
    return tcp;
  }

  /** Whether it is over IPv4; else IPv6. */
  public boolean isIpv4() {
    return ipv4;
  }

  /** Whether the first segment has TCP's CWR. */
  public boolean hasCongestionWindowReduced() {
    return tcp && (TcpHeader.flags(s, first + transportOffset) & TcpHeader.CWR) != 0;
  }

  /**
   * Makes the headers those of a super-frame, with the checksum unfinished, if it is one: more than
   * one frame was put together.
   */
  public void finish() {
    if (segments == 1) {
      return;
    }
    long ipAt = first + networkOffset;
    long transportAt = first + transportOffset;
    int transportBytes = lengthBytes - transportOffset;
    int protocol = tcp ? IpProtocol.TCP : IpProtocol.UDP;
    int pseudoSum;
    if (ipv4) {
      Ipv4Header.totalLengthBytes(s, ipAt, lengthBytes - networkOffset);
      Ipv4Header.writeChecksum(s, ipAt);
      pseudoSum = Checksum.pseudoIpv4(s, ipAt, protocol, transportBytes);
    } else {
      Ipv6Header.payloadLengthBytes(s, ipAt, transportBytes);
      pseudoSum = Checksum.pseudoIpv6(s, ipAt, protocol, transportBytes);
    }
    if (tcp) {
      int flags = TcpHeader.flags(s, transportAt);
      TcpHeader.flags(s, transportAt, flags | (lastFlags & (TcpHeader.PSH | TcpHeader.FIN)));
      TcpHeader.checksum(s, transportAt, pseudoSum);
    } else {
      UdpHeader.lengthBytes(s, transportAt, transportBytes);
      UdpHeader.checksum(s, transportAt, pseudoSum);
    }
  }
}
