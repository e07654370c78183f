package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes numbers in network order (most significant byte first, RFC 1700 "Data Notation")
 * at any alignment. Stateless: safe from any thread. Offsets are in bytes; the segment's own bounds
 * are the only check, so callers check lengths first.
 */
public final class NetworkOrder {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private NetworkOrder() {}

  /** One byte, 0 to 255. */
  public static int u8(MemorySegment s, long at) {
    return s.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  /** Writes the lower 8 bits. */
  public static void u8(MemorySegment s, long at, int value) {
    s.set(ValueLayout.JAVA_BYTE, at, (byte) value);
  }

  /** Two bytes, 0 to 65,535. */
  public static int u16(MemorySegment s, long at) {
    return s.get(SHORT, at) & 0xffff;
  }

  /** Writes the lower 16 bits. */
  public static void u16(MemorySegment s, long at, int value) {
    s.set(SHORT, at, (short) value);
  }

  /** Four bytes as the 32 bits of an int. */
  public static int i32(MemorySegment s, long at) {
    return s.get(INT, at);
  }

  /** Writes 32 bits. */
  public static void i32(MemorySegment s, long at, int value) {
    s.set(INT, at, value);
  }

  /** Four bytes, 0 to 4,294,967,295. */
  public static long u32(MemorySegment s, long at) {
    return s.get(INT, at) & 0xffff_ffffL;
  }

  /** Six bytes as the lower 48 bits of a long: a MAC address in {@link MacAddress}'s form. */
  public static long u48(MemorySegment s, long at) {
    return (u32(s, at) << 16) | u16(s, at + 4);
  }

  /** Writes the lower 48 bits. */
  public static void u48(MemorySegment s, long at, long value) {
    i32(s, at, (int) (value >>> 16));
    u16(s, at + 4, (int) value);
  }

  /** Eight bytes as the 64 bits of a long. */
  public static long i64(MemorySegment s, long at) {
    return s.get(LONG, at);
  }

  /** Writes 64 bits. */
  public static void i64(MemorySegment s, long at, long value) {
    s.set(LONG, at, value);
  }
}
