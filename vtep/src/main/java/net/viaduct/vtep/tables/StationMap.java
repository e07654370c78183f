package net.viaduct.vtep.tables;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A map from long to long outside the heap, written by one owner thread and read by any without
 * locks. Keys are never 0; values are positive, and 0 means absent. Open addressing with linear
 * probing, 16 bytes a slot. A full map takes 26 bytes an entry, twice that after the first
 * clean-up: 54 MB for 2^20 stations. It grows fourfold, to just that size at last, so that what it
 * left behind while it grew is little.
 *
 * <p><b>Why a reader is right.</b> Within a generation of slots a slot's key is written once, from
 * 0 to its key, after its value; it is never moved and never given to another key. Removing writes
 * the value 0 and leaves the key. So a reader that meets its key in the current generation reads
 * the value that holds at that moment, and one that meets an empty slot knows that the key was not
 * in this generation at that moment.
 *
 * <p>When a generation has few empty slots left, a new one is published together with it. From then
 * on the old one is frozen, every write goes to the new one (a removal as the value 0), and the
 * owner copies what the new one does not have, a few slots at a time, so that no frame waits for a
 * whole rehash. A reader looks into the new one first. If it meets an empty slot there, then
 * nothing was written for its key since the publication up to that moment, so the frozen value is
 * the one that held at that moment. That is the moment at which the lookup takes effect.
 *
 * <p>A generation that was left is cleared, a few slots at a time, and used again. A reader that is
 * still in it would see nonsense; so every reader looks at the end whether the generations that it
 * started with are still the published ones, and starts again if not. Clearing and reuse are
 * release writes after the publication and readers use acquire reads, so that whoever sees a
 * cleared slot also sees the publication. A {@link Cursor} takes longer; it pins its generations,
 * and a pinned one is left to the garbage collector instead.
 */
final class StationMap {
  /** What {@link #get} returns for a key that has no value. */
  static final long ABSENT = 0;

  private static final int SMALLEST_CAPACITY = 256;

  private static final int GROWTH_SHIFT = 2;

  /**
   * Enough to finish copying and clearing, two times all slots, before the new generation fills up
   * too: that takes an eighth of its slots, from 5/8 of them at most to 6/8.
   */
  private static final int SLOTS_PER_WRITE = 16;

  private static final int MOST_LIVE_EIGHTHS = 5;
  private static final int MOST_USED_EIGHTHS = 6;

  private final long seed;
  private final long largestCapacity;
  private volatile Tables tables;
  private @Nullable Generation spare;
  private long cleared;
  private long migrated;
  private long used;
  private int live;

  /** What is published; told apart by identity. */
  private static final class Tables {
    final Generation current;
    final @Nullable Generation previous;

    Tables(Generation current, @Nullable Generation previous) {
      this.current = current;
      this.previous = previous;
    }
  }

  /**
   * An empty map.
   *
   * @param mostKeys that will have a value at once; with more it works, and takes more memory
   * @param seed makes the places of keys unpredictable for those who choose them
   */
  StationMap(int mostKeys, long seed) {
    this.seed = seed;
    this.largestCapacity =
        Math.max(SMALLEST_CAPACITY, (mostKeys * 8L + MOST_LIVE_EIGHTHS - 1) / MOST_LIVE_EIGHTHS);
    long capacity = largestCapacity;
    while (capacity >>> GROWTH_SHIFT >= SMALLEST_CAPACITY) {
      capacity >>>= GROWTH_SHIFT;
    }
    this.tables = new Tables(new Generation(capacity), null);
  }

  /** The value of a key, or {@link #ABSENT}. Any thread. */
  long get(long key) {
    long hash = hash(key);
    while (true) {
      Tables seen = tables;
      long value = seen.current.valueOf(key, hash);
      if (value == Generation.NOT_HERE) {
        value = seen.previous == null ? ABSENT : seen.previous.valueOf(key, hash);
      }
      VarHandle.acquireFence();
      if (tables == seen) {
        return value == Generation.NOT_HERE ? ABSENT : value;
      }
      Thread.onSpinWait();
    }
  }

  /** Sets the value of a key; {@link #ABSENT} removes it. Owner. */
  void put(long key, long value) {
    Tables now = tables;
    long hash = hash(key);
    long slot = now.current.slotOf(key, hash);
    long before;
    if (slot >= 0) {
      before = now.current.value(slot);
      now.current.setValue(slot, value);
    } else {
      before = now.previous == null ? ABSENT : Math.max(now.previous.valueOf(key, hash), ABSENT);
      if (before != ABSENT || value != ABSENT) {
        now.current.insert(key, hash, value);
        used++;
      }
    }
    live += (value == ABSENT ? 0 : 1) - (before == ABSENT ? 0 : 1);
    tidy(SLOTS_PER_WRITE);
  }

  /** How many keys have a value. Owner. */
  int size() {
    return live;
  }

  /** How much memory the slots take now, without what a collector has to find. Owner. */
  long heldBytes() {
    Tables now = tables;
    long slots = now.current.capacity;
    slots += now.previous == null ? 0 : now.previous.capacity;
    slots += spare == null ? 0 : spare.capacity;
    return slots * Generation.SLOT_BYTES;
  }

  /** Slots of the current generation. Owner. */
  long capacity() {
    return tables.current.capacity;
  }

  /** The key in a slot of the current generation, 0 if it is empty. Owner. */
  long keyAt(long slot) {
    return tables.current.key(slot);
  }

  /** The value in a slot of the current generation, perhaps {@link #ABSENT}. Owner. */
  long valueAt(long slot) {
    return tables.current.value(slot);
  }

  /** Whether there are keys that are not in the current generation yet. Owner. */
  boolean isMigrating() {
    return tables.previous != null;
  }

  /** Copies or clears at most so many slots, if there is anything to tidy up. Owner. */
  void tidy(int slots) {
    if (tables.previous != null) {
      migrate(slots);
    } else if (spare != null && cleared < spare.capacity) {
      clear(slots);
    }
    if (tables.previous == null && used > eighths(tables.current.capacity, MOST_USED_EIGHTHS)) {
      startMigration();
    }
  }

  private static long eighths(long capacity, int count) {
    return capacity * count / 8;
  }

  private long capacityAfter(long capacity) {
    if (live <= eighths(capacity, MOST_LIVE_EIGHTHS)) {
      return capacity;
    }
    if (capacity >= largestCapacity) {
      return capacity * 2; // more keys than were promised
    }
    long next = largestCapacity;
    while (next >>> GROWTH_SHIFT > capacity) {
      next >>>= GROWTH_SHIFT;
    }
    return next;
  }

  private void startMigration() {
    Generation current = tables.current;
    long wanted = capacityAfter(current.capacity);
    Generation next = spare;
    if (next == null || next.capacity != wanted) {
      next = new Generation(wanted);
    } else {
      clear(Integer.MAX_VALUE);
    }
    spare = null;
    used = 0;
    migrated = 0;
    tables = new Tables(next, current);
  }

  private void migrate(int slots) {
    Generation current = tables.current;
    Generation previous = tables.previous;
    if (previous == null) {
      return;
    }
    long end = Math.min(previous.capacity, migrated + slots);
    for (; migrated < end; migrated++) {
      long key = previous.key(migrated);
      long value = previous.value(migrated);
      if (value != ABSENT) {
        long hash = hash(key);
        if (current.slotOf(key, hash) < 0) {
          current.insert(key, hash, value);
          used++;
        }
      }
    }
    if (migrated == previous.capacity) {
      tables = new Tables(current, null);
      if (previous.capacity == current.capacity && previous.pins.get() == 0) {
        spare = previous;
        cleared = 0;
      }
    }
  }

  private void clear(int slots) {
    if (spare != null) {
      long end = Math.min(spare.capacity, cleared + slots);
      for (; cleared < end; cleared++) {
        spare.clear(cleared);
      }
    }
  }

  private long hash(long key) {
    long h = (key ^ seed) * 0x9e37_79b9_7f4a_7c15L;
    h ^= h >>> 32;
    return h * 0xd6e8_feb8_6659_fd93L;
  }

  /** A walk over the map. Any thread, one at a time; to be closed by it. */
  Cursor cursor() {
    while (true) {
      Tables seen = tables;
      Cursor cursor = new Cursor(this, seen);
      if (tables == seen) {
        return cursor;
      }
      cursor.close();
    }
  }

  /**
   * A walk over the keys with the values that they have when they are met. A key that has a value
   * all the time of the walk is met exactly once; one that comes or goes meanwhile perhaps.
   */
  static final class Cursor implements AutoCloseable {
    private final StationMap map;
    private final Tables pinned;
    private boolean inPrevious;
    private long slot;
    private long key;
    private long value;

    private Cursor(StationMap map, Tables pinned) {
      this.map = map;
      this.pinned = pinned;
      this.inPrevious = pinned.previous != null;
      pin(1);
    }

    private void pin(int by) {
      pinned.current.pins.addAndGet(by);
      if (pinned.previous != null) {
        pinned.previous.pins.addAndGet(by);
      }
    }

    /** Goes to the next key with a value; false at the end. */
    boolean next() {
      while (true) {
        Generation in = inPrevious && pinned.previous != null ? pinned.previous : pinned.current;
        if (slot == in.capacity) {
          if (!inPrevious) {
            return false;
          }
          inPrevious = false;
          slot = 0;
          continue;
        }
        key = in.key(slot++);
        if (key != 0 && (inPrevious || !wasInPrevious(key))) {
          value = map.get(key);
          if (value != ABSENT) {
            return true;
          }
        }
      }
    }

    private boolean wasInPrevious(long which) {
      return pinned.previous != null && pinned.previous.slotOf(which, map.hash(which)) >= 0;
    }

    /** The key. */
    long key() {
      return key;
    }

    /** The value that it had when it was met. */
    long value() {
      return value;
    }

    @Override
    public void close() {
      pin(-1);
    }
  }

  /** The slots of a generation: key at 0, value at 8. */
  private static final class Generation {
    static final long NOT_HERE = -1;

    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();
    private static final int SLOT_BYTES = 16;
    private static final int VALUE_OFFSET = 8;

    final long capacity;
    final AtomicInteger pins = new AtomicInteger();
    private final MemorySegment memory;

    Generation(long capacity) {
      this.capacity = capacity;
      this.memory = Arena.ofAuto().allocate(capacity * SLOT_BYTES, 64);
    }

    long key(long slot) {
      return (long) WORD.getAcquire(memory, slot * SLOT_BYTES);
    }

    long value(long slot) {
      return (long) WORD.getAcquire(memory, slot * SLOT_BYTES + VALUE_OFFSET);
    }

    void setValue(long slot, long value) {
      WORD.setRelease(memory, slot * SLOT_BYTES + VALUE_OFFSET, value);
    }

    private void setKey(long slot, long key) {
      WORD.setRelease(memory, slot * SLOT_BYTES, key);
    }

    void clear(long slot) {
      setKey(slot, 0);
      setValue(slot, ABSENT);
    }

    private long home(long hash) {
      return Math.unsignedMultiplyHigh(hash, capacity);
    }

    private long after(long slot) {
      return slot + 1 == capacity ? 0 : slot + 1;
    }

    /** The slot of a key; negative if there is none. Ends also when the slots are being reused. */
    long slotOf(long key, long hash) {
      long slot = home(hash);
      for (long probes = 0; probes < capacity; probes++) {
        long found = key(slot);
        if (found == key) {
          return slot;
        }
        if (found == 0) {
          return NOT_HERE;
        }
        slot = after(slot);
      }
      return NOT_HERE;
    }

    long valueOf(long key, long hash) {
      long slot = slotOf(key, hash);
      return slot < 0 ? NOT_HERE : value(slot);
    }

    void insert(long key, long hash, long value) {
      long slot = home(hash);
      while (key(slot) != 0) {
        slot = after(slot);
      }
      setValue(slot, value);
      setKey(slot, key);
    }
  }
}
