package net.viaduct.io.linux;

/**
 * How the kernel takes and gives several datagrams of one size at once (udp(7), linux/udp.h).
 * Constants.
 */
final class UdpOffload {
  /** {@code SOL_UDP}. */
  static final int SOL_UDP = 17;

  /** {@code UDP_SEGMENT}: a message is cut into datagrams of so many bytes; 16 bits. */
  static final int UDP_SEGMENT = 103;

  /** {@code UDP_GRO}: datagrams of one size and sender come as one message; an int. */
  static final int UDP_GRO = 104;

  /** {@code UDP_MAX_SEGMENTS} (linux/udp.h) of Linux 6.9 and later. */
  static final int MOST_SEGMENTS = 128;

  /** {@code UDP_MAX_SEGMENTS} of earlier kernels. */
  static final int MOST_SEGMENTS_BEFORE = 64;

  /** Bytes of one message: an IPv4 packet has 65,535 with its headers. */
  static final int MOST_BYTES = 65_507;

  private UdpOffload() {}
}
