package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * A control message that stands beside a datagram (cmsg(3)). Stateless: safe from any thread.
 *
 * <pre>
 * struct cmsghdr { size_t len; int level; int type; };     then the value, padded to 8 bytes
 * </pre>
 */
final class ControlMessage {
  /** Room for one whose value is a byte, a short or an int. */
  static final int SIZE_BYTES = 24;

  /** Where the value begins. */
  static final int VALUE_OFFSET = 16;

  private static final int LEVEL_OFFSET = 8;
  private static final int TYPE_OFFSET = 12;

  private ControlMessage() {}

  /** Writes one with an int. */
  static void writeInt(MemorySegment s, long at, int level, int type, int value) {
    write(s, at, level, type, Integer.BYTES);
    s.set(JAVA_INT_UNALIGNED, at + VALUE_OFFSET, value);
  }

  /** Writes one with 16 bits. */
  static void writeShort(MemorySegment s, long at, int level, int type, int value) {
    write(s, at, level, type, Short.BYTES);
    s.set(JAVA_SHORT_UNALIGNED, at + VALUE_OFFSET, (short) value);
  }

  private static void write(MemorySegment s, long at, int level, int type, int valueBytes) {
    s.set(JAVA_LONG_UNALIGNED, at, VALUE_OFFSET + valueBytes);
    s.set(JAVA_INT_UNALIGNED, at + LEVEL_OFFSET, level);
    s.set(JAVA_INT_UNALIGNED, at + TYPE_OFFSET, type);
  }

  /** Whether one is of a kind. */
  static boolean is(MemorySegment s, long at, int level, int type) {
    return s.get(JAVA_INT_UNALIGNED, at + LEVEL_OFFSET) == level
        && s.get(JAVA_INT_UNALIGNED, at + TYPE_OFFSET) == type;
  }

  /** Where the next one begins. */
  static long next(MemorySegment s, long at) {
    long bytes = Math.max(VALUE_OFFSET, s.get(JAVA_LONG_UNALIGNED, at));
    return at + ((bytes + 7) & ~7L);
  }
}
