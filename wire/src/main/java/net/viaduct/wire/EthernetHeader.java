package net.viaduct.wire;

import java.lang.foreign.MemorySegment;

/**
 * The Ethernet header, IEEE 802.3 section 3.2 and RFC 894. Stateless: safe from any thread. Offsets
 * and sizes are in bytes; {@code at} is the first byte of the frame.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                      destination address                      |
 * +                               +-------------------------------+
 * |                               |        source address         |
 * +-------------------------------+                               +
 * |                                                               |
 * +-------------------------------+-------------------------------+
 * |      EtherType or length      |
 * +-------------------------------+
 * </pre>
 */
public final class EthernetHeader {
  /** Without VLAN tags. */
  public static final int SIZE_BYTES = 14;

  /** Both addresses: what stands in front of the first VLAN tag. */
  public static final int ADDRESSES_SIZE_BYTES = 12;

  private static final int DESTINATION_OFFSET = 0;
  private static final int SOURCE_OFFSET = 6;
  private static final int ETHER_TYPE_OFFSET = 12;

  private EthernetHeader() {}

  /** Whether a frame of this many bytes has the whole header. */
  public static boolean fits(int lengthBytes) {
    return lengthBytes >= SIZE_BYTES;
  }

  /** Destination address in {@link MacAddress}'s form. */
  public static long destination(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + DESTINATION_OFFSET);
  }

  /** Sets the destination address. */
  public static void destination(MemorySegment s, long at, long mac) {
    NetworkOrder.u48(s, at + DESTINATION_OFFSET, mac);
  }

  /** Source address in {@link MacAddress}'s form. */
  public static long source(MemorySegment s, long at) {
    return NetworkOrder.u48(s, at + SOURCE_OFFSET);
  }

  /** Sets the source address. */
  public static void source(MemorySegment s, long at, long mac) {
    NetworkOrder.u48(s, at + SOURCE_OFFSET, mac);
  }

  /** What follows: an {@link EtherType}, perhaps a VLAN tag's; below 0x600 an 802.3 length. */
  public static int etherType(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + ETHER_TYPE_OFFSET);
  }

  /** Sets what follows. */
  public static void etherType(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + ETHER_TYPE_OFFSET, value);
  }

  /** Writes the whole header. */
  public static void write(MemorySegment s, long at, long destination, long source, int etherType) {
    destination(s, at, destination);
    source(s, at, source);
    etherType(s, at, etherType);
  }
}
