package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.PortSender;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;

/**
 * Sends frames by a packet socket, many in one call. Owned by the thread that sends; the kernel
 * lets any number of them use the same socket.
 */
final class PacketSender implements PortSender {
  private static final int BATCH_FRAMES = 64;

  /** The kernel's header, and the frame; or header, addresses, VLAN tag, and what follows. */
  private static final int VECTORS = 2;

  private static final int TAGGED_VECTORS = 4;
  private static final int SEND_FLAGS = SocketCalls.MSG_DONTWAIT;

  private final SocketCalls sockets;
  private final MessageArray sent;
  private final MemorySegment headers;
  private final MemorySegment tags;
  private final int fd;
  private final SendErrors errors;

  /** Sends by this socket as long as the arena lives. */
  PacketSender(int fd, SendErrors errors, Arena arena) {
    this.fd = fd;
    this.errors = errors;
    sockets = new SocketCalls(arena);
    sent = new MessageArray(arena, BATCH_FRAMES, TAGGED_VECTORS, 0, 0);
    headers = arena.allocate((long) BATCH_FRAMES * VirtioNetHeader.SIZE_BYTES, 8);
    tags = arena.allocate((long) BATCH_FRAMES * VlanTag.SIZE_BYTES, 8);
    for (int i = 0; i < BATCH_FRAMES; i++) {
      long header = headers.address() + (long) i * VirtioNetHeader.SIZE_BYTES;
      sent.vector(i, 0, header, VirtioNetHeader.SIZE_BYTES);
    }
  }

  @Override
  public void send(SendBatch batch) {
    for (int from = 0; from < batch.size(); from += BATCH_FRAMES) {
      int count = Math.min(BATCH_FRAMES, batch.size() - from);
      for (int i = 0; i < count; i++) {
        prepare(i, batch, from + i);
      }
      send(batch, from, count);
    }
  }

  private void prepare(int message, SendBatch batch, int index) {
    Frame frame = batch.frame(index);
    long header = (long) message * VirtioNetHeader.SIZE_BYTES;
    VirtioNetHeader.write(headers, header, frame, batch.growthBytes(index));
    long at = frame.memory().address() + frame.start();
    if (batch.isAsItIs(index)) {
      sent.vector(message, 1, at, frame.lengthBytes());
      sent.vectorCount(message, VECTORS);
      return;
    }
    int addresses = EthernetHeader.ADDRESSES_SIZE_BYTES;
    int leftOut = addresses + batch.leftOutBytes(index);
    int tagBytes = batch.tag(index) == SendBatch.NO_TAG ? 0 : VlanTag.SIZE_BYTES;
    long tagAt = (long) message * VlanTag.SIZE_BYTES;
    NetworkOrder.i32(tags, tagAt, batch.tag(index));
    sent.vector(message, 1, at, addresses);
    sent.vector(message, 2, tags.address() + tagAt, tagBytes);
    sent.vector(message, 3, at + leftOut, frame.lengthBytes() - leftOut);
    sent.vectorCount(message, TAGGED_VECTORS);
  }

  private void send(SendBatch batch, int from, int count) {
    int done = 0;
    while (done < count) {
      int result = sockets.sendmmsg(fd, sent.address(done), count - done, SEND_FLAGS);
      for (int i = 0; i < result; i++) {
        batch.result(from + done++, SendResult.SENT);
      }
      if (result <= 0) {
        done = tellFailure(batch, from, done, count, result);
      }
    }
  }

  private int tellFailure(SendBatch batch, int from, int done, int count, int errno) {
    // a full socket takes none of those behind either; other causes are about one frame
    int end = errno == -ErrorNumber.EAGAIN ? count : done + 1;
    SendResult result = errors.resultOf(errno);
    for (int i = done; i < end; i++) {
      batch.result(from + i, result);
    }
    return end;
  }
}
