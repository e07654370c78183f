package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.PortQueue;
import net.viaduct.io.ReceiveBatch;

/** Receives frames by a packet socket, many in one call. Owned by the thread that reads. */
final class PacketQueue implements PortQueue {
  private final SocketCalls sockets;
  private final ReceiveSlots slots;
  private final int fd;
  private final AtomicLong unusable;

  /**
   * Receives by this socket as long as the arena lives.
   *
   * @param unusable counts what cannot be used
   */
  PacketQueue(int fd, AtomicLong unusable, Arena arena) {
    this.fd = fd;
    this.unusable = unusable;
    sockets = new SocketCalls(arena);
    slots =
        new ReceiveSlots(arena, VirtioNetHeader.SIZE_BYTES, 0, PacketAuxiliaryData.CONTROL_BYTES);
  }

  @Override
  public int[] descriptors() {
    return new int[] {fd};
  }

  @Override
  public int receive(ReceiveBatch batch) {
    int count = slots.receive(sockets, fd, batch, 0);
    if (count == -ErrorNumber.EINVAL) {
      unusable.incrementAndGet(); // a super-frame of a kind that virtio_net_hdr cannot tell
    }
    for (int i = 0; i < count; i++) {
      if (!accept(batch.frame(i), i)) {
        return acceptOthers(batch, i, count);
      }
    }
    return Math.max(0, count);
  }

  private boolean accept(Frame frame, int message) {
    long header = frame.start() - VirtioNetHeader.SIZE_BYTES;
    if (!slots.accept(frame, message) || !VirtioNetHeader.read(frame.memory(), header, frame)) {
      return false;
    }
    MessageArray messages = slots.messages();
    if (messages.controlLengthBytes(message) >= PacketAuxiliaryData.SIZE_BYTES) {
      PacketAuxiliaryData.restoreTag(messages.controls(), messages.control(message), frame);
    }
    return true;
  }

  /** The rare case: a frame in the middle cannot be used, so those behind it move up. */
  private int acceptOthers(ReceiveBatch batch, int unusableAt, int count) {
    int kept = unusableAt;
    unusable.incrementAndGet();
    for (int i = unusableAt + 1; i < count; i++) {
      if (accept(batch.frame(i), i)) {
        batch.frame(kept++).copyFrom(batch.frame(i));
      } else {
        unusable.incrementAndGet();
      }
    }
    return kept;
  }
}
