package net.viaduct.vtep.ingress;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.Coalescer;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.ip.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Takes trains of datagrams apart, and puts those inner frames together again that are segments of
 * one flow: then only the first has to find its way. Owned by the data-path thread.
 */
final class Train {
  /** More parts than this are not on their way at the same time. */
  private static final int PARTS = 1024;

  private final Frame[] parts = new Frame[PARTS];
  private final Coalescer coalescer = new Coalescer();
  private final FlowKey key = new FlowKey();
  private @Nullable Frame whole;
  private int position;
  private int used;

  /** No train yet. */
  Train() {
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Frame(MemorySegment.NULL, 0);
    }
  }

  /** Begins with a frame that has {@link Frame#datagramBytes()}. */
  void begin(Frame train) {
    whole = train;
    position = 0;
  }

  /** Ends with it, however far it was taken apart. */
  void end() {
    whole = null;
  }

  /**
   * Whether what looks like a train is one datagram with a super-frame of UDP in it: a kernel on
   * the same machine leaves cutting to the device, and the size that is told is that of the inner
   * segments. If so, the frame says this from now on.
   *
   * @param headerBytes of the tunnel header
   */
  boolean isSuperFrame(Frame datagram, int headerBytes) {
    MemorySegment memory = datagram.memory();
    long inner = datagram.start() + headerBytes;
    int bytes = datagram.lengthBytes() - headerBytes;
    key.parse(memory, inner, bytes);
    long second = datagram.start() + datagram.datagramBytes();
    if (key.ipProtocol() != IpProtocol.UDP
        || key.networkEnd() != bytes
        || isSameTunnel(memory, second, datagram.start(), headerBytes)
        || !UnfinishedChecksum.detect(memory, inner, bytes, key)) {
      return false;
    }
    int segmentBytes = datagram.datagramBytes();
    datagram.train(0);
    datagram
        .offload()
        .checksumPartial(headerBytes + key.transportOffset(), UdpHeader.CHECKSUM_OFFSET);
    datagram.offload().segmentation(Offload.UDP, segmentBytes);
    return true;
  }

  /** Whether there is another datagram. */
  boolean hasNext() {
    return whole != null && position < whole.lengthBytes();
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
    Frame train = train();
    int bytes = nextBytes(train);
    Frame part = parts[used++];
    part.view(train, position, bytes);
    position += bytes;
    return part;
  }

  private Frame train() {
    Frame train = whole;
    if (train == null) {
      throw new IllegalStateException("no train");
    }
    return train;
  }

  private int nextBytes(Frame train) {
    return Math.min(train.datagramBytes(), train.lengthBytes() - position);
  }

  /**
   * Lets the datagram that was taken off last become a super-frame with those behind it, as far as
   * they are segments of the same flow in the same tunnel.
   *
   * @param headerBytes of the tunnel header
   * @return how many were taken off the train
   */
  int grow(Frame part, int headerBytes) {
    MemorySegment memory = part.memory();
    long inner = part.start() + headerBytes;
    int bytes = part.lengthBytes() - headerBytes;
    key.parse(memory, inner, bytes);
    if (!coalescer.begin(memory, inner, bytes, key)) {
      return 0;
    }
    Frame train = train();
    while (hasNext()) {
      long at = train.start() + position;
      int datagramBytes = nextBytes(train);
      if (!isSameTunnel(memory, at, part.start(), headerBytes)
          || !coalescer.append(at + headerBytes, datagramBytes - headerBytes)) {
        break;
      }
      position += datagramBytes;
    }
    if (coalescer.segments() > 1) {
      coalescer.finish();
      part.lengthBytes(headerBytes + coalescer.lengthBytes());
      tell(part.offload(), headerBytes);
    }
    return coalescer.segments() - 1;
  }

  private static boolean isSameTunnel(MemorySegment memory, long one, long other, int bytes) {
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
