package net.viaduct.vtep.queue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.function.Consumer;
import net.viaduct.io.Frame;
import net.viaduct.queueing.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames are that wait: small slots for packets, a few large ones for super-frames. Owned
 * by the data-path thread; allocates nothing after its construction. A slot that was used last is
 * used next, so that memory is touched only as far as it is needed.
 */
public final class PacketStore {
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
  public PacketStore(MemorySegment memory, int smallSlots, int largeSlots) {
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
  public static long bytes(int smallSlots, int largeSlots) {
    return (long) smallSlots * SMALL_SLOT_BYTES + (long) largeSlots * Frame.SLOT_BYTES;
  }

  /** Each packet of a store from which nothing was taken. */
  public void forEach(Consumer<Packet> consumer) {
    Arrays.stream(small).forEach(consumer);
    Arrays.stream(large).forEach(consumer);
  }

  /** A packet with a slot for a frame of a length; null if there is none left. */
  public @Nullable Packet take(int lengthBytes) {
    if (lengthBytes <= SMALL_SLOT_BYTES - Frame.HEADROOM_BYTES) {
      return smallFree == 0 ? null : small[--smallFree];
    }
    return largeFree == 0 ? null : large[--largeFree];
  }

  /** The frame in a packet's slot. */
  public Frame frame(Packet packet) {
    return frames[packet.slot()];
  }

  /** A packet is not needed any more. */
  public void giveBack(Packet packet) {
    if (packet.slot() < smallCount) {
      small[smallFree++] = packet;
    } else {
      large[largeFree++] = packet;
    }
  }

  /** How many packets can be taken. */
  public int free() {
    return smallFree + largeFree;
  }

  /** How many small packets can be taken. */
  public int freeSmall() {
    return smallFree;
  }

  /** How many slots there are. */
  public int slots() {
    return frames.length;
  }
}
