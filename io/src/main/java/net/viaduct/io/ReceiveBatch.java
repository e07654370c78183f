package net.viaduct.io;

import java.lang.foreign.MemorySegment;

/** Slots that a port or an underlay fills. Owned by the thread that receives. */
public final class ReceiveBatch {
  private final Frame[] frames;

  /**
   * Slots in memory that the caller provides.
   *
   * @param memory at least {@code capacity} times {@link Frame#SLOT_BYTES}
   */
  public ReceiveBatch(MemorySegment memory, int capacity) {
    frames = new Frame[capacity];
    for (int i = 0; i < capacity; i++) {
      frames[i] = new Frame(memory, (long) i * Frame.SLOT_BYTES);
    }
  }

  /** How many frames one call can receive. */
  public int capacity() {
    return frames.length;
  }

  /** The frame in a slot. */
  public Frame frame(int index) {
    return frames[index];
  }
}
