package net.viaduct.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The layout of a counters file, version 1. Stateless. All numbers are in the machine's byte order,
 * all offsets and sizes in bytes.
 *
 * <pre>
 * header (128)   magic, version, pid, start, where the three areas are, state, entries used
 * directory      entries of 128: sequence, state, where the layout and the values are, label
 * layouts        one after the other: count of names, kind, names; never changed once published
 * values         blocks of 64-bit counters, each on cache lines of its own
 * </pre>
 *
 * <p>An entry is a sequence lock: the sequence is odd while the entry changes, and different
 * afterwards. What an entry refers to is complete before its sequence becomes even (release); a
 * reader takes the sequence (acquire), the entry and the values, and the sequence again.
 */
final class CountersFormat {
  /** "VIADUCTC" when seen as a big-endian number; the other byte order does not match. */
  static final long MAGIC = 0x5649_4144_5543_5443L;

  static final int VERSION = 1;
  static final int LINE_BYTES = 64;

  static final int MAGIC_OFFSET = 0;
  static final int VERSION_OFFSET = 8;
  static final int ENTRY_COUNT_OFFSET = 12;
  static final int PID_OFFSET = 16;
  static final int STARTED_AT_MS_OFFSET = 24;
  static final int DIRECTORY_OFFSET = 32;
  static final int LAYOUTS_OFFSET = 40;
  static final int LAYOUTS_BYTES_OFFSET = 48;
  static final int VALUES_OFFSET = 56;
  static final int VALUES_BYTES_OFFSET = 64;
  static final int STATE_OFFSET = 72;
  static final int ENTRIES_USED_OFFSET = 76;
  static final int HEADER_BYTES = 128;

  static final int STATE_OPEN = 1;
  static final int STATE_CLOSED = 2;

  static final int ENTRY_SEQUENCE_OFFSET = 0;
  static final int ENTRY_STATE_OFFSET = 4;
  static final int ENTRY_LAYOUT_OFFSET = 8;
  static final int ENTRY_VALUES_OFFSET = 16;
  static final int ENTRY_COUNTERS_OFFSET = 24;
  static final int ENTRY_LABEL_BYTES_OFFSET = 28;
  static final int ENTRY_LABEL_OFFSET = 32;
  static final int LABEL_BYTES = 96;
  static final int ENTRY_BYTES = ENTRY_LABEL_OFFSET + LABEL_BYTES;

  static final int ENTRY_FREE = 0;
  static final int ENTRY_IN_USE = 1;

  /** Room for layouts: there are a handful, of at most some 64 names. */
  static final int LAYOUT_AREA_BYTES = 65_536;

  static final int LAYOUT_MOST_NAMES = 1_024;
  static final int NAME_BYTES = 255;

  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final VarHandle INT_HANDLE = INT.varHandle();
  static final VarHandle LONG_HANDLE = LONG.varHandle();

  private CountersFormat() {}

  static long directoryOffset() {
    return HEADER_BYTES;
  }

  static long layoutsOffset(CountersCapacity capacity) {
    return directoryOffset() + (long) capacity.blocks() * ENTRY_BYTES;
  }

  static long valuesOffset(CountersCapacity capacity) {
    return layoutsOffset(capacity) + LAYOUT_AREA_BYTES;
  }

  static long fileBytes(CountersCapacity capacity) {
    return valuesOffset(capacity) + roundUpToLine(capacity.valueBytes());
  }

  static long roundUpToLine(long bytes) {
    return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
  }

  /** Text as at most so many bytes of UTF-8, cut between two characters. */
  static byte[] boundedUtf8(String text, int mostBytes) {
    byte[] all = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(all.length, mostBytes);
    if (length < all.length) {
      while (length > 0 && (all[length] & 0xc0) == 0x80) {
        length--;
      }
      byte[] cut = new byte[length];
      System.arraycopy(all, 0, cut, 0, length);
      return cut;
    }
    return all;
  }

  static String text(MemorySegment file, long at, int bytes) {
    byte[] utf8 = new byte[bytes];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, utf8, 0, bytes);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
