package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.NetworkOrder;

/**
 * The VXLAN header, RFC 7348 section 5. Stateless: safe from any thread. Offsets and sizes are in
 * bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-+-+-+-+-----------------------------------------------+
 * |R|R|R|R|I|R|R|R|                   reserved                    |
 * +-+-+-+-+-+-+-+-+-------------------------------+---------------+
 * |        VXLAN network identifier (VNI)         |   reserved    |
 * +-----------------------------------------------+---------------+
 * </pre>
 */
public final class VxlanHeader {
  /** Always. */
  public static final int SIZE_BYTES = 8;

  /** The largest VNI: it has 24 bits. */
  public static final int MAX_VNI = 0xff_ffff;

  /** The UDP port that IANA assigned. */
  public static final int DEFAULT_PORT = 4789;

  private static final int FLAGS_OFFSET = 0;
  private static final int VNI_OFFSET = 4;
  private static final int VALID_VNI_FLAG = 0x0800_0000;
  private static final long RESERVED_MASK = 0xf7ff_ffff_0000_00ffL;
  private static final int VNI_SHIFT = 8;

  private VxlanHeader() {}

  /** Whether a datagram of this many bytes has the whole header. */
  public static boolean fits(int lengthBytes) {
    return lengthBytes >= SIZE_BYTES;
  }

  /** Whether the I flag says that there is a VNI; RFC 7348 section 5: it must be set. */
  public static boolean hasValidVni(MemorySegment s, long at) {
    return (NetworkOrder.i32(s, at + FLAGS_OFFSET) & VALID_VNI_FLAG) != 0;
  }

  /** The VNI, 0 to 16,777,215. */
  public static int vni(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + VNI_OFFSET) >>> VNI_SHIFT;
  }

  /** Whether all bits are zero that RFC 7348 section 5 reserves. */
  public static boolean reservedBitsAreZero(MemorySegment s, long at) {
    return (NetworkOrder.i64(s, at + FLAGS_OFFSET) & RESERVED_MASK) == 0;
  }

  /** Writes a header with this VNI, the I flag set and everything else zero. */
  public static void write(MemorySegment s, long at, int vni) {
    NetworkOrder.i32(s, at + FLAGS_OFFSET, VALID_VNI_FLAG);
    NetworkOrder.i32(s, at + VNI_OFFSET, vni << VNI_SHIFT);
  }
}
