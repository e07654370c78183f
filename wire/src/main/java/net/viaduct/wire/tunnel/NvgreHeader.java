package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The GRE header of NVGRE, RFC 7637 section 3.2, which is GRE (RFC 2784) with a key (RFC 2890) of
 * two parts. Stateless: safe from any thread. Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-----------------+-----+-------------------------------+
 * |0| |1|0|    reserved     | Ver |     protocol type 0x6558      |
 * +-+-+-+-+-----------------+-----+---------------+---------------+
 * |           virtual subnet id (VSID)            |    flow id    |
 * +-----------------------------------------------+---------------+
 * </pre>
 */
public final class NvgreHeader {
  /** Always: with a key, without checksum and sequence number. */
  public static final int SIZE_BYTES = 8;

  /** The smallest VSID that a tenant may have; smaller ones are reserved. */
  public static final int MIN_VSID = 0x1000;

  /** The largest VSID that a tenant may have; 0xffffff is for the end points themselves. */
  public static final int MAX_VSID = 0xff_fffe;

  private static final int FLAGS_OFFSET = 0;
  private static final int PROTOCOL_TYPE_OFFSET = 2;
  private static final int KEY_OFFSET = 4;
  private static final int FLOW_ID_OFFSET = 7;
  private static final int CHECKSUM_FLAG = 0x8000;
  private static final int KEY_FLAG = 0x2000;
  private static final int SEQUENCE_FLAG = 0x1000;
  private static final int VERSION_MASK = 7;
  private static final int RESERVED_MASK = 0x4ff8;

  private NvgreHeader() {}

  /** Whether a tenant may have this VSID (R23). */
  public static boolean isTenantVsid(int vsid) {
    return vsid >= MIN_VSID && vsid <= MAX_VSID;
  }

  /**
   * Whether this is NVGRE and all fields may be read: the version is 0, there is a key and neither
   * checksum nor sequence number (R23).
   *
   * @param availableBytes how many bytes there are from {@code at} on
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int flags = NetworkOrder.u16(s, at + FLAGS_OFFSET);
    if ((flags & VERSION_MASK) != 0) {
      return Malformation.BAD_VERSION;
    }
    return (flags & (CHECKSUM_FLAG | KEY_FLAG | SEQUENCE_FLAG)) == KEY_FLAG
        ? null
        : Malformation.BAD_TYPE;
  }

  /** What follows, an {@link EtherType}. */
  public static int protocolType(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + PROTOCOL_TYPE_OFFSET);
  }

  /** The virtual subnet id, 0 to 16,777,215: what a VNI is elsewhere. */
  public static int vsid(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + KEY_OFFSET) >>> 8;
  }

  /** The sender's number for the inner flow, 0 to 255; 0 if it does not tell flows apart. */
  public static int flowId(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + FLOW_ID_OFFSET);
  }

  /** Whether all bits are zero that are reserved. */
  public static boolean reservedBitsAreZero(MemorySegment s, long at) {
    return (NetworkOrder.u16(s, at + FLAGS_OFFSET) & RESERVED_MASK) == 0;
  }

  /**
   * Writes a header.
   *
   * @param flowId the lower 8 bits are taken
   */
  public static void write(MemorySegment s, long at, int vsid, int flowId) {
    NetworkOrder.u16(s, at + FLAGS_OFFSET, KEY_FLAG);
    NetworkOrder.u16(s, at + PROTOCOL_TYPE_OFFSET, EtherType.TRANSPARENT_ETHERNET);
    NetworkOrder.i32(s, at + KEY_OFFSET, (vsid << 8) | (flowId & 0xff));
  }
}
