package net.viaduct.lab.link;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.queueing.Packet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of all frames that are on one direction of a link: a slot for each. Owned by the thread
 * that carries the link. Memory that was never used costs nothing.
 */
final class FrameStore implements AutoCloseable {
  /** How many frames can be under way at once. */
  static final int MOST_FRAMES = 1 << 16;

  /** Instead of a slot. */
  static final int NONE = -1;

  private static final int ALIGNMENT_BYTES = 64;

  private final MappedMemory memory;
  private final int slotBytes;
  private final int[] lengths = new int[MOST_FRAMES];
  private final int[] free = new int[MOST_FRAMES];
  private final @Nullable Packet[] packets = new Packet[MOST_FRAMES];
  private final Frame whole;
  private int freeCount = MOST_FRAMES;

  /**
   * A store.
   *
   * @param frameBytes of the largest frame
   */
  FrameStore(int frameBytes) {
    slotBytes = (frameBytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
    memory = new MappedMemory((long) slotBytes * MOST_FRAMES);
    whole = new Frame(memory.segment(), -Frame.HEADROOM_BYTES); // its first byte is the memory's
    for (int i = 0; i < MOST_FRAMES; i++) {
      free[i] = MOST_FRAMES - 1 - i; // the same few again and again
    }
  }

  /** The largest frame that fits. */
  int slotBytes() {
    return slotBytes;
  }

  /** Takes a free slot and copies a frame into it; {@link #NONE} if there is none. */
  int put(MemorySegment from, long at, int lengthBytes) {
    if (freeCount == 0) {
      return NONE;
    }
    int slot = free[--freeCount];
    lengths[slot] = lengthBytes;
    MemorySegment.copy(from, at, memory.segment(), start(slot), lengthBytes);
    return slot;
  }

  /** Copies a frame into another slot; {@link #NONE} if there is none. */
  int copy(int slot) {
    return put(memory.segment(), start(slot), lengths[slot]);
  }

  /** Gives a slot back. */
  void release(int slot) {
    free[freeCount++] = slot;
  }

  /** How many slots are taken. */
  int taken() {
    return MOST_FRAMES - freeCount;
  }

  /** The memory of all slots. */
  MemorySegment memory() {
    return memory.segment();
  }

  /** Where a slot's frame begins. */
  long start(int slot) {
    return (long) slot * slotBytes;
  }

  /** How long a slot's frame is. */
  int lengthBytes(int slot) {
    return lengths[slot];
  }

  /** The frame of a slot, as queues see it; made when a slot is used for the first time. */
  Packet packet(int slot) {
    Packet packet = packets[slot];
    if (packet == null) {
      packet = new Packet(slot);
      packets[slot] = packet;
    }
    packet.frame(memory.segment(), start(slot), lengths[slot]);
    return packet;
  }

  /** Lets a frame show the bytes of a slot. */
  void show(int slot, Frame as) {
    as.view(whole, slot * slotBytes, lengths[slot]);
  }

  @Override
  public void close() {
    memory.close();
  }
}
