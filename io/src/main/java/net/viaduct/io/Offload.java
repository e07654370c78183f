package net.viaduct.io;

import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;

/**
 * What the sender of a frame left for the device to do: finish a checksum, cut a super-frame.
 * Offsets count from the first byte of the frame. Owned by the frame's owner.
 *
 * <pre>
 * struct virtio_net_hdr {            linux/virtio_net.h, as taps and packet sockets give it
 *   __u8  flags;                     1: NEEDS_CSUM, 2: DATA_VALID
 *   __u8  gso_type;                  0: none, 1: TCPV4, 4: TCPV6, 5: UDP_L4, 0x80: ECN
 *   __u16 hdr_len;
 *   __u16 gso_size;
 *   __u16 csum_start;
 *   __u16 csum_offset;
 * };
 * </pre>
 */
public final class Offload {
  /** {@code VIRTIO_NET_HDR_GSO_NONE}: one packet. */
  public static final int NONE = 0;

  /** {@code VIRTIO_NET_HDR_GSO_TCPV4}. */
  public static final int TCP_IPV4 = 1;

  /** {@code VIRTIO_NET_HDR_GSO_TCPV6}. */
  public static final int TCP_IPV6 = 4;

  /** {@code VIRTIO_NET_HDR_GSO_UDP_L4}: UDP, each segment a datagram. */
  public static final int UDP = 5;

  /**
   * {@code VIRTIO_NET_HDR_GSO_ECN}: a bit beside the type; CWR is set on the first segment only.
   */
  public static final int ECN_FLAG = 0x80;

  private boolean checksumPartial;
  private int checksumStart;
  private int checksumOffset;
  private int segmentation;
  private int segmentBytes;

  Offload() {}

  /** Nothing is left to be done. */
  public void clear() {
    checksumPartial = false;
    checksumStart = 0;
    checksumOffset = 0;
    segmentation = NONE;
    segmentBytes = 0;
  }

  /**
   * The checksum over the bytes from {@code start} to the frame's end belongs at {@code start +
   * offset}, where the sum of the pseudo-header stands now.
   */
  public void checksumPartial(int start, int offset) {
    checksumPartial = true;
    checksumStart = start;
    checksumOffset = offset;
  }

  /** The checksum is finished. */
  public void checksumDone() {
    checksumPartial = false;
  }

  /**
   * The frame is a super-frame.
   *
   * @param type {@link #TCP_IPV4}, {@link #TCP_IPV6} or {@link #UDP}, with or without {@link
   *     #ECN_FLAG}
   * @param payloadBytes payload of each segment but the last: TCP's MSS
   */
  public void segmentation(int type, int payloadBytes) {
    segmentation = type;
    segmentBytes = payloadBytes;
  }

  /** Whether a checksum has to be finished. */
  public boolean isChecksumPartial() {
    return checksumPartial;
  }

  /** Where the sum begins: the transport header. */
  public int checksumStart() {
    return checksumStart;
  }

  /** Where the checksum is, counted from {@link #checksumStart()}. */
  public int checksumOffset() {
    return checksumOffset;
  }

  /** Whether the frame is to be cut. */
  public boolean isSuperFrame() {
    return segmentation != NONE;
  }

  /** The type of super-frame, perhaps with {@link #ECN_FLAG}; {@link #NONE} if it is none. */
  public int segmentation() {
    return segmentation;
  }

  /**
   * Whether the type of the super-frame is right for the packet that is to be cut.
   *
   * @param key of the packet whose transport header is at {@link #checksumStart()}: the frame's
   *     own, or one within a tunnel of the machine's own
   */
  public boolean suits(FlowKey key) {
    return switch (segmentation & ~ECN_FLAG) {
      case TCP_IPV4 -> checksumPartial && key.isIpv4() && key.ipProtocol() == IpProtocol.TCP;
      case TCP_IPV6 -> checksumPartial && key.isIpv6() && key.ipProtocol() == IpProtocol.TCP;
      case UDP -> key.ipProtocol() == IpProtocol.UDP; // perhaps without checksum
      default -> false;
    };
  }

  /** Where the transport header of what is to be cut begins; -1 if that is not told. */
  public int segmentationStart() {
    return checksumPartial ? checksumStart : -1;
  }

  /** Payload bytes of each segment but the last. */
  public int segmentBytes() {
    return segmentBytes;
  }

  /** Whether nothing is left to be done. */
  public boolean isNothing() {
    return !checksumPartial && segmentation == NONE;
  }

  void shift(int bytes) {
    checksumStart += bytes;
  }

  /** Makes this the same as another one. */
  public void copyFrom(Offload other) {
    checksumPartial = other.checksumPartial;
    checksumStart = other.checksumStart;
    checksumOffset = other.checksumOffset;
    segmentation = other.segmentation;
    segmentBytes = other.segmentBytes;
  }
}
