package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Cuts a super-frame of TCP, or of UDP whose segments are datagrams (UDP_L4), into the frames that
 * Linux would cut it into (net/ipv4/tcp_offload.c, udp_offload.c, af_inet.c). Owned by one thread,
 * which begins frame after frame with it; nothing is allocated.
 *
 * <p>A segment is written as a whole, headers and payload in a row. What differs from segment to
 * segment: IPv4's total length, identification (plus one each) and checksum, IPv6's payload length,
 * TCP's sequence number, FIN and PSH (on the last only), CWR (on the first only), UDP's length, and
 * the transport checksum, which is finished. IPv4 options, IPv6 extension headers, VLAN tags and
 * TCP options are in each.
 *
 * <p>The super-frame's checksum field holds the sum of the pseudo-header of the whole, as Linux
 * hands it over ({@link UnfinishedChecksum}); a UDP checksum of 0 stays 0.
 */
public final class Segmenter {
  private static final int MAX_IP_LENGTH_BYTES = 0xffff;
  private static final int WORD_MASK = 0xffff;

  private MemorySegment frame = MemorySegment.NULL;
  private long frameAt;
  private int networkOffset;
  private int transportOffset;
  private int headerBytes;
  private int payloadBytes;
  private int segmentBytes;
  private int segmentCount;
  private boolean ipv4;
  private boolean tcp;
  private boolean checksummed;
  private long ipv4Sum;
  private long transportSum;

  /** Nothing to be cut yet. */
  public Segmenter() {}

  /**
   * Begins with a super-frame, which must stay as it is until the last segment is written.
   *
   * @param at the frame's first byte
   * @param lengthBytes the frame's length
   * @param key parsed from this very frame
   * @param segmentBytes payload of each segment but the last: TCP's MSS
   * @return false if this cannot be cut: no TCP or UDP, a fragment, a header that is not whole, or
   *     segments that would be too long for IP
   */
  public boolean begin(MemorySegment s, long at, int lengthBytes, FlowKey key, int segmentBytes) {
    segmentCount = 0;
    if (key.transportOffset() < 0 || segmentBytes <= 0) {
      return false;
    }
    transportOffset = key.transportOffset();
    int transportHeaderBytes = transportHeaderBytes(s, at, lengthBytes, key.ipProtocol());
    if (transportHeaderBytes < 0) {
      return false;
    }
    networkOffset = key.networkOffset();
    headerBytes = transportOffset + transportHeaderBytes;
    payloadBytes = lengthBytes - headerBytes;
    int largest = headerBytes - networkOffset + Math.min(segmentBytes, payloadBytes);
    if (largest > MAX_IP_LENGTH_BYTES) {
      return false;
    }
    frame = s;
    frameAt = at;
    ipv4 = key.isIpv4();
    tcp = key.ipProtocol() == IpProtocol.TCP;
    this.segmentBytes = segmentBytes;
    segmentCount = Math.max(1, (payloadBytes - 1) / segmentBytes + 1);
    prepareSums(lengthBytes - transportOffset);
    return true;
  }

  private int transportHeaderBytes(MemorySegment s, long at, int lengthBytes, int protocol) {
    long transportAt = at + transportOffset;
    int available = lengthBytes - transportOffset;
    return switch (protocol) {
      case IpProtocol.TCP ->
          TcpHeader.check(s, transportAt, available) == null
              ? TcpHeader.sizeBytes(s, transportAt)
              : -1;
      case IpProtocol.UDP -> available >= UdpHeader.SIZE_BYTES ? UdpHeader.SIZE_BYTES : -1;
      default -> -1;
    };
  }

  // The sums of everything that is the same in all segments.
  private void prepareSums(int transportBytes) {
    long transportAt = frameAt + transportOffset;
    int checksumAt = tcp ? TcpHeader.CHECKSUM_OFFSET : UdpHeader.CHECKSUM_OFFSET;
    int pseudoSum = NetworkOrder.u16(frame, transportAt + checksumAt);
    checksummed = tcp || pseudoSum != 0;
    // Taking the length out is adding its complement, as Linux does; what the sum says about
    // addresses is kept, which may be about a routing header's last one.
    transportSum = (long) pseudoSum + (~Checksum.fold(transportBytes) & WORD_MASK);
    transportSum += NetworkOrder.u32(frame, transportAt);
    if (tcp) {
      transportSum += NetworkOrder.u32(frame, transportAt + 8);
      transportSum += TcpHeader.window(frame, transportAt);
      transportSum += TcpHeader.urgentPointer(frame, transportAt);
      int optionsAt = transportOffset + TcpHeader.MIN_SIZE_BYTES;
      transportSum += Checksum.sum(frame, frameAt + optionsAt, headerBytes - optionsAt);
    }
    if (ipv4) {
      long ipAt = frameAt + networkOffset;
      int sizeBytes = Ipv4Header.sizeBytes(frame, ipAt);
      ipv4Sum = NetworkOrder.u16(frame, ipAt);
      ipv4Sum += NetworkOrder.u32(frame, ipAt + 6);
      ipv4Sum += Checksum.sum(frame, ipAt + 12, sizeBytes - 12);
    }
  }

  /** Bytes of all headers of each segment: from the frame's first byte to the payload. */
  public int headerBytes() {
    return headerBytes;
  }

  /** How many segments there are; 1 if there is no payload; 0 if {@link #begin} said no. */
  public int segmentCount() {
    return segmentCount;
  }

  private int payloadOffset(int index) {
    return headerBytes + index * segmentBytes;
  }

  /** How many bytes of payload a segment has. */
  public int payloadBytes(int index) {
    return Math.min(segmentBytes, payloadBytes - index * segmentBytes);
  }

  /**
   * Writes a segment, {@link #headerBytes()} and {@link #payloadBytes} in all. The payload is
   * copied first and summed where it then is: near the processor, wherever it was before.
   *
   * @param index 0 to {@link #segmentCount()} - 1
   * @param out anywhere but in the super-frame itself
   * @return bytes of payload
   */
  public int write(int index, MemorySegment out, long outAt) {
    if (index < 0 || index >= segmentCount) {
      throw new IndexOutOfBoundsException(index + " of " + segmentCount + " segments");
    }
    MemorySegment.copy(frame, frameAt, out, outAt, headerBytes);
    int payload = payloadBytes(index);
    long payloadAt = outAt + headerBytes;
    MemorySegment.copy(frame, frameAt + payloadOffset(index), out, payloadAt, payload);
    if (ipv4) {
      writeIpv4(index, payload, out, outAt + networkOffset);
    } else {
      int lengthBytes = headerBytes - networkOffset - Ipv6Header.SIZE_BYTES + payload;
      Ipv6Header.payloadLengthBytes(out, outAt + networkOffset, lengthBytes);
    }
    int payloadSum = checksummed ? Checksum.sum(out, payloadAt, payload) : 0;
    if (tcp) {
      writeTcp(index, payload + (long) payloadSum, out, outAt + transportOffset);
    } else {
      writeUdp(payload, payloadSum, out, outAt + transportOffset);
    }
    return payload;
  }

  private void writeIpv4(int index, int payload, MemorySegment out, long ipAt) {
    int totalLength = headerBytes - networkOffset + payload;
    int identification = (Ipv4Header.identification(out, ipAt) + index) & WORD_MASK;
    Ipv4Header.totalLengthBytes(out, ipAt, totalLength);
    Ipv4Header.identification(out, ipAt, identification);
    Ipv4Header.checksum(out, ipAt, Checksum.finish(ipv4Sum + totalLength + identification));
  }

  private void writeTcp(int index, long payloadSum, MemorySegment out, long transportAt) {
    int sequence = TcpHeader.sequence(out, transportAt) + index * segmentBytes;
    int flags = TcpHeader.flags(out, transportAt);
    if (index > 0) {
      flags &= ~TcpHeader.CWR;
    }
    if (index < segmentCount - 1) {
      flags &= ~(TcpHeader.FIN | TcpHeader.PSH);
    }
    TcpHeader.sequence(out, transportAt, sequence);
    TcpHeader.flags(out, transportAt, flags);
    long sum = transportSum + payloadSum + (headerBytes - transportOffset);
    sum += Integer.toUnsignedLong(sequence);
    sum += NetworkOrder.u16(out, transportAt + TcpHeader.SIZE_AND_FLAGS_OFFSET);
    TcpHeader.checksum(out, transportAt, Checksum.finish(sum));
  }

  private void writeUdp(int payload, int payloadSum, MemorySegment out, long transportAt) {
    int lengthBytes = UdpHeader.SIZE_BYTES + payload;
    UdpHeader.lengthBytes(out, transportAt, lengthBytes);
    if (checksummed) {
      // The length is in the pseudo-header and in the header.
      int checksum = Checksum.finish(transportSum + payloadSum + 2L * lengthBytes);
      UdpHeader.checksum(out, transportAt, checksum == 0 ? WORD_MASK : checksum);
    }
  }
}
