package net.viaduct.vtep.ingress;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.wire.Coalescer;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.ip.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Takes the datagrams of a batch off one by one, also those that came together in one message (a
 * train), and puts those inner frames together again that are segments of one flow: then only the
 * first has to find its way. Owned by the thread that works at the frames.
 *
 * <p>Neighbours join across messages too: a kernel that does not put datagrams together for us (it
 * asks for a UDP checksum, udp_gro_receive_segment in linux/net/ipv4/udp_offload.c, and hardware
 * often sends none) gives each in a message of its own.
 */
final class Train {
  /** More parts than this are not on their way at the same time. */
  private static final int PARTS = 1024;

  private final Frame[] parts = new Frame[PARTS];
  private final Coalescer coalescer = new Coalescer();
  private final FlowKey key = new FlowKey();
  private @Nullable ReceiveBatch messages;
  private int count;

  /** The message whose datagrams are taken off, and how many of its bytes were. */
  private int index;

  private int position;
  private int used;

  /** No datagrams yet. */
  Train() {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Frame(MemorySegment.NULL, 0);
    }
  }

  /** Begins with messages that came. */
  void begin(ReceiveBatch batch, int messageCount) {
    messages = batch;
    count = messageCount;
    index = 0;
    position = 0;
  }

  /** Ends with them, however many datagrams were taken off. */
  void end() {
    messages = null;
    count = 0;
  }

  /**
   * Looks whether what looks like a train is one datagram with a super-frame of UDP in it: a kernel
   * on the same machine leaves cutting to the device, and the size that is told is that of the
   * inner segments. If so, the frame says this from now on.
   *
   * @param headerBytes of the tunnel header
   */
  void recogniseSuperFrame(Frame datagram, int headerBytes) {
    MemorySegment memory = datagram.memory();
    long inner = datagram.start() + headerBytes;
    int bytes = datagram.lengthBytes() - headerBytes;
    key.parse(memory, inner, bytes);
    long second = datagram.start() + datagram.datagramBytes();
    if (key.ipProtocol() != IpProtocol.UDP
        || key.networkEnd() != bytes
        || isSame(memory, second, datagram.start(), headerBytes)
        || !UnfinishedChecksum.detect(memory, inner, bytes, key)) {
      return;
    }
    int segmentBytes = datagram.datagramBytes();
    datagram.train(0);
    datagram
        .offload()
        .checksumPartial(headerBytes + key.transportOffset(), UdpHeader.CHECKSUM_OFFSET);
    datagram.offload().segmentation(Offload.UDP, segmentBytes);
  }

  /** Whether there is another datagram. */
  boolean hasNext() {
    return index < count;
  }

  /** The message whose datagram is the next one, if that is its first one and there may be more. */
  @Nullable Frame beginning() {
    Frame message = message();
    return position == 0 && message.datagramBytes() != 0 ? message : null;
  }

  /** Leaves a whole message out. */
  void skip() {
    index++;
  }

  /** Whether what was taken off has to go before more can be. */
  boolean isFull() {
    return used == PARTS;
  }

  /** All that was taken off has gone. */
  void release() {
    used = 0;
  }

  /** Takes the next datagram off. */
  Frame next() {
    Frame message = message();
    if (message.datagramBytes() == 0) {
      index++;
      return message;
    }
    int bytes = nextBytes(message);
    Frame part = parts[used++];
    part.view(message, position, bytes);
    advance(message, bytes);
    return part;
  }

  /**
   * Makes the datagram that was taken off last a train with those behind it in its message, which
   * are taken off too: without a copy, they stay where they are.
   */
  Frame withRest(Frame part) {
    if (position == 0) {
      return part; // it was the last
    }
    Frame message = message();
    part.lengthBytes(part.lengthBytes() + message.lengthBytes() - position);
    part.train(message.datagramBytes());
    advance(message, message.lengthBytes() - position);
    return part;
  }

  private Frame message() {
    ReceiveBatch batch = messages;
    if (batch == null) {
      throw new IllegalStateException("no messages");
    }
    return batch.frame(index);
  }

  private int nextBytes(Frame message) {
    int left = message.lengthBytes() - position;
    return message.datagramBytes() == 0 ? left : Math.min(message.datagramBytes(), left);
  }

  private void advance(Frame message, int bytes) {
    position += bytes;
    if (position == message.lengthBytes()) {
      index++;
      position = 0;
    }
  }

  /**
   * Lets the datagram that was taken off last become a super-frame with those behind it, as far as
   * they are segments of the same flow in the same tunnel.
   *
   * @param headerBytes of the tunnel header
   * @return how many were taken off and joined it
   */
  int grow(Frame part, int headerBytes) {
    if (part.offload().isSuperFrame() || !mayJoin(part, headerBytes)) {
      return 0;
    }
    MemorySegment memory = part.memory();
    long inner = part.start() + headerBytes;
    int bytes = part.lengthBytes() - headerBytes;
    key.parse(memory, inner, bytes);
    if (!coalescer.begin(memory, inner, bytes, key)) {
      return 0;
    }
    while (mayJoin(part, headerBytes)) {
      Frame message = message();
      int datagramBytes = nextBytes(message);
      long at = message.start() + position;
      if (!coalescer.append(at + headerBytes, datagramBytes - headerBytes)) {
        break;
      }
      advance(message, datagramBytes);
    }
    if (coalescer.segments() > 1) {
      coalescer.finish();
      part.lengthBytes(headerBytes + coalescer.lengthBytes());
      tell(part.offload(), headerBytes);
    }
    return coalescer.segments() - 1;
  }

  /** Whether the next datagram came as this one did, from the same sender, in the same tunnel. */
  private boolean mayJoin(Frame part, int headerBytes) {
    if (index == count) {
      return false;
    }
    Frame message = message();
    int least = headerBytes + EthernetHeader.SIZE_BYTES;
    return nextBytes(message) >= least
        && part.lengthBytes() >= least
        && !message.offload().isSuperFrame()
        && message.cameAs(part)
        && isSame(
            part.memory(),
            message.start() + position,
            part.start(),
            headerBytes + EthernetHeader.ADDRESSES_SIZE_BYTES);
  }

  private static boolean isSame(MemorySegment memory, long one, long other, int bytes) {
    return MemorySegment.mismatch(memory, one, one + bytes, memory, other, other + bytes) < 0;
  }

  private void tell(Offload offload, int headerBytes) {
    offload.checksumPartial(headerBytes + coalescer.transportOffset(), coalescer.checksumOffset());
    int type = Offload.UDP;
    if (coalescer.isTcp()) {
      type = coalescer.isIpv4() ? Offload.TCP_IPV4 : Offload.TCP_IPV6;
      type |= coalescer.hasCongestionWindowReduced() ? Offload.ECN_FLAG : 0;
    }
    offload.segmentation(type, coalescer.segmentBytes());
  }
}
