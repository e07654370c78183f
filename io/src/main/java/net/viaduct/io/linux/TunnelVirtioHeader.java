package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * {@code struct virtio_net_hdr_v1_hash_tunnel} (linux/virtio_net.h, Linux 6.17), which a tap puts
 * in front of a packet that may be a super-frame within a UDP tunnel. Stateless: safe from any
 * thread. The first fields are as in {@link VirtioNetHeader}, in the machine's order, and say of
 * such a super-frame how the <em>inner</em> packet is cut; offsets count from the first byte of the
 * outer frame.
 *
 * <pre>
 *  0  __u8  flags;            1: NEEDS_CSUM, 2: DATA_VALID, 8: UDP_TUNNEL_CSUM
 *  1  __u8  gso_type;         inner type | 0x20: tunnel over IPv4, 0x40: over IPv6
 *  2  __u16 hdr_len;          all headers, up to the inner payload
 *  4  __u16 gso_size;
 *  6  __u16 csum_start;
 *  8  __u16 csum_offset;
 * 10  __u16 num_buffers;
 * 12  __le32 hash_value; __le16 hash_report; __le16 padding;
 * 20  __le16 outer_th_offset; the outer UDP header
 * 22  __le16 inner_nh_offset; the inner IP header
 * </pre>
 */
final class TunnelVirtioHeader {
  static final int SIZE_BYTES = 24;

  /** {@code VIRTIO_NET_HDR_F_NEEDS_CSUM}. */
  static final int NEEDS_CHECKSUM = 1;

  /** {@code VIRTIO_NET_HDR_F_DATA_VALID}. */
  static final int DATA_VALID = 2;

  /** {@code VIRTIO_NET_HDR_F_UDP_TUNNEL_CSUM}: the outer UDP checksum is to be finished too. */
  static final int TUNNEL_CHECKSUM = 8;

  /** {@code VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV4}. */
  static final int TUNNEL_IPV4 = 0x20;

  /** {@code VIRTIO_NET_HDR_GSO_UDP_TUNNEL_IPV6}. */
  static final int TUNNEL_IPV6 = 0x40;

  /** Either. */
  static final int TUNNEL = TUNNEL_IPV4 | TUNNEL_IPV6;

  private static final int FLAGS_OFFSET = 0;
  private static final int TYPE_OFFSET = 1;
  private static final int HEADER_LENGTH_OFFSET = 2;
  private static final int SEGMENT_BYTES_OFFSET = 4;
  private static final int CHECKSUM_START_OFFSET = 6;
  private static final int CHECKSUM_OFFSET_OFFSET = 8;
  private static final int OUTER_TRANSPORT_OFFSET = 20;
  private static final int INNER_NETWORK_OFFSET = 22;

  private static final ValueLayout.OfShort LITTLE_ENDIAN =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private TunnelVirtioHeader() {}

  /** Nothing is to be done. */
  static void clear(MemorySegment s, long at) {
    s.set(JAVA_LONG_UNALIGNED, at, 0);
    s.set(JAVA_LONG_UNALIGNED, at + 8, 0);
    s.set(JAVA_LONG_UNALIGNED, at + 16, 0);
  }

  static int flags(MemorySegment s, long at) {
    return s.get(JAVA_BYTE, at + FLAGS_OFFSET) & 0xff;
  }

  static int type(MemorySegment s, long at) {
    return s.get(JAVA_BYTE, at + TYPE_OFFSET) & 0xff;
  }

  static int segmentBytes(MemorySegment s, long at) {
    return s.get(JAVA_SHORT_UNALIGNED, at + SEGMENT_BYTES_OFFSET) & 0xffff;
  }

  static int checksumStart(MemorySegment s, long at) {
    return s.get(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START_OFFSET) & 0xffff;
  }

  static int checksumOffset(MemorySegment s, long at) {
    return s.get(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET_OFFSET) & 0xffff;
  }

  static int outerTransport(MemorySegment s, long at) {
    return s.get(LITTLE_ENDIAN, at + OUTER_TRANSPORT_OFFSET) & 0xffff;
  }

  static int innerNetwork(MemorySegment s, long at) {
    return s.get(LITTLE_ENDIAN, at + INNER_NETWORK_OFFSET) & 0xffff;
  }

  /** Says that a checksum is to be finished, of a header that was cleared. */
  static void checksum(MemorySegment s, long at, int start, int offset) {
    s.set(JAVA_BYTE, at + FLAGS_OFFSET, (byte) NEEDS_CHECKSUM);
    s.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START_OFFSET, (short) start);
    s.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET_OFFSET, (short) offset);
  }

  /** Says how it is to be cut. */
  static void segmentation(MemorySegment s, long at, int type, int headerBytes, int segmentBytes) {
    s.set(JAVA_BYTE, at + TYPE_OFFSET, (byte) type);
    s.set(JAVA_SHORT_UNALIGNED, at + HEADER_LENGTH_OFFSET, (short) headerBytes);
    s.set(JAVA_SHORT_UNALIGNED, at + SEGMENT_BYTES_OFFSET, (short) segmentBytes);
  }

  /** Says that the super-frame is within a tunnel. */
  static void tunnel(
      MemorySegment s, long at, boolean checksum, int outerTransport, int innerNetwork) {
    if (checksum) {
      s.set(JAVA_BYTE, at + FLAGS_OFFSET, (byte) (NEEDS_CHECKSUM | TUNNEL_CHECKSUM));
    }
    s.set(LITTLE_ENDIAN, at + OUTER_TRANSPORT_OFFSET, (short) outerTransport);
    s.set(LITTLE_ENDIAN, at + INNER_NETWORK_OFFSET, (short) innerNetwork);
  }
}
