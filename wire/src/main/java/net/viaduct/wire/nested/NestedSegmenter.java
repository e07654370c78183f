package net.viaduct.wire.nested;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.Segmenter;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * Cuts a super-frame whose TCP or UDP is within tunnels of the machine's own, as Linux would cut it
 * (skb_udp_tunnel_segment, gre_gso_segment, ipip): what is inside as {@link Segmenter} does, and
 * around each segment the headers of every tunnel with their lengths, IPv4 identification (plus one
 * each) and checksum, and a UDP checksum over all of it where the super-frame has one. Owned by one
 * thread; nothing is allocated.
 */
public final class NestedSegmenter {
  private final TunnelLayers layers = new TunnelLayers();
  private final Segmenter inner = new Segmenter();
  private MemorySegment frame = MemorySegment.NULL;
  private long frameAt;

  /** Nothing to be cut yet. */
  public NestedSegmenter() {}

  /**
   * Begins with a super-frame, which must stay as it is until the last segment is written.
   *
   * @param at the frame's first byte
   * @param transportOffset where the TCP or UDP header begins that each segment is to have, or
   *     {@link TunnelLayers#NOT_TOLD}
   * @param segmentBytes payload of each segment but the last
   * @return false if this cannot be cut: what stands around that header is not known, or is not
   *     whole
   */
  public boolean begin(
      MemorySegment s, long at, int lengthBytes, int transportOffset, int segmentBytes) {
    frame = s;
    frameAt = at;
    if (!layers.walk(s, at, lengthBytes, transportOffset)) {
      return false;
    }
    int offset = layers.innerOffset();
    return inner.begin(s, at + offset, lengthBytes - offset, layers.innermost(), segmentBytes);
  }

  /** What is around, and the key of what is inside. */
  public TunnelLayers layers() {
    return layers;
  }

  /** Bytes of all headers of each segment: from the frame's first byte to the payload. */
  public int headerBytes() {
    return layers.innerOffset() + inner.headerBytes();
  }

  /** How many segments there are; 0 if {@link #begin} said no. */
  public int segmentCount() {
    return inner.segmentCount();
  }

  /** How many bytes of payload a segment has. */
  public int payloadBytes(int index) {
    return inner.payloadBytes(index);
  }

  /**
   * Writes a segment, {@link #headerBytes()} and {@link #payloadBytes} in all.
   *
   * @param index 0 to {@link #segmentCount()} - 1
   * @param out anywhere but in the super-frame itself
   * @return bytes of payload
   */
  public int write(int index, MemorySegment out, long outAt) {
    int offset = layers.innerOffset();
    int payload = inner.write(index, out, outAt + offset);
    MemorySegment.copy(frame, frameAt, out, outAt, offset);
    // from the inside out, as a checksum is over all that is inside
    for (int tunnel = layers.tunnels() - 1; tunnel >= 0; tunnel--) {
      writeIp(tunnel, index, payload, out, outAt);
      if (layers.udpOffset(tunnel) >= 0) {
        writeUdp(tunnel, payload, out, outAt);
      }
    }
    return payload;
  }

  private void writeIp(int tunnel, int index, int payload, MemorySegment out, long outAt) {
    long ipAt = outAt + layers.networkOffset(tunnel);
    int lengthBytes = headerBytes() - layers.networkOffset(tunnel) + payload;
    if (!layers.isIpv4(tunnel)) {
      Ipv6Header.payloadLengthBytes(out, ipAt, lengthBytes - Ipv6Header.SIZE_BYTES);
      return;
    }
    Ipv4Header.totalLengthBytes(out, ipAt, lengthBytes);
    Ipv4Header.identification(out, ipAt, (Ipv4Header.identification(out, ipAt) + index) & 0xffff);
    Ipv4Header.writeChecksum(out, ipAt);
  }

  private void writeUdp(int tunnel, int payload, MemorySegment out, long outAt) {
    int udp = layers.udpOffset(tunnel);
    long udpAt = outAt + udp;
    int lengthBytes = headerBytes() - udp + payload;
    UdpHeader.lengthBytes(out, udpAt, lengthBytes);
    if (UdpHeader.checksum(out, udpAt) == 0) {
      return;
    }
    UdpHeader.checksum(out, udpAt, 0);
    long ipAt = outAt + layers.networkOffset(tunnel);
    int pseudo =
        layers.isIpv4(tunnel)
            ? Checksum.pseudoIpv4(out, ipAt, IpProtocol.UDP, lengthBytes)
            : Checksum.pseudoIpv6(out, ipAt, IpProtocol.UDP, lengthBytes);
    int headers = headerBytes() - udp;
    long sum = (long) pseudo + Checksum.sum(out, udpAt, headers);
    int payloadSum = Checksum.sum(out, outAt + headerBytes(), payload);
    // a payload that begins at an odd offset is summed with its bytes the other way round
    sum += (headers & 1) == 0 ? payloadSum : Integer.reverseBytes(payloadSum) >>> 16;
    int checksum = Checksum.finish(sum);
    UdpHeader.checksum(out, udpAt, checksum == 0 ? 0xffff : checksum);
  }
}
