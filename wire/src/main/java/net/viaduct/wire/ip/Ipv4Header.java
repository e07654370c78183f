package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The IPv4 header, RFC 791 section 3.1; DSCP and ECN as RFC 2474 and RFC 3168. Stateless: safe from
 * any thread. Offsets and sizes are in bytes; {@code at} is the first byte of the header.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+-----------+---+-------------------------------+
 * |version|  IHL  |   DSCP    |ECN|         total length          |
 * +-------+-------+-----------+---+-----+-------------------------+
 * |        identification         |0|D|M|     fragment offset     |
 * +---------------+---------------+-----+-------------------------+
 * | time to live  |   protocol    |        header checksum        |
 * +---------------+---------------+-------------------------------+
 * |                        source address                         |
 * +---------------------------------------------------------------+
 * |                      destination address                      |
 * +---------------------------------------------------------------+
 * |                       options, 0 to 40                        |
 * </pre>
 */
public final class Ipv4Header {
  /** Without options. */
  public static final int MIN_SIZE_BYTES = 20;

  /** With all the options that fit. */
  public static final int MAX_SIZE_BYTES = 60;

  private static final int VERSION_OFFSET = 0;
  private static final int TRAFFIC_CLASS_OFFSET = 1;
  private static final int TOTAL_LENGTH_OFFSET = 2;
  private static final int IDENTIFICATION_OFFSET = 4;
  private static final int FRAGMENT_OFFSET = 6;
  private static final int TIME_TO_LIVE_OFFSET = 8;
  private static final int PROTOCOL_OFFSET = 9;
  private static final int CHECKSUM_OFFSET = 10;
  private static final int SOURCE_OFFSET = 12;
  private static final int DESTINATION_OFFSET = 16;

  private static final int DONT_FRAGMENT_FLAG = 0x4000;
  private static final int MORE_FRAGMENTS_FLAG = 0x2000;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;

  private Ipv4Header() {}

  /**
   * Whether all fields may be read: the header is whole, its lengths make sense. Whether the packet
   * is as long as it announces is told too; its checksum is not looked at.
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
    return totalLengthBytes(s, at) > availableBytes ? Malformation.TRUNCATED : null;
  }

  /** As {@link #check}, for a header quoted by ICMP, whose packet may be cut off behind it. */
  public static @Nullable Malformation checkHeader(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < MIN_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    if (version(s, at) != 4) {
      return Malformation.BAD_VERSION;
    }
    int sizeBytes = sizeBytes(s, at);
    if (sizeBytes < MIN_SIZE_BYTES) {
      return Malformation.BAD_HEADER_LENGTH;
    }
    if (sizeBytes > availableBytes) {
      return Malformation.TRUNCATED;
    }
    return totalLengthBytes(s, at) < sizeBytes ? Malformation.BAD_TOTAL_LENGTH : null;
  }

  /** Version, 4 if this is IPv4. */
  public static int version(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + VERSION_OFFSET) >>> 4;
  }

  /** Size of the header with its options, 0 to 60; below 20 it is malformed. */
  public static int sizeBytes(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + VERSION_OFFSET) & 0xf) * 4;
  }

  /** DSCP and ECN in one: the octet once called type of service. */
  public static int trafficClass(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TRAFFIC_CLASS_OFFSET);
  }

  /** Sets DSCP and ECN; the checksum is the caller's. */
  public static void trafficClass(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + TRAFFIC_CLASS_OFFSET, value);
  }

  /** Length of the packet with its header. */
  public static int totalLengthBytes(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + TOTAL_LENGTH_OFFSET);
  }

  /** Sets the length of the packet; the checksum is the caller's. */
  public static void totalLengthBytes(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + TOTAL_LENGTH_OFFSET, value);
  }

  /** Identification of the packet that fragments belong to. */
  public static int identification(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + IDENTIFICATION_OFFSET);
  }

  /** Sets the identification; the checksum is the caller's. */
  public static void identification(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + IDENTIFICATION_OFFSET, value);
  }

  /** Whether routers must not fragment. */
  public static boolean dontFragment(MemorySegment s, long at) {
    return (NetworkOrder.u16(s, at + FRAGMENT_OFFSET) & DONT_FRAGMENT_FLAG) != 0;
  }

  /** Whether this is a fragment and not the last one. */
  public static boolean moreFragments(MemorySegment s, long at) {
    return (NetworkOrder.u16(s, at + FRAGMENT_OFFSET) & MORE_FRAGMENTS_FLAG) != 0;
  }

  /** Where the payload belongs in the whole packet's, in bytes. */
  public static int fragmentOffsetBytes(MemorySegment s, long at) {
    return (NetworkOrder.u16(s, at + FRAGMENT_OFFSET) & FRAGMENT_OFFSET_MASK) * 8;
  }

  /** Whether this is a part of a packet only. */
  public static boolean isFragment(MemorySegment s, long at) {
    return (NetworkOrder.u16(s, at + FRAGMENT_OFFSET)
            & (MORE_FRAGMENTS_FLAG | FRAGMENT_OFFSET_MASK))
        != 0;
  }

  /**
   * Sets flags and fragment offset; the checksum is the caller's.
   *
   * @param offsetBytes a multiple of 8
   */
  public static void fragment(
      MemorySegment s, long at, boolean dontFragment, boolean moreFragments, int offsetBytes) {
    NetworkOrder.u16(
        s,
        at + FRAGMENT_OFFSET,
        (dontFragment ? DONT_FRAGMENT_FLAG : 0)
            | (moreFragments ? MORE_FRAGMENTS_FLAG : 0)
            | ((offsetBytes / 8) & FRAGMENT_OFFSET_MASK));
  }

  /** Hops left. */
  public static int timeToLive(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TIME_TO_LIVE_OFFSET);
  }

  /** Sets the hops left; the checksum is the caller's. */
  public static void timeToLive(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + TIME_TO_LIVE_OFFSET, value);
  }

  /** What follows, an {@link IpProtocol}. */
  public static int protocol(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + PROTOCOL_OFFSET);
  }

  /** Sets what follows; the checksum is the caller's. */
  public static void protocol(MemorySegment s, long at, int value) {
    NetworkOrder.u8(s, at + PROTOCOL_OFFSET, value);
  }

  /** The header's checksum as it stands. */
  public static int checksum(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CHECKSUM_OFFSET);
  }

  /** Sets the header's checksum. */
  public static void checksum(MemorySegment s, long at, int value) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, value);
  }

  /** Computes the checksum of the header with its options, and writes it. */
  public static void writeChecksum(MemorySegment s, long at) {
    checksum(s, at, 0);
    checksum(s, at, Checksum.ofRange(s, at, sizeBytes(s, at)));
  }

  /** Whether the header's checksum is right; the header must have been {@link #check}ed. */
  public static boolean hasValidChecksum(MemorySegment s, long at) {
    return Checksum.sum(s, at, sizeBytes(s, at)) == 0xffff;
  }

  /** Source address in network order, {@code 0x0a000001} for 10.0.0.1. */
  public static int source(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + SOURCE_OFFSET);
  }

  /** Sets the source address; the checksum is the caller's. */
  public static void source(MemorySegment s, long at, int address) {
    NetworkOrder.i32(s, at + SOURCE_OFFSET, address);
  }

  /** Destination address in network order. */
  public static int destination(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + DESTINATION_OFFSET);
  }

  /** Sets the destination address; the checksum is the caller's. */
  public static void destination(MemorySegment s, long at, int address) {
    NetworkOrder.i32(s, at + DESTINATION_OFFSET, address);
  }

  /**
   * Begins a header: version, size and total length are set, everything else is zero, options
   * included. Set the rest, then {@link #writeChecksum}.
   *
   * @param sizeBytes with options, a multiple of 4 from 20 to 60
   */
  public static void begin(MemorySegment s, long at, int sizeBytes, int totalLengthBytes) {
    for (int i = 0; i < sizeBytes; i += 4) {
      NetworkOrder.i32(s, at + i, 0);
    }
    NetworkOrder.u8(s, at + VERSION_OFFSET, (4 << 4) | (sizeBytes / 4));
    totalLengthBytes(s, at, totalLengthBytes);
  }
}
