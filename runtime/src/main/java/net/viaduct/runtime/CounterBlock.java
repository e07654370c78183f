package net.viaduct.runtime;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * The counters of one object, written by one owner thread and read by any thread or process. Each
 * is a 64-bit value that only grows; blocks start on a cache line of their own.
 */
public final class CounterBlock {
  private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment values;
  private final CounterLayout layout;
  private final String label;

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
