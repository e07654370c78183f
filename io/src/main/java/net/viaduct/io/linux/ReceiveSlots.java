package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages of a socket into the slots of a batch. Owned by the socket's thread.
 *
 * <p>What the kernel did not change since the last time is not written again: a call that receives
 * one frame prepares one message.
 */
final class ReceiveSlots {
  private static final int BATCH_FRAMES = 64;
  private static final int ROOM_BYTES = Frame.SLOT_BYTES - Frame.HEADROOM_BYTES;

  private final MessageArray messages;
  private final int inFrontBytes;
  private @Nullable ReceiveBatch armed;
  private int dirtyEnd;

  /**
   * Slots without a batch.
   *
   * @param inFrontBytes what the kernel puts in front of each frame, which goes into the headroom
   * @param nameBytes size of a sender's address; 0 if it is not wanted
   * @param controlBytes room for control data
   */
  ReceiveSlots(Arena arena, int inFrontBytes, int nameBytes, int controlBytes) {
    this.inFrontBytes = inFrontBytes;
    messages = new MessageArray(arena, BATCH_FRAMES, 1, nameBytes, controlBytes);
  }

  /** How many slots of a batch can be used. */
  static int capacity(ReceiveBatch batch) {
    return Math.min(batch.capacity(), BATCH_FRAMES);
  }

  /** The messages that were received, by the indices of their slots. */
  MessageArray messages() {
    return messages;
  }

  /**
   * Fills slots, without waiting. Their frames are empty; the caller sets lengths.
   *
   * @param from the first slot to fill, less than {@link #capacity}
   * @return how many were filled, or the negative errno
   */
  int receive(SocketCalls sockets, int fd, ReceiveBatch batch, int from) {
    int capacity = capacity(batch);
    batch.unpack();
    if (armed != batch) {
      arm(batch, capacity);
    }
    for (int i = from; i < dirtyEnd; i++) {
      messages.rearm(i);
    }
    int flags = SocketCalls.MSG_DONTWAIT;
    int count = sockets.recvmmsg(fd, messages.address(from), capacity - from, flags);
    dirtyEnd = from + Math.max(0, count);
    for (int i = from; i < dirtyEnd; i++) {
      batch.frame(i).reset();
    }
    return count;
  }

  /** Tells how long a frame is; false if it did not fit its slot. */
  boolean accept(Frame frame, int message) {
    int bytes = messages.lengthBytes(message) - inFrontBytes;
    if (bytes < 0 || (messages.flags(message) & SocketCalls.MSG_TRUNC) != 0) {
      return false;
    }
    frame.lengthBytes(bytes);
    return true;
  }

  private void arm(ReceiveBatch batch, int capacity) {
    armed = batch;
    dirtyEnd = capacity;
    for (int i = 0; i < capacity; i++) {
      Frame frame = batch.frame(i);
      frame.reset();
      long at = frame.memory().address() + frame.start() - inFrontBytes;
      messages.vector(i, 0, at, (long) inFrontBytes + ROOM_BYTES);
    }
  }
}
