package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import net.viaduct.wire.NetworkOrder;

/**
 * What hosts that run Viaduct ask each other to see that they live, as the payload of a datagram to
 * the UDP port of their tunnels. Stateless: safe from any thread. Offsets and sizes are in bytes.
 *
 * <p>It begins with a VXLAN header without the I flag: hosts need no network in common, and every
 * other tunnel end point drops it (RFC 7348 section 5: the flag must be set for a valid VNI).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |           VXLAN header of zeros, 8, and "viaduct" + 1, 8      |
 * +---------------+---------------+-------------------------------+
 * |  version, 1   |     kind      |   UDP port for the answer     |
 * +---------------+---------------+-------------------------------+
 * |                  place, for the one who asks                  |
 * +---------------------------------------------------------------+
 * |                   which host is asked, 8                      |
 * +---------------------------------------------------------------+
 * |                           token, 8                            |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class LifeMessage {
  /** To be answered. */
  public static final int QUESTION = 1;

  /** The answer: the question as it was, but for the kind. */
  public static final int ANSWER = 2;

  /** What is in front of the message: a VXLAN header that says nothing. */
  public static final int HEADER_BYTES = VxlanHeader.SIZE_BYTES;

  /** The message without that header; a question and its answer are equally long. */
  public static final int SIZE_BYTES = 32;

  private static final long MAGIC = 0x7669_6164_7563_7401L; // "viaduct" and a one
  private static final int VERSION = 1;
  private static final int VERSION_OFFSET = 8;
  private static final int KIND_OFFSET = 9;
  private static final int PORT_OFFSET = 10;
  private static final int PLACE_OFFSET = 12;
  private static final int ASKED_OFFSET = 16;
  private static final int TOKEN_OFFSET = 24;
  private static final long FNV_BASIS = 0xcbf2_9ce4_8422_2325L;
  private static final long FNV_PRIME = 0x100_0000_01b3L;

  private LifeMessage() {}

  /** The number of a host, from its name (FNV-1a); never 0. */
  public static long idOf(String host) {
    long hash = FNV_BASIS;
    for (byte b : host.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash == 0 ? 1 : hash;
  }

  /** Whether a datagram is such a message of a version that we know; else no field may be read. */
  public static boolean isPresent(MemorySegment s, long datagram, int lengthBytes) {
    long at = datagram + HEADER_BYTES;
    return lengthBytes == HEADER_BYTES + SIZE_BYTES
        && NetworkOrder.i64(s, datagram) == 0
        && NetworkOrder.i64(s, at) == MAGIC
        && NetworkOrder.u8(s, at + VERSION_OFFSET) == VERSION;
  }

  /** {@link #QUESTION} or {@link #ANSWER}. */
  public static int kind(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + KIND_OFFSET);
  }

  /** The UDP port at which the one who asks takes the answer; 0 is none. */
  public static int port(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + PORT_OFFSET);
  }

  /** A number that only the one who asks understands. */
  public static int place(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + PLACE_OFFSET);
  }

  /** Which host is asked, see {@link #idOf}. */
  public static long asked(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + ASKED_OFFSET);
  }

  /** What the answer repeats, so that nobody answers a question that he has not seen. */
  public static long token(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + TOKEN_OFFSET);
  }

  /**
   * Writes a message, and the header in front of it.
   *
   * @param at where the message begins, behind the header
   */
  public static void write(
      MemorySegment s, long at, int kind, int port, int place, long asked, long token) {
    NetworkOrder.i64(s, at - HEADER_BYTES, 0);
    NetworkOrder.i64(s, at, MAGIC);
    NetworkOrder.u8(s, at + VERSION_OFFSET, VERSION);
    NetworkOrder.u8(s, at + KIND_OFFSET, kind);
    NetworkOrder.u16(s, at + PORT_OFFSET, port);
    NetworkOrder.i32(s, at + PLACE_OFFSET, place);
    NetworkOrder.i64(s, at + ASKED_OFFSET, asked);
    NetworkOrder.i64(s, at + TOKEN_OFFSET, token);
  }
}
