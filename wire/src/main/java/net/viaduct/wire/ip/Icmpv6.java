package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import org.jspecify.annotations.Nullable;

/**
 * An ICMPv6 message, RFC 4443. Stateless: safe from any thread. Offsets and sizes are in bytes.
 * Neighbour discovery is in {@link NeighbourDiscovery}, multicast listeners in {@link MldMessage}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      |     code      |           checksum            |
 * +---------------+---------------+-------------------------------+
 * | identifier and sequence of an echo; MTU of packet too big     |
 * +---------------------------------------------------------------+
 * |       data of an echo, or the packet that an error is about   |
 * </pre>
 */
public final class Icmpv6 {
  /** Up to the data. */
  public static final int HEADER_SIZE_BYTES = 8;

  /** An error: the packet cannot be delivered. */
  public static final int DESTINATION_UNREACHABLE = 1;

  /** An error: the packet is larger than the next link's MTU, which is told. */
  public static final int PACKET_TOO_BIG = 2;

  /** An error: the packet ran out of hops, or of time to be reassembled. */
  public static final int TIME_EXCEEDED = 3;

  /** An error: a header field is wrong. */
  public static final int PARAMETER_PROBLEM = 4;

  /** A ping. */
  public static final int ECHO_REQUEST = 128;

  /** Answer to an {@link #ECHO_REQUEST}. */
  public static final int ECHO_REPLY = 129;

  /** Where the checksum is, in bytes from the start of the message. */
  public static final int CHECKSUM_OFFSET = 2;

  private static final int TYPE_OFFSET = 0;
  private static final int CODE_OFFSET = 1;
  private static final int IDENTIFIER_OFFSET = 4;
  private static final int SEQUENCE_OFFSET = 6;
  private static final int MTU_OFFSET = 4;
  private static final int FIRST_INFORMATIONAL_TYPE = 128;

  private Icmpv6() {}

  /**
   * Whether all fields may be read. An error's quoted packet is to be checked with {@link
   * Ipv6Header#checkHeader}.
   *
   * @param lengthBytes the message's length: the rest of the IP packet
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(int lengthBytes) {
    return lengthBytes < HEADER_SIZE_BYTES ? Malformation.TRUNCATED : null;
  }

  /** The kind of message. */
  public static int type(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TYPE_OFFSET);
  }

  /** The kind within the type. */
  public static int code(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + CODE_OFFSET);
  }

  /** Whether this reports an error, so that no error may be sent about it (RFC 4443 2.4). */
  public static boolean isError(MemorySegment s, long at) {
    return type(s, at) < FIRST_INFORMATIONAL_TYPE;
  }

  /** Identifier of an echo. */
  public static int identifier(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + IDENTIFIER_OFFSET);
  }

  /** Sequence number of an echo. */
  public static int sequence(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SEQUENCE_OFFSET);
  }

  /** What {@link #PACKET_TOO_BIG} says that would fit. */
  public static long mtuBytes(MemorySegment s, long at) {
    return NetworkOrder.u32(s, at + MTU_OFFSET);
  }

  /** The checksum as it stands. */
  public static int checksum(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CHECKSUM_OFFSET);
  }

  /**
   * Whether the checksum is right, which covers the pseudo-header.
   *
   * @param ipAt the IPv6 header
   * @param lengthBytes the message's length
   */
  public static boolean hasValidChecksum(MemorySegment s, long ipAt, long at, int lengthBytes) {
    return Checksum.fold(sumWithPseudoHeader(s, ipAt, at, lengthBytes)) == 0xffff;
  }

  /** Computes the checksum of the whole message and the pseudo-header, and writes it. */
  public static void writeChecksum(MemorySegment s, long ipAt, long at, int lengthBytes) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, 0);
    int checksum = Checksum.finish(sumWithPseudoHeader(s, ipAt, at, lengthBytes));
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, checksum);
  }

  private static long sumWithPseudoHeader(MemorySegment s, long ipAt, long at, int lengthBytes) {
    return (long) Checksum.sum(s, at, lengthBytes)
        + Checksum.pseudoIpv6(s, ipAt, IpProtocol.ICMPV6, lengthBytes);
  }

  /** Begins an echo, of {@link #ECHO_REQUEST} or {@link #ECHO_REPLY}; no checksum yet. */
  public static void beginEcho(MemorySegment s, long at, int type, int identifier, int sequence) {
    begin(s, at, type, 0);
    NetworkOrder.u16(s, at + IDENTIFIER_OFFSET, identifier);
    NetworkOrder.u16(s, at + SEQUENCE_OFFSET, sequence);
  }

  /** Begins {@link #PACKET_TOO_BIG}; the packet is to follow; no checksum yet. */
  public static void beginPacketTooBig(MemorySegment s, long at, int mtuBytes) {
    begin(s, at, PACKET_TOO_BIG, 0);
    NetworkOrder.i32(s, at + MTU_OFFSET, mtuBytes);
  }

  /** Begins any message: type and code are set, the rest of the first 8 bytes is zero. */
  public static void begin(MemorySegment s, long at, int type, int code) {
    NetworkOrder.i32(s, at, (type << 24) | (code << 16));
    NetworkOrder.i32(s, at + IDENTIFIER_OFFSET, 0);
  }
}
