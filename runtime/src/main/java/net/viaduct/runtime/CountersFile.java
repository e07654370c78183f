package net.viaduct.runtime;

import static net.viaduct.runtime.CountersFormat.*;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counters in one mapped file, which {@link CountersReader} can read from any process at any time,
 * also while it is written and after the writer hangs or died. All methods may be called from any
 * thread; each block belongs to the thread that it was allocated for.
 *
 * <p>A block that was given back is used again after {@link #RELEASE_GRACE_NS} at the earliest, so
 * that an owner that learns of it late does not write into another's counters.
 */
public final class CountersFile implements Counters, AutoCloseable {
  /** How long a block that was given back stays unused. */
  public static final long RELEASE_GRACE_NS = 1_000_000_000L;

  private static final Set<PosixFilePermission> PERMISSIONS =
      PosixFilePermissions.fromString("rw-r-----");

  private final MemorySegment file;
  private final CountersCapacity capacity;
  private final NanoClock clock;
  private final CountersReader reader;
  private final @Nullable OpenFile openFile;
  private final Map<CounterLayout, Long> layouts = new HashMap<>();
  private final Map<CounterBlock, Slot> blocks = new HashMap<>();
  private final List<Slot> released = new ArrayList<>();
  private long layoutsUsedBytes;
  private long valuesUsedBytes;
  private int entriesUsed;

  /** The file that is mapped: its lock lasts as long as its channel and tells that it is in use. */
  private record OpenFile(Path path, FileChannel channel, Object key) {}

  /** An entry of the directory with the values that it owns for ever. */
  private record Slot(int entry, long valuesAt, long valuesBytes, long releasedNs) {}

  private CountersFile(
      MemorySegment file,
      CountersCapacity capacity,
      NanoClock clock,
      Instant startedAt,
      @Nullable OpenFile openFile) {
    this.file = file;
    this.capacity = capacity;
    this.clock = clock;
    this.openFile = openFile;
    writeHeader(file, capacity, startedAt);
    try {
      this.reader =
          CountersReader.over(file, openFile == null ? "counters" : openFile.path().toString());
    } catch (CountersFormatException e) {
      throw new AssertionError("a header that was just written cannot be read", e);
    }
  }

  /**
   * Makes the file, readable by its owner's group, in place of one that a dead process left.
   *
   * @param path in a directory that exists
   * @param startedAt for readers: when this process began
   * @throws IOException if the file cannot be made; if another process writes it now, the message
   *     says so
   */
  public static CountersFile create(
      Path path, CountersCapacity capacity, NanoClock clock, Instant startedAt) throws IOException {
    refuseIfInUse(path);
    // Under another name until it is complete: whoever opens the path finds a whole file.
    Path unfinished =
        path.resolveSibling("." + path.getFileName() + "." + ProcessHandle.current().pid());
    Files.deleteIfExists(unfinished);
    FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PERMISSIONS));
    try {
      Files.setPosixFilePermissions(unfinished, PERMISSIONS); // whatever the umask is
      if (channel.tryLock() == null) {
        throw new IOException(unfinished + ": locked by another process");
      }
      long bytes = fileBytes(capacity);
      channel.write(ByteBuffer.allocate(1), bytes - 1);
      MemorySegment file = channel.map(MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
      OpenFile openFile = new OpenFile(path, channel, fileKey(unfinished));
      CountersFile counters = new CountersFile(file, capacity, clock, startedAt, openFile);
      Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
      return counters;
    } catch (IOException | RuntimeException e) {
      channel.close();
      Files.deleteIfExists(unfinished);
      throw e;
    }
  }

  /** Counters for some 500 blocks that only this process sees, by the machine's clock. */
  public static CountersFile anonymous() {
    return anonymous(CountersCapacity.forBlocks(512), new SystemClock());
  }

  /** Counters that only this process sees: for tests, and for hosts without a file. */
  public static CountersFile anonymous(CountersCapacity capacity, NanoClock clock) {
    MemorySegment memory = Arena.ofAuto().allocate(fileBytes(capacity), LINE_BYTES);
    return new CountersFile(memory, capacity, clock, Instant.EPOCH, null);
  }

  /**
   * {@inheritDoc}
   *
   * @param label at most 96 bytes of UTF-8 are kept for readers
   */
  @Override
  public synchronized CounterBlock allocate(CounterLayout layout, String label) {
    long layoutAt = publishLayout(layout);
    Slot slot = takeSlot(roundUpToLine(layout.names().size() * 8L));
    long entry = entryAt(slot.entry());
    int sequence = beginChange(entry);
    MemorySegment values = file.asSlice(slot.valuesAt(), slot.valuesBytes());
    // This also makes the pages exist: a full file system shows here and not on the data path.
    values.fill((byte) 0);
    byte[] utf8 = boundedUtf8(label, LABEL_BYTES);
    file.set(LONG, entry + ENTRY_LAYOUT_OFFSET, layoutAt);
    file.set(LONG, entry + ENTRY_VALUES_OFFSET, slot.valuesAt());
    file.set(INT, entry + ENTRY_COUNTERS_OFFSET, layout.names().size());
    file.set(INT, entry + ENTRY_LABEL_BYTES_OFFSET, utf8.length);
    MemorySegment.copy(
        utf8, 0, file, ValueLayout.JAVA_BYTE, entry + ENTRY_LABEL_OFFSET, utf8.length);
    file.set(INT, entry + ENTRY_STATE_OFFSET, ENTRY_IN_USE);
    endChange(entry, sequence);
    INT_HANDLE.setRelease(file, (long) ENTRIES_USED_OFFSET, entriesUsed);
    CounterBlock block = new CounterBlock(values, layout, label);
    blocks.put(block, slot);
    return block;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the block is not one of this file, or was given back before
   */
  @Override
  public synchronized void release(CounterBlock block) {
    Slot slot = blocks.remove(block);
    if (slot == null) {
      throw new IllegalArgumentException(
          "counters of '" + block.label() + "' are not in use in this file");
    }
    long entry = entryAt(slot.entry());
    int sequence = beginChange(entry);
    file.set(INT, entry + ENTRY_STATE_OFFSET, ENTRY_FREE);
    endChange(entry, sequence);
    released.add(new Slot(slot.entry(), slot.valuesAt(), slot.valuesBytes(), clock.nanoTime()));
  }

  /** What all blocks count now. */
  public CountersSnapshot snapshot() {
    try {
      return reader.snapshot();
    } catch (CountersFormatException e) {
      throw new IllegalStateException("somebody else wrote into the counters", e);
    }
  }

  /**
   * Marks the counters as closed, for readers that have them open, and removes the file. Blocks can
   * still be read and written, which nobody but such readers will see.
   */
  @Override
  public synchronized void close() throws IOException {
    INT_HANDLE.setRelease(file, (long) STATE_OFFSET, STATE_CLOSED);
    if (openFile == null || !openFile.channel().isOpen()) {
      return;
    }
    try {
      if (openFile.key().equals(fileKey(openFile.path()))) {
        Files.delete(openFile.path());
      }
    } catch (NoSuchFileException e) {
      // Somebody has removed it already, which is what we want.
    } finally {
      openFile.channel().close();
    }
  }

  private static void writeHeader(
      MemorySegment file, CountersCapacity capacity, Instant startedAt) {
    file.set(INT, VERSION_OFFSET, VERSION);
    file.set(INT, ENTRY_COUNT_OFFSET, capacity.blocks());
    file.set(LONG, PID_OFFSET, ProcessHandle.current().pid());
    file.set(LONG, STARTED_AT_MS_OFFSET, startedAt.toEpochMilli());
    file.set(LONG, DIRECTORY_OFFSET, directoryOffset());
    file.set(LONG, LAYOUTS_OFFSET, layoutsOffset(capacity));
    file.set(LONG, LAYOUTS_BYTES_OFFSET, LAYOUT_AREA_BYTES);
    file.set(LONG, VALUES_OFFSET, valuesOffset(capacity));
    file.set(LONG, VALUES_BYTES_OFFSET, roundUpToLine(capacity.valueBytes()));
    file.set(INT, STATE_OFFSET, STATE_OPEN);
    file.set(INT, ENTRIES_USED_OFFSET, 0);
    LONG_HANDLE.setRelease(file, (long) MAGIC_OFFSET, MAGIC);
  }

  private static void refuseIfInUse(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new IOException(path + ": another process writes its counters there");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(path + ": this process writes counters there already", e);
    }
  }

  private static Object fileKey(Path path) throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(path, BasicFileAttributes.class).fileKey(), "no inode");
  }

  private long entryAt(int entry) {
    return directoryOffset() + (long) entry * ENTRY_BYTES;
  }

  int beginChange(long entry) {
    int sequence = file.get(INT, entry + ENTRY_SEQUENCE_OFFSET);
    INT_HANDLE.setOpaque(file, entry + ENTRY_SEQUENCE_OFFSET, sequence + 1);
    VarHandle.storeStoreFence();
    return sequence;
  }

  private void endChange(long entry, int sequence) {
    INT_HANDLE.setRelease(file, entry + ENTRY_SEQUENCE_OFFSET, sequence + 2);
  }

  private long publishLayout(CounterLayout layout) {
    Long known = layouts.get(layout);
    if (known != null) {
      return known;
    }
    if (layout.names().size() > LAYOUT_MOST_NAMES) {
      throw new IllegalArgumentException(
          "a block has at most " + LAYOUT_MOST_NAMES + " counters, not " + layout.names().size());
    }
    List<byte[]> texts = new ArrayList<>();
    texts.add(nameUtf8(layout.kind()));
    layout.names().forEach(name -> texts.add(nameUtf8(name)));
    long bytes = 4L + texts.stream().mapToInt(text -> 1 + text.length).sum();
    bytes = (bytes + 7) / 8 * 8;
    if (layoutsUsedBytes + bytes > LAYOUT_AREA_BYTES) {
      throw new IllegalStateException(
          "no room for the names of the counters of one more kind, '"
              + layout.kind()
              + "': "
              + LAYOUT_AREA_BYTES
              + " bytes are used");
    }
    long start = layoutsOffset(capacity) + layoutsUsedBytes;
    long at = start;
    file.set(INT, at, layout.names().size());
    at += 4;
    for (byte[] text : texts) {
      file.set(ValueLayout.JAVA_BYTE, at, (byte) text.length);
      MemorySegment.copy(text, 0, file, ValueLayout.JAVA_BYTE, at + 1, text.length);
      at += 1 + text.length;
    }
    layoutsUsedBytes += bytes;
    layouts.put(layout, start);
    return start;
  }

  private static byte[] nameUtf8(String name) {
    byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > NAME_BYTES) {
      throw new IllegalArgumentException("a counter's name has " + utf8.length + " bytes: " + name);
    }
    return utf8;
  }

  private Slot takeSlot(long bytes) {
    long nowNs = clock.nanoTime();
    int exact = indexOfReusable(bytes, bytes, nowNs);
    if (exact >= 0) {
      return released.remove(exact);
    }
    boolean entryLeft = entriesUsed < capacity.blocks();
    boolean valuesLeft = valuesUsedBytes + bytes <= roundUpToLine(capacity.valueBytes());
    if (entryLeft && valuesLeft) {
      Slot fresh = new Slot(entriesUsed, valuesOffset(capacity) + valuesUsedBytes, bytes, 0);
      entriesUsed++;
      valuesUsedBytes += bytes;
      return fresh;
    }
    int larger = indexOfReusable(bytes, Long.MAX_VALUE, nowNs);
    if (larger >= 0) {
      return released.remove(larger);
    }
    throw new IllegalStateException(
        "no room for more counters: "
            + (entryLeft
                ? capacity.valueBytes() + " bytes of values are taken"
                : capacity.blocks() + " blocks are taken")
            + ", "
            + released.size()
            + " of them not yet or too small to be used again");
  }

  /** The smallest block that fits and whose grace is over; -1 if there is none. */
  private int indexOfReusable(long bytes, long mostBytes, long nowNs) {
    int best = -1;
    for (int i = 0; i < released.size(); i++) {
      Slot slot = released.get(i);
      if (nowNs - slot.releasedNs() < RELEASE_GRACE_NS) {
        break; // in the order in which they were given back
      }
      if (slot.valuesBytes() == bytes) {
        return i;
      }
      if (slot.valuesBytes() > bytes
          && slot.valuesBytes() <= mostBytes
          && (best < 0 || slot.valuesBytes() < released.get(best).valuesBytes())) {
        best = i;
      }
    }
    return best;
  }
}
