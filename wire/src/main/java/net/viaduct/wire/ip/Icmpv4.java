package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * An ICMP message, RFC 792; next-hop MTU as RFC 1191 section 4. Stateless: safe from any thread.
 * Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      |     code      |           checksum            |
 * +---------------+---------------+-------------------------------+
 * |  identifier, or 0 in errors   | sequence number, next-hop MTU |
 * +-------------------------------+-------------------------------+
 * |       data of an echo, or the packet that an error is about   |
 * </pre>
 */
public final class Icmpv4 {
  /** Up to the data. */
  public static final int HEADER_SIZE_BYTES = 8;

  /** Answer to an {@link #ECHO_REQUEST}. */
  public static final int ECHO_REPLY = 0;

  /** An error: the packet cannot be delivered. */
  public static final int DESTINATION_UNREACHABLE = 3;

  /** A ping. */
  public static final int ECHO_REQUEST = 8;

  /** An error: the packet ran out of hops, or of time to be reassembled. */
  public static final int TIME_EXCEEDED = 11;

  /** An error: a header field is wrong. */
  public static final int PARAMETER_PROBLEM = 12;

  /** Code of {@link #DESTINATION_UNREACHABLE}: too large for the next hop, see its MTU. */
  public static final int FRAGMENTATION_NEEDED = 4;

  private static final int TYPE_OFFSET = 0;
  private static final int CODE_OFFSET = 1;
  private static final int CHECKSUM_OFFSET = 2;
  private static final int IDENTIFIER_OFFSET = 4;
  private static final int SEQUENCE_OFFSET = 6;

  private Icmpv4() {}

  /**
   * Whether all fields may be read. An error's quoted packet is to be checked with {@link
   * Ipv4Header#checkHeader}.
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

  /** Whether this reports an error, so that no error may be sent about it (RFC 1122 3.2.2). */
  public static boolean isError(MemorySegment s, long at) {
    return switch (type(s, at)) {
      case DESTINATION_UNREACHABLE, 4, 5, TIME_EXCEEDED, PARAMETER_PROBLEM -> true;
      default -> false;
    };
  }

  /** Identifier of an echo. */
  public static int identifier(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + IDENTIFIER_OFFSET);
  }

  /** Sequence number of an echo. */
  public static int sequence(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SEQUENCE_OFFSET);
  }

  /** What {@link #FRAGMENTATION_NEEDED} says that would fit; 0 from very old routers. */
  public static int nextHopMtuBytes(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SEQUENCE_OFFSET);
  }

  /** The checksum as it stands. */
  public static int checksum(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CHECKSUM_OFFSET);
  }

  /**
   * Whether the checksum is right.
   *
   * @param lengthBytes the message's length
   */
  public static boolean hasValidChecksum(MemorySegment s, long at, int lengthBytes) {
    return Checksum.sum(s, at, lengthBytes) == 0xffff;
  }

  /** Computes the checksum of the whole message and writes it. */
  public static void writeChecksum(MemorySegment s, long at, int lengthBytes) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, 0);
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, Checksum.ofRange(s, at, lengthBytes));
  }

  /** Begins an echo, of {@link #ECHO_REQUEST} or {@link #ECHO_REPLY}; no checksum yet. */
  public static void beginEcho(MemorySegment s, long at, int type, int identifier, int sequence) {
    NetworkOrder.i32(s, at, type << 24);
    NetworkOrder.u16(s, at + IDENTIFIER_OFFSET, identifier);
    NetworkOrder.u16(s, at + SEQUENCE_OFFSET, sequence);
  }

  /**
   * Begins an error; the packet that it is about is to follow; no checksum yet.
   *
   * @param nextHopMtuBytes for {@link #FRAGMENTATION_NEEDED}, else 0
   */
  public static void beginError(MemorySegment s, long at, int type, int code, int nextHopMtuBytes) {
    NetworkOrder.i32(s, at, (type << 24) | (code << 16));
    NetworkOrder.u16(s, at + IDENTIFIER_OFFSET, 0);
    NetworkOrder.u16(s, at + SEQUENCE_OFFSET, nextHopMtuBytes);
  }
}
