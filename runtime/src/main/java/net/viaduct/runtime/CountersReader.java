package net.viaduct.runtime;

import static net.viaduct.runtime.CountersFormat.*;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters of a process through its {@link CountersFile}, without that process taking
 * part. Any thread. It trusts nothing that it reads.
 */
public final class CountersReader {
  /** How often a block is tried that changes under the reader's eyes. */
  private static final int ATTEMPTS = 1_000;

  private static final long PAUSE_NS = 50_000;

  private final MemorySegment file;
  private final String source;
  private final int entries;
  private final Map<Long, CounterLayout> layouts = new ConcurrentHashMap<>();

  private CountersReader(MemorySegment file, String source) throws CountersFormatException {
    this.file = file;
    this.source = source;
    this.entries = file.get(INT, ENTRY_COUNT_OFFSET);
    checkHeader();
  }

  /**
   * Opens the file of a process. If that process is started anew it makes a new file; what is open
   * then still tells the last values of the old one.
   *
   * @throws CountersFormatException if it is not a counters file, is cut short, or is of another
   *     version
   * @throws IOException if it cannot be opened
   */
  public static CountersReader open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long bytes = channel.size();
      return over(channel.map(MapMode.READ_ONLY, 0, bytes, Arena.ofAuto()), path.toString());
    }
  }

  static CountersReader over(MemorySegment file, String source) throws CountersFormatException {
    if (file.byteSize() < HEADER_BYTES) {
      throw new CountersFormatException(
          source, "not a counters file: " + file.byteSize() + " bytes, the header alone has 128");
    }
    long magic = (long) LONG_HANDLE.getAcquire(file, (long) MAGIC_OFFSET);
    if (magic != MAGIC) {
      throw new CountersFormatException(source, "not a counters file of this kind of machine");
    }
    int version = file.get(INT, VERSION_OFFSET);
    if (version != VERSION) {
      throw new CountersFormatException(
          source, "counters of version " + version + ", this program reads version " + VERSION);
    }
    return new CountersReader(file, source);
  }

  /** The process that writes the counters. */
  public long pid() {
    return file.get(LONG, PID_OFFSET);
  }

  /**
   * All blocks that are in use now.
   *
   * @throws CountersFormatException if the directory contradicts itself
   */
  public CountersSnapshot snapshot() throws CountersFormatException {
    int used = (int) INT_HANDLE.getAcquire(file, (long) ENTRIES_USED_OFFSET);
    if (used < 0 || used > entries) {
      throw damaged("claims " + used + " of " + entries + " entries");
    }
    List<CounterValues> blocks = new ArrayList<>();
    int busy = 0;
    for (int i = 0; i < used; i++) {
      Entry entry = readEntry(i);
      if (entry == null) {
        busy++;
      } else if (entry.values != null) {
        blocks.add(entry.values);
      }
    }
    boolean closed = (int) INT_HANDLE.getAcquire(file, (long) STATE_OFFSET) == STATE_CLOSED;
    Instant startedAt = Instant.ofEpochMilli(file.get(LONG, STARTED_AT_MS_OFFSET));
    return new CountersSnapshot(pid(), startedAt, closed, blocks, busy);
  }

  /** An entry that was read as a whole; without values if it is free. */
  private record Entry(
      @Nullable CounterValues values, long layoutAt, @Nullable CounterLayout layout) {
    static final Entry FREE = new Entry(null, 0, null);
  }

  private @Nullable Entry readEntry(int index) throws CountersFormatException {
    long at = directoryOffset() + (long) index * ENTRY_BYTES;
    for (int i = 0; i < ATTEMPTS; i++) {
      int sequence = (int) INT_HANDLE.getAcquire(file, at + ENTRY_SEQUENCE_OFFSET);
      if ((sequence & 1) == 0) {
        CountersFormatException damage = null;
        Entry entry = Entry.FREE;
        try {
          entry = readOnce(at);
        } catch (CountersFormatException e) {
          damage = e; // or it changed meanwhile, which the sequence tells
        }
        VarHandle.acquireFence();
        if ((int) INT_HANDLE.getOpaque(file, at + ENTRY_SEQUENCE_OFFSET) == sequence) {
          if (damage != null) {
            throw damage;
          }
          if (entry.layout != null) {
            layouts.putIfAbsent(entry.layoutAt, entry.layout); // only what is known to be whole
          }
          return entry;
        }
      }
      if (i % 64 == 63) {
        LockSupport.parkNanos(
            PAUSE_NS); // the writer may have lost its core in the middle of a change
      } else {
        Thread.onSpinWait();
      }
    }
    return null;
  }

  private Entry readOnce(long at) throws CountersFormatException {
    int state = file.get(INT, at + ENTRY_STATE_OFFSET);
    if (state == ENTRY_FREE) {
      return Entry.FREE;
    }
    long valuesAt = file.get(LONG, at + ENTRY_VALUES_OFFSET);
    int counters = file.get(INT, at + ENTRY_COUNTERS_OFFSET);
    int labelBytes = file.get(INT, at + ENTRY_LABEL_BYTES_OFFSET);
    long layoutAt = file.get(LONG, at + ENTRY_LAYOUT_OFFSET);
    if (state != ENTRY_IN_USE || labelBytes < 0 || labelBytes > LABEL_BYTES) {
      throw damaged("an entry has state " + state + " and a label of " + labelBytes + " bytes");
    }
    CounterLayout layout = layoutAt(layoutAt);
    if (layout.names().size() != counters
        || valuesAt % 8 != 0
        || !isWithin(valuesAt, counters * 8L, VALUES_OFFSET, VALUES_BYTES_OFFSET)) {
      throw damaged("an entry has " + counters + " counters at " + valuesAt);
    }
    String label = text(file, at + ENTRY_LABEL_OFFSET, labelBytes);
    Map<String, Long> values = new LinkedHashMap<>();
    for (int i = 0; i < counters; i++) {
      values.put(layout.names().get(i), (long) LONG_HANDLE.getOpaque(file, valuesAt + i * 8L));
    }
    return new Entry(new CounterValues(layout.kind(), label, values), layoutAt, layout);
  }

  private CounterLayout layoutAt(long at) throws CountersFormatException {
    CounterLayout known = layouts.get(at);
    if (known != null) {
      return known;
    }
    if (at % 8 != 0 || !isWithin(at, 4, LAYOUTS_OFFSET, LAYOUTS_BYTES_OFFSET)) {
      throw damaged("an entry has its names at " + at);
    }
    int count = file.get(INT, at);
    if (count < 1 || count > LAYOUT_MOST_NAMES) {
      throw damaged("a block has " + count + " names");
    }
    List<String> texts = new ArrayList<>();
    long next = at + 4;
    for (int i = 0; i <= count; i++) {
      if (!isWithin(next, 1, LAYOUTS_OFFSET, LAYOUTS_BYTES_OFFSET)) {
        throw damaged("names go on behind their area");
      }
      int length = Byte.toUnsignedInt(file.get(ValueLayout.JAVA_BYTE, next));
      if (!isWithin(next + 1, length, LAYOUTS_OFFSET, LAYOUTS_BYTES_OFFSET)) {
        throw damaged("a name goes on behind its area");
      }
      texts.add(text(file, next + 1, length));
      next += 1 + length;
    }
    try {
      return new CounterLayout(texts.getFirst(), texts.subList(1, texts.size()));
    } catch (IllegalArgumentException e) {
      throw damaged(e.getMessage());
    }
  }

  private void checkHeader() throws CountersFormatException {
    long directory = file.get(LONG, DIRECTORY_OFFSET);
    long directoryBytes = (long) entries * ENTRY_BYTES;
    if (entries < 1 || directory != directoryOffset() || !fits(directory, directoryBytes)) {
      throw damaged("its directory of " + entries + " entries does not fit");
    }
    long layoutsAt = file.get(LONG, LAYOUTS_OFFSET);
    if (layoutsAt % 8 != 0 || !fits(layoutsAt, file.get(LONG, LAYOUTS_BYTES_OFFSET))) {
      throw damaged("its names do not fit");
    }
    long valuesAt = file.get(LONG, VALUES_OFFSET);
    if (valuesAt % 8 != 0 || !fits(valuesAt, file.get(LONG, VALUES_BYTES_OFFSET))) {
      throw damaged("its values do not fit");
    }
  }

  private boolean fits(long at, long bytes) {
    return at >= HEADER_BYTES && bytes >= 0 && bytes <= file.byteSize() - at;
  }

  /** Whether a range lies in an area whose bounds the header tells; these fit, and are constant. */
  private boolean isWithin(long at, long bytes, int areaOffset, int areaBytesOffset) {
    long start = file.get(LONG, areaOffset);
    long end = start + file.get(LONG, areaBytesOffset);
    return at >= start && bytes <= end - at;
  }

  private CountersFormatException damaged(@Nullable String how) {
    return new CountersFormatException(
        source, "damaged or cut short (" + file.byteSize() + " bytes): " + how);
  }
}
