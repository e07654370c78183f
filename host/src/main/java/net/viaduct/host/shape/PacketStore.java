package net.viaduct.host.shape;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.queueing.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames are that wait: small slots for packets, a few large ones for super-frames. Owned
 * by the data path; allocates nothing after its construction. A slot that was used last is used
 * next, so that memory is touched only as far as it is needed.
 */
final class PacketStore {
  private static final int SMALL_SLOT_BYTES = 2_304;

  private final Frame[] frames;
  private final Packet[] small;
  private final Packet[] large;
  private int smallFree;
  private int largeFree;
  private final int smallCount;

  /**
   * A store without packets.
   *
   * @param memory of {@link #bytes} bytes
   */
  PacketStore(MemorySegment memory, int smallSlots, int largeSlots) {
    smallCount = smallSlots;
    frames = new Frame[smallSlots + largeSlots];
    small = new Packet[smallSlots];
    large = new Packet[largeSlots];
    long largeAt = (long) smallSlots * SMALL_SLOT_BYTES;
    for (int i = 0; i < frames.length; i++) {
      boolean isSmall = i < smallSlots;
      long at =
          isSmall
              ? (long) i * SMALL_SLOT_BYTES
              : largeAt + (long) (i - smallSlots) * Frame.SLOT_BYTES;
      frames[i] = new Frame(memory, at);
      giveBack(new Packet(i));
    }
  }

  /** How much memory a store needs. */
  static long bytes(int smallSlots, int largeSlots) {
    return (long) smallSlots * SMALL_SLOT_BYTES + (long) largeSlots * Frame.SLOT_BYTES;
  }

  /** A packet with a slot for a frame of a length; null if there is none left. */
  @Nullable Packet take(int lengthBytes) {
    if (lengthBytes <= SMALL_SLOT_BYTES - Frame.HEADROOM_BYTES) {
      return smallFree == 0 ? null : small[--smallFree];
    }
    return largeFree == 0 ? null : large[--largeFree];
  }

  /** The frame in a packet's slot. */
  Frame frame(Packet packet) {
    return frames[packet.slot()];
  }

  /** A packet is not needed any more. */
  void giveBack(Packet packet) {
    if (packet.slot() < smallCount) {
      small[smallFree++] = packet;
    } else {
      large[largeFree++] = packet;
    }
  }

  /** How many packets can be taken. */
  int free() {
    return smallFree + largeFree;
  }
}
