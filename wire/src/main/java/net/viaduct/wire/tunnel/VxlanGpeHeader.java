package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.NetworkOrder;

/**
 * The header of the Generic Protocol Extension for VXLAN, draft-ietf-nvo3-vxlan-gpe-13 section 3,
 * as {@code struct vxlanhdr_gpe} in include/net/vxlan.h has it. Stateless: safe from any thread.
 * Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+---+-+-+-+-+-------------------------------+---------------+
 * |R|R|Ver|I|P|B|O|           reserved            | next protocol |
 * +-+-+---+-+-+-+-+-------------------------------+---------------+
 * |        VXLAN network identifier (VNI)         |   reserved    |
 * +-----------------------------------------------+---------------+
 * </pre>
 */
public final class VxlanGpeHeader {
  /** Always. */
  public static final int SIZE_BYTES = 8;

  /** The UDP port that IANA assigned. */
  public static final int DEFAULT_PORT = 4790;

  /** The version that we know. */
  public static final int VERSION = 0;

  /** The next protocol that is a frame of ours. */
  public static final int NEXT_ETHERNET = 3;

  private static final int FLAGS_OFFSET = 0;
  private static final int NEXT_PROTOCOL_OFFSET = 3;
  private static final int VNI_OFFSET = 4;
  private static final int VERSION_MASK = 0x30;
  private static final int VERSION_SHIFT = 4;
  private static final int VALID_VNI_FLAG = 0x08;
  private static final int NEXT_PROTOCOL_FLAG = 0x04;
  private static final int CONTROL_FLAG = 0x01;
  private static final long RESERVED_MASK = 0xc0ff_ff00_0000_00ffL;

  private VxlanGpeHeader() {}

  /** Whether a datagram of this many bytes has the whole header. */
  public static boolean fits(int lengthBytes) {
    return lengthBytes >= SIZE_BYTES;
  }

  /** The version; only {@link #VERSION} may be read further. */
  public static int version(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & VERSION_MASK) >>> VERSION_SHIFT;
  }

  /** Whether the I flag says that there is a VNI. */
  public static boolean hasValidVni(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & VALID_VNI_FLAG) != 0;
  }

  /** Whether the O flag says that this is for the other end itself and carries no tenant's data. */
  public static boolean isControl(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & CONTROL_FLAG) != 0;
  }

  /** What follows: where the P flag does not say that there is such a field, it is Ethernet. */
  public static int nextProtocol(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & NEXT_PROTOCOL_FLAG) == 0
        ? NEXT_ETHERNET
        : NetworkOrder.u8(s, at + NEXT_PROTOCOL_OFFSET);
  }

  /** The VNI, 0 to 16,777,215. */
  public static int vni(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + VNI_OFFSET) >>> 8;
  }

  /** Whether all bits are zero that are reserved. */
  public static boolean reservedBitsAreZero(MemorySegment s, long at) {
    return (NetworkOrder.i64(s, at + FLAGS_OFFSET) & RESERVED_MASK) == 0;
  }

  /** Writes a header with this VNI, for an Ethernet frame, and everything else zero. */
  public static void write(MemorySegment s, long at, int vni) {
    int flags = VALID_VNI_FLAG | NEXT_PROTOCOL_FLAG;
    NetworkOrder.i32(s, at + FLAGS_OFFSET, (flags << 24) | NEXT_ETHERNET);
    NetworkOrder.i32(s, at + VNI_OFFSET, vni << 8);
  }
}
