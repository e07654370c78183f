package net.viaduct.io;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Slots that a port or an underlay fills. Owned by the thread that receives.
 *
 * <p>Each has room for the largest frame. Who receives one frame after the other may pack them
 * instead: then a slot begins where the frame before ended, and as many small frames as {@link
 * #mostPacked()} stand close together, in the processor's cache.
 */
public final class ReceiveBatch {
  /** What has to be read at a time is in cache lines of its own. */
  private static final int ALIGNMENT_BYTES = 64;

  /** A frame that was packed may become longer by this much: two VLAN tags. */
  private static final int TAIL_BYTES = 8;

  private static final int PACKED_PER_SLOT = 4;

  private final Frame[] frames;
  private final int slots;
  private final long memoryBytes;
  private boolean packed;

  /**
   * Slots in memory that the caller provides.
   *
   * @param memory at least {@code slots} times {@link Frame#SLOT_BYTES}
   */
  public ReceiveBatch(MemorySegment memory, int slots) {
    this.slots = slots;
    memoryBytes = (long) slots * Frame.SLOT_BYTES;
    frames = new Frame[slots * PACKED_PER_SLOT];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = new Frame(memory, i < slots ? (long) i * Frame.SLOT_BYTES : 0);
    }
  }

  /** How many frames one call can receive into slots of their own. */
  public int capacity() {
    return slots;
  }

  /** How many frames one call can receive if they are packed. */
  public int mostPacked() {
    return frames.length;
  }

  /** The frame in a slot. */
  public Frame frame(int index) {
    return frames[index];
  }

  /**
   * Lets a slot begin directly behind the frame before.
   *
   * @param index of the frame: 0, or the one behind the last that was packed and filled
   * @return the empty frame; null if there is no room for the largest any more
   */
  public @Nullable Frame pack(int index) {
    if (index == frames.length) {
      return null;
    }
    packed = true;
    long at = 0;
    if (index > 0) {
      Frame before = frames[index - 1];
      long end = before.start() + before.lengthBytes() + TAIL_BYTES;
      at = (end + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }
    if (at + Frame.SLOT_BYTES > memoryBytes) {
      return null;
    }
    frames[index].place(at);
    return frames[index];
  }

  /**
   * Lets two frames change places, each with the slot that it has.
   *
   * @param index of one
   * @param other of the other
   */
  public void exchange(int index, int other) {
    packed = true; // they are not where they belong
    Frame frame = frames[index];
    frames[index] = frames[other];
    frames[other] = frame;
  }

  /** Gives every frame its own slot again. */
  public void unpack() {
    if (packed) {
      packed = false;
      for (int i = 0; i < slots; i++) {
        frames[i].place((long) i * Frame.SLOT_BYTES);
      }
    }
  }
}
