package net.viaduct.runtime;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The counters of one object, written by one owner thread and read by any thread or process. Each
 * is a 64-bit value that only grows; blocks start on a cache line of their own.
 *
 * <p>Where further threads count the same, each does so in a part of its own, and the owner adds
 * what is in the parts now and then.
 */
public final class CounterBlock {
  private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();
  private static final int LINE_BYTES = 64;

  private final MemorySegment values;
  private final CounterLayout layout;
  private final String label;
  private CounterBlock[] parts = {};
  private long[] collected = {};

  /**
   * A block over memory.
   *
   * @param values eight bytes for each name of the layout, aligned to 64 bytes
   */
  public CounterBlock(MemorySegment values, CounterLayout layout, String label) {
    this.values = values;
    this.layout = layout;
    this.label = label;
  }

  /** Adds to a counter; only on the owner's thread. */
  public void add(int index, long delta) {
    long at = index * 8L;
    VALUE.setOpaque(values, at, (long) VALUE.get(values, at) + delta);
  }

  /** Reads a counter; any thread. */
  public long get(int index) {
    return (long) VALUE.getOpaque(values, index * 8L);
  }

  /**
   * Gives so many further threads a part each; before they know the block.
   *
   * @throws OutOfMemoryError if there is no memory for them; then it has none
   */
  public void split(int threads) {
    int counters = layout.names().size();
    long bytes = ((long) counters * Long.BYTES + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    CounterBlock[] made = new CounterBlock[threads];
    MemorySegment all = Arena.ofAuto().allocate(threads * bytes, LINE_BYTES);
    for (int i = 0; i < threads; i++) {
      made[i] = new CounterBlock(all.asSlice(i * bytes, bytes), layout, label);
    }
    collected = new long[threads * counters];
    parts = made;
  }

  /** The part of a further thread, which alone writes it; the first has number 1. */
  public CounterBlock part(int thread) {
    return parts[thread - 1];
  }

  /** Adds what was counted in the parts since the last time; only on the owner's thread. */
  public void collect() {
    int counters = layout.names().size();
    for (int i = 0; i < parts.length; i++) {
      for (int counter = 0; counter < counters; counter++) {
        int at = i * counters + counter;
        long now = parts[i].get(counter);
        if (now != collected[at]) {
          add(counter, now - collected[at]);
          collected[at] = now;
        }
      }
    }
  }

  /** What the indices mean. */
  public CounterLayout layout() {
    return layout;
  }

  /** What is counted. */
  public String label() {
    return label;
  }

  /** The memory behind the block, by which its allocator knows it. */
  MemorySegment values() {
    return values;
  }
}
