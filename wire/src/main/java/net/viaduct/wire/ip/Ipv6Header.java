package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The IPv6 header, RFC 8200 section 3. Stateless: safe from any thread. Offsets and sizes are in
 * bytes; {@code at} is the first byte of the header. What may stand between it and the transport
 * header is {@link Ipv6ExtensionHeaders}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |version| traffic class |              flow label               |
 * +-------+---------------+-------+---------------+---------------+
 * |        payload length         |  next header  |   hop limit   |
 * +-------------------------------+---------------+---------------+
 * |                    source address, 16 bytes                   |
 * +---------------------------------------------------------------+
 * |                 destination address, 16 bytes                 |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6Header {
  /** Without extension headers. */
  public static final int SIZE_BYTES = 40;

  private static final int VERSION_OFFSET = 0;
  private static final int PAYLOAD_LENGTH_OFFSET = 4;
  private static final int NEXT_HEADER_OFFSET = 6;
  private static final int HOP_LIMIT_OFFSET = 7;
  private static final int SOURCE_OFFSET = 8;
  private static final int DESTINATION_OFFSET = 24;

  private static final int VERSION_SHIFT = 28;
  private static final int TRAFFIC_CLASS_SHIFT = 20;
  private static final int FLOW_LABEL_MASK = 0xf_ffff;

  private Ipv6Header() {}

  /**
   * Whether all fields may be read, and the packet is as long as it announces.
   *
   * @param availableBytes how many bytes there are from {@code at} on; more than the packet is fine
   *     (Ethernet pads)
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    Malformation header = checkHeader(s, at, availableBytes);
    if (header != null) {
      return header;
    }
    return SIZE_BYTES + payloadLengthBytes(s, at) > availableBytes ? Malformation.TRUNCATED : null;
  }

  /** As {@link #check}, for a header quoted by ICMPv6, whose packet may be cut off behind it. */
  public static @Nullable Malformation checkHeader(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    return version(s, at) == 6 ? null : Malformation.BAD_VERSION;
  }

  /** Version, 6 if this is IPv6. */
  public static int version(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + VERSION_OFFSET) >>> 4;
  }

  /** DSCP and ECN in one. */
  public static int trafficClass(MemorySegment s, long at) {
    return (NetworkOrder.i32(s, at + VERSION_OFFSET) >>> TRAFFIC_CLASS_SHIFT) & 0xff;
  }

  /** Sets DSCP and ECN. */
  public static void trafficClass(MemorySegment s, long at, int value) {
    int word = NetworkOrder.i32(s, at + VERSION_OFFSET) & ~(0xff << TRAFFIC_CLASS_SHIFT);
    NetworkOrder.i32(s, at + VERSION_OFFSET, word | ((value & 0xff) << TRAFFIC_CLASS_SHIFT));
  }

  /** Flow label, 20 bits, RFC 6437. */
  public static int flowLabel(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + VERSION_OFFSET) & FLOW_LABEL_MASK;
  }

  /** Sets the flow label. */
  public static void flowLabel(MemorySegment s, long at, int value) {
    int word = NetworkOrder.i32(s, at + VERSION_OFFSET) & ~FLOW_LABEL_MASK;
    NetworkOrder.i32(s, at + VERSION_OFFSET, word | (value & FLOW_LABEL_MASK));
  }

  /** Length of what follows this header, extension headers included. */
  public static int payloadLengthBytes(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + PAYLOAD_LENGTH_OFFSET);
  }

  /** Sets the length of what follows this header. */
  public static void payloadLengthBytes(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + PAYLOAD_LENGTH_OFFSET, value);
  }

  /** What follows, an {@link IpProtocol}; perhaps an extension header. */
  public static int nextHeader(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + NEXT_HEADER_OFFSET);
  }

  /** Sets what follows. */
  public static void nextHeader(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + NEXT_HEADER_OFFSET, value);
  }

  /** Hops left. */
  public static int hopLimit(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + HOP_LIMIT_OFFSET);
  }

  /** Sets the hops left. */
  public static void hopLimit(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + HOP_LIMIT_OFFSET, value);
  }

  /** Upper half of the source address, as {@link IpAddress#high()}. */
  public static long sourceHigh(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + SOURCE_OFFSET);
  }

  /** Lower half of the source address, as {@link IpAddress#low()}. */
  public static long sourceLow(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + SOURCE_OFFSET + 8);
  }

  /** Sets the source address. */
  public static void source(MemorySegment s, long at, long high, long low) {
    NetworkOrder.i64(s, at + SOURCE_OFFSET, high);
    NetworkOrder.i64(s, at + SOURCE_OFFSET + 8, low);
  }

  /** Upper half of the destination address. */
  public static long destinationHigh(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + DESTINATION_OFFSET);
  }

  /** Lower half of the destination address. */
  public static long destinationLow(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + DESTINATION_OFFSET + 8);
  }

  /** Sets the destination address. */
  public static void destination(MemorySegment s, long at, long high, long low) {
    NetworkOrder.i64(s, at + DESTINATION_OFFSET, high);
    NetworkOrder.i64(s, at + DESTINATION_OFFSET + 8, low);
  }

  /** Begins a header: version, next header and payload length are set, everything else is zero. */
  public static void begin(MemorySegment s, long at, int nextHeader, int payloadLengthBytes) {
    for (int i = 0; i < SIZE_BYTES; i += 8) {
      NetworkOrder.i64(s, at + i, 0);
    }
    NetworkOrder.i32(s, at + VERSION_OFFSET, 6 << VERSION_SHIFT);
    nextHeader(s, at, nextHeader);
    payloadLengthBytes(s, at, payloadLengthBytes);
  }
}
