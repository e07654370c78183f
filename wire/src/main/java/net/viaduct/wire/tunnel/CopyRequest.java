package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;

/**
 * What a host that cannot join the group of its network asks others that run Viaduct for, as the
 * frame in a tunnel: a copy of all that they flood. Stateless: safe from any thread. Offsets and
 * sizes are in bytes.
 *
 * <p>It goes to the address of {@link PathMessage}, for the same reasons.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |           Ethernet header, 14 (0x88b6), and "viadcopy", 8     |
 * +---------------+---------------+-------------------------------+
 * |  version, 1   |       0       |      for how many seconds     |
 * +---------------+---------------+-------------------------------+
 * |                  zeros up to the frame's length, 60           |
 * </pre>
 */
public final class CopyRequest {
  /** Of the whole frame: the smallest of Ethernet without FCS. */
  public static final int FRAME_BYTES = 60;

  /** The longest time that can be asked for. */
  public static final int MOST_SECONDS = 0xffff;

  private static final long MAGIC = 0x7669_6164_636f_7079L; // "viadcopy"
  private static final int VERSION = 1;
  private static final int MAGIC_OFFSET = EthernetHeader.SIZE_BYTES;
  private static final int VERSION_OFFSET = MAGIC_OFFSET + 8;
  private static final int SECONDS_OFFSET = VERSION_OFFSET + 2;

  private CopyRequest() {}

  /** Whether a frame is one of a version that we know; else no field may be read. */
  public static boolean isPresent(MemorySegment s, long at, int lengthBytes) {
    return lengthBytes >= FRAME_BYTES
        && EthernetHeader.destination(s, at) == PathMessage.DESTINATION
        && EthernetHeader.etherType(s, at) == EtherType.LOCAL_EXPERIMENTAL_2
        && NetworkOrder.i64(s, at + MAGIC_OFFSET) == MAGIC
        && NetworkOrder.u8(s, at + VERSION_OFFSET) == VERSION;
  }

  /** For how long copies are wanted from now on; 0 if no more are. */
  public static int seconds(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + SECONDS_OFFSET);
  }

  /**
   * Writes a whole frame of {@link #FRAME_BYTES}.
   *
   * @param source MAC address of the sender
   * @param seconds 0 to {@link #MOST_SECONDS}
   */
  public static void write(MemorySegment s, long at, long source, int seconds) {
    s.asSlice(at, FRAME_BYTES).fill((byte) 0);
    EthernetHeader.write(s, at, PathMessage.DESTINATION, source, EtherType.LOCAL_EXPERIMENTAL_2);
    NetworkOrder.i64(s, at + MAGIC_OFFSET, MAGIC);
    s.set(ValueLayout.JAVA_BYTE, at + VERSION_OFFSET, (byte) VERSION);
    NetworkOrder.u16(s, at + SECONDS_OFFSET, seconds);
  }
}
