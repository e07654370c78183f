package net.viaduct.wire.tunnel;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * The Geneve header, RFC 8926 section 3.4. Stateless: safe from any thread. Offsets and sizes are
 * in bytes. The options behind the fixed part are {@link GeneveOption}s.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---+-----------+-+-+-----------+-------------------------------+
 * |Ver|  opt len  |O|C|   rsvd    |         protocol type         |
 * +---+-----------+-+-+-----------+---------------+---------------+
 * |       virtual network identifier (VNI)        |   reserved    |
 * +-----------------------------------------------+---------------+
 * |                     options, 0 to 252 bytes                   |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class GeneveHeader {
  /** Without options. */
  public static final int MIN_SIZE_BYTES = 8;

  /** With as many options as fit. */
  public static final int MAX_SIZE_BYTES = MIN_SIZE_BYTES + 63 * 4;

  /** The UDP port that IANA assigned. */
  public static final int DEFAULT_PORT = 6081;

  private static final int VERSION_OFFSET = 0;
  private static final int FLAGS_OFFSET = 1;
  private static final int PROTOCOL_TYPE_OFFSET = 2;
  private static final int VNI_OFFSET = 4;
  private static final int VERSION = 0;
  private static final int VERSION_SHIFT = 6;
  private static final int OPTIONS_MASK = 0x3f;
  private static final int CONTROL_FLAG = 0x80;
  private static final int CRITICAL_FLAG = 0x40;
  private static final long RESERVED_MASK = 0x003f_0000_0000_00ffL;

  private GeneveHeader() {}

  /**
   * Whether all fields may be read, and the options are what they announce (R18, R19, R20): this
   * version, no option that leaves the header, and a C flag that tells the truth about them.
   *
   * @param availableBytes how many bytes there are from {@code at} on
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int availableBytes) {
    if (availableBytes < MIN_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    if (version(s, at) != VERSION) {
      return Malformation.BAD_VERSION;
    }
    if (sizeBytes(s, at) > availableBytes) {
      return Malformation.TRUNCATED;
    }
    boolean critical = false;
    int end = sizeBytes(s, at);
    int offset = MIN_SIZE_BYTES;
    while (offset < end) {
      if (!GeneveOption.fits(s, at + offset, end - offset)) {
        return Malformation.BAD_OPTION;
      }
      critical |= GeneveOption.isCritical(s, at + offset);
      offset += GeneveOption.sizeBytes(s, at + offset);
    }
    return critical == hasCriticalOptions(s, at) ? null : Malformation.BAD_TYPE;
  }

  /** The version; only 0 is defined. */
  public static int version(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + VERSION_OFFSET) >>> VERSION_SHIFT;
  }

  /** Size of the header with its options, 8 to 260. */
  public static int sizeBytes(MemorySegment s, long at) {
    return MIN_SIZE_BYTES + (NetworkOrder.u8(s, at + VERSION_OFFSET) & OPTIONS_MASK) * 4;
  }

  /** Whether the O flag says that this is for the other end itself and carries no tenant's data. */
  public static boolean isControl(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & CONTROL_FLAG) != 0;
  }

  /** Whether the C flag says that there are options that the receiver must know. */
  public static boolean hasCriticalOptions(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + FLAGS_OFFSET) & CRITICAL_FLAG) != 0;
  }

  /** What follows, an {@link EtherType}. */
  public static int protocolType(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + PROTOCOL_TYPE_OFFSET);
  }

  /** The VNI, 0 to 16,777,215. */
  public static int vni(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + VNI_OFFSET) >>> 8;
  }

  /** Whether all bits of the fixed part are zero that are reserved. */
  public static boolean reservedBitsAreZero(MemorySegment s, long at) {
    return (NetworkOrder.i64(s, at + VERSION_OFFSET) & RESERVED_MASK) == 0;
  }

  /** Writes a header with this VNI, for an Ethernet frame, without options. */
  public static void write(MemorySegment s, long at, int vni) {
    NetworkOrder.i32(s, at + VERSION_OFFSET, EtherType.TRANSPARENT_ETHERNET);
    NetworkOrder.i32(s, at + VNI_OFFSET, vni << 8);
  }
}
