package net.viaduct.wire;

import java.lang.foreign.MemorySegment;

/**
 * SCTP's checksum, RFC 9260 section 6.8 and appendix A: CRC32c of the whole SCTP packet, with zeros
 * where the checksum is, written with the lowest byte first. There is no pseudo-header. Stateless:
 * safe from any thread; nothing is allocated.
 */
public final class SctpChecksum {
  /** Where the checksum is in the common header: what {@code csum_offset} is for SCTP only. */
  public static final int CHECKSUM_OFFSET = 8;

  private static final int SIZE_BYTES = 4;

  /** Castagnoli's polynomial 0x1edc6f41, its lowest power in the highest bit. */
  private static final int POLYNOMIAL = 0x82f6_3b78;

  private static final int BYTE_VALUES = 256;
  private static final int BYTE_MASK = 0xff;

  /** By the number of bytes behind and the byte: what it does to the remainder. */
  private static final int[][] TABLES = tables();

  private SctpChecksum() {}

  private static int[][] tables() {
    int[][] tables = new int[4][BYTE_VALUES];
    for (int value = 0; value < BYTE_VALUES; value++) {
      int remainder = value;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        remainder = (remainder >>> 1) ^ ((remainder & 1) * POLYNOMIAL);
      }
      tables[0][value] = remainder;
    }
    for (int behind = 1; behind < tables.length; behind++) {
      for (int value = 0; value < BYTE_VALUES; value++) {
        tables[behind][value] = addByte(tables[0], tables[behind - 1][value], 0);
      }
    }
    return tables;
  }

  private static int addByte(int[] table, int remainder, int value) {
    return (remainder >>> 8) ^ table[(remainder ^ value) & BYTE_MASK];
  }

  /**
   * Finishes a checksum as {@code skb_crc32c_csum_help} does; what is in the field now does not
   * matter.
   *
   * @param at the frame's first byte
   * @param networkEnd where the IP packet ends, counted from the frame's first byte: Ethernet's
   *     padding is not summed
   * @param checksumStart where SCTP's header begins, counted from the frame's first byte
   * @return false if the field is not in the packet, and nothing was written
   */
  public static boolean finish(MemorySegment s, long at, int networkEnd, int checksumStart) {
    if (checksumStart < 0 || (long) checksumStart + CHECKSUM_OFFSET + SIZE_BYTES > networkEnd) {
      return false;
    }
    long fieldAt = at + checksumStart + CHECKSUM_OFFSET;
    NetworkOrder.i32(s, fieldAt, 0);
    int crc = crc32c(s, at + checksumStart, networkEnd - checksumStart);
    NetworkOrder.i32(s, fieldAt, Integer.reverseBytes(crc));
    return true;
  }

  /** CRC32c of a range. */
  static int crc32c(MemorySegment s, long at, int lengthBytes) {
    int[][] tables = TABLES;
    int remainder = ~0;
    int i = 0;
    for (; i <= lengthBytes - Integer.BYTES; i += Integer.BYTES) {
      int word = remainder ^ Integer.reverseBytes(NetworkOrder.i32(s, at + i));
      remainder =
          tables[3][word & BYTE_MASK]
              ^ tables[2][(word >>> 8) & BYTE_MASK]
              ^ tables[1][(word >>> 16) & BYTE_MASK]
              ^ tables[0][word >>> 24];
    }
    for (; i < lengthBytes; i++) {
      remainder = addByte(tables[0], remainder, NetworkOrder.u8(s, at + i));
    }
    return ~remainder;
  }
}
