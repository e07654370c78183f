package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.NetworkOrder;

/**
 * An option of a {@link GeneveHeader}, RFC 8926 section 3.5. Stateless: safe from any thread.
 * Offsets and sizes are in bytes. Nothing here writes: options are never changed or put into
 * another order (R22).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-+-------------+-----+---------+
 * |         option class          |C|    type     |R|R|R| length  |
 * +-------------------------------+-+-------------+-----+---------+
 * |                      data, 0 to 124 bytes                     |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class GeneveOption {
  /** Without data. */
  public static final int MIN_SIZE_BYTES = 4;

  private static final int CLASS_OFFSET = 0;
  private static final int TYPE_OFFSET = 2;
  private static final int LENGTH_OFFSET = 3;
  private static final int LENGTH_MASK = 0x1f;
  private static final int CRITICAL_FLAG = 0x80;

  private GeneveOption() {}

  /** Whether the option is whole within so many bytes (R19). */
  public static boolean fits(MemorySegment s, long at, int availableBytes) {
    return availableBytes >= MIN_SIZE_BYTES && sizeBytes(s, at) <= availableBytes;
  }

  /** Size of the option with its data, 4 to 128. */
  public static int sizeBytes(MemorySegment s, long at) {
    return MIN_SIZE_BYTES + (NetworkOrder.u8(s, at + LENGTH_OFFSET) & LENGTH_MASK) * 4;
  }

  /** Who defines its type, as IANA's registry "Geneve Option Class" has it. */
  public static int optionClass(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + CLASS_OFFSET);
  }

  /** The type with its critical flag, 0 to 255. */
  public static int type(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TYPE_OFFSET);
  }

  /** Whether a receiver that does not know the option must drop the packet (R20). */
  public static boolean isCritical(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + TYPE_OFFSET) & CRITICAL_FLAG) != 0;
  }
}
