package net.viaduct.vtep.waiting;

import java.lang.foreign.MemorySegment;
import net.viaduct.queueing.Packet;
import net.viaduct.vtep.queue.PacketStore;
import org.jspecify.annotations.Nullable;

/**
 * The frames of all queues of a VTEP that wait. Owned by the data-path thread; allocates nothing
 * after its construction.
 */
final class WaitingFrames {
  /** How many frames a super-frame usually becomes at most: 64 KB of 1,448 bytes each. */
  static final int MOST_PIECES = 46;

  private static final int SMALL_SLOTS = 16_384;
  private static final int LARGE_SLOTS = 512;

  private final PacketStore store;
  private final Waiting[] bySlot;

  /**
   * Nothing waits.
   *
   * @param memory of {@link #bytes} bytes
   */
  WaitingFrames(MemorySegment memory) {
    store = new PacketStore(memory, SMALL_SLOTS, LARGE_SLOTS);
    bySlot = new Waiting[store.slots()];
    store.forEach(packet -> bySlot[packet.slot()] = new Waiting(packet, store.frame(packet)));
  }

  /** How much memory is needed; it is touched only as far as frames wait. */
  static long bytes() {
    return PacketStore.bytes(SMALL_SLOTS, LARGE_SLOTS);
  }

  /** A slot for a frame of a length; null if there is none left. */
  @Nullable Waiting take(int lengthBytes) {
    Packet packet = store.take(lengthBytes);
    return packet == null ? null : bySlot[packet.slot()];
  }

  /** What a packet is about. */
  Waiting of(Packet packet) {
    return bySlot[packet.slot()];
  }

  /** It waits no more. */
  void giveBack(Waiting waiting) {
    waiting.tenant(null);
    store.giveBack(waiting.packet());
  }

  /** How many frames of the usual size there is room for. */
  int free() {
    return store.freeSmall();
  }
}
