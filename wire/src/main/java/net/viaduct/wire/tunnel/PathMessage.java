package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;

/**
 * What hosts that run Viaduct ask each other in order to find the path MTU (RFC 8899 section 4.1),
 * as the frame in a tunnel. Stateless: safe from any thread. Offsets and sizes are in bytes.
 *
 * <p>It goes to 01-80-C2-00-00-0F, which no bridge forwards (IEEE 802.1Q table 8-1), with the
 * EtherType for local experiments: a tunnel end point that does not know it passes it to nobody who
 * would care, and a machine can neither see nor send it.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |           Ethernet header, 14 (0x88b6), and "viaduct" + 0, 8  |
 * +---------------+---------------+-------------------------------+
 * |  version, 1   |     kind      |               0               |
 * +---------------+---------------+-------------------------------+
 * |           length of the probe's frame, this header included   |
 * +---------------------------------------------------------------+
 * |                            token, 8                           |
 * +---------------------------------------------------------------+
 * |                  zeros up to the frame's length               |
 * </pre>
 */
public final class PathMessage {
  /** To be answered. */
  public static final int PROBE = 1;

  /** The answer: the probe of this length and token has arrived. */
  public static final int ANSWER = 2;

  /** The shortest message, also an answer's length: the smallest Ethernet frame without FCS. */
  public static final int MIN_FRAME_BYTES = 60;

  /** No bridge forwards what is for this address, and no machine's frame for it is taken. */
  public static final long DESTINATION = 0x0180_c200_000fL;

  private static final long MAGIC = 0x7669_6164_7563_7400L; // "viaduct" and a zero
  private static final int VERSION = 1;
  private static final int MAGIC_OFFSET = EthernetHeader.SIZE_BYTES;
  private static final int VERSION_OFFSET = MAGIC_OFFSET + 8;
  private static final int KIND_OFFSET = VERSION_OFFSET + 1;
  private static final int PROBED_OFFSET = VERSION_OFFSET + 4;
  private static final int TOKEN_OFFSET = PROBED_OFFSET + 4;

  private PathMessage() {}

  /** Whether a frame is such a message of a version that we know; else no field may be read. */
  public static boolean isPresent(MemorySegment s, long at, int lengthBytes) {
    return lengthBytes >= MIN_FRAME_BYTES
        && EthernetHeader.destination(s, at) == DESTINATION
        && EthernetHeader.etherType(s, at) == EtherType.LOCAL_EXPERIMENTAL_2
        && NetworkOrder.i64(s, at + MAGIC_OFFSET) == MAGIC
        && NetworkOrder.u8(s, at + VERSION_OFFSET) == VERSION;
  }

  /** {@link #PROBE} or {@link #ANSWER}. */
  public static int kind(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + KIND_OFFSET);
  }

  /** The length of the probe's frame. */
  public static int probedBytes(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + PROBED_OFFSET);
  }

  /** What an answer repeats, so that nobody answers a probe that he has not seen. */
  public static long token(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + TOKEN_OFFSET);
  }

  /**
   * Writes a whole message.
   *
   * @param source MAC address of the sender
   * @param probedBytes length of the probe's frame, {@link #MIN_FRAME_BYTES} or more; a probe is as
   *     long, an answer {@link #MIN_FRAME_BYTES}
   * @return the length of the frame
   */
  public static int write(
      MemorySegment s, long at, long source, int kind, int probedBytes, long token) {
    int lengthBytes = kind == PROBE ? probedBytes : MIN_FRAME_BYTES;
    s.asSlice(at, lengthBytes).fill((byte) 0);
    EthernetHeader.write(s, at, DESTINATION, source, EtherType.LOCAL_EXPERIMENTAL_2);
    NetworkOrder.i64(s, at + MAGIC_OFFSET, MAGIC);
    s.set(ValueLayout.JAVA_BYTE, at + VERSION_OFFSET, (byte) VERSION);
    NetworkOrder.u8(s, at + KIND_OFFSET, kind);
    NetworkOrder.i32(s, at + PROBED_OFFSET, probedBytes);
    NetworkOrder.i64(s, at + TOKEN_OFFSET, token);
    return lengthBytes;
  }
}
