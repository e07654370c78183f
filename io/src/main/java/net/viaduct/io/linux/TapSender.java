package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
 * Writes frames to a tap, each with a header that says what is left to be done. Owned by the thread
 * that sends; the kernel lets any number of them write to the same descriptor.
 *
 * <p>The header is written from memory of its own, because the frame's headroom may hold a tunnel
 * header at that time.
 */
final class TapSender implements PortSender {
  /** Destination, source, type, and two VLAN tags. */
  private static final int LINK_HEADER_BYTES = 22;

  private static final int IOVEC_BYTES = 16;

  /** The kernel's header, and the frame; or header, addresses, VLAN tag, and what follows. */
  private static final int VECTORS = 2;

  private static final int TAGGED_VECTORS = 4;

  private final SystemCalls calls = new SystemCalls();
  private final int fd;
  private final DeviceMtu mtu;
  private final DeviceMtu.Reader remembered;
  private final SendErrors errors;
  private final MemorySegment header;
  private final MemorySegment vectors;
  private final MemorySegment tag;

  /** Writes to this descriptor as long as the arena lives. */
  TapSender(int fd, DeviceMtu mtu, SendErrors errors, Arena arena) {
    this.fd = fd;
    this.mtu = mtu;
    this.remembered = mtu.reader();
    this.errors = errors;
    header = arena.allocate(VirtioNetHeader.SIZE_BYTES, 64);
    vectors = arena.allocate((long) TAGGED_VECTORS * IOVEC_BYTES, 64);
    tag = arena.allocate(VlanTag.SIZE_BYTES, 64);
    vector(0, header.address(), VirtioNetHeader.SIZE_BYTES);
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, send(batch, i));
    }
  }

  private SendResult send(SendBatch batch, int index) {
    Frame frame = batch.frame(index);
    if (isTooBig(frame, batch.lengthBytes(index))) {
      return SendResult.TOO_BIG;
    }
    VirtioNetHeader.write(header, 0, frame, batch.growthBytes(index));
    long at = frame.memory().address() + frame.start();
    int count = VECTORS;
    if (batch.isAsItIs(index)) {
      vector(1, at, frame.lengthBytes());
    } else {
      int addresses = EthernetHeader.ADDRESSES_SIZE_BYTES;
      int leftOut = addresses + batch.leftOutBytes(index);
      NetworkOrder.i32(tag, 0, batch.tag(index));
      vector(1, at, addresses);
      vector(2, tag.address(), batch.tag(index) == SendBatch.NO_TAG ? 0 : VlanTag.SIZE_BYTES);
      vector(3, at + leftOut, frame.lengthBytes() - leftOut);
      count = TAGGED_VECTORS;
    }
    long result = calls.writev(fd, vectors.address(), count);
    return result >= 0 ? SendResult.SENT : errors.resultOf((int) result);
  }

  private void vector(int index, long address, long bytes) {
    vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES, address);
    vectors.set(JAVA_LONG, (long) index * IOVEC_BYTES + 8, bytes);
  }

  private boolean isTooBig(Frame frame, int lengthBytes) {
    if (frame.offload().isSuperFrame()) {
      return false;
    }
    int payloadBytes = lengthBytes - LINK_HEADER_BYTES;
    return payloadBytes > remembered.bytes() && payloadBytes > mtu.askedBytes();
  }
}
