package net.viaduct.io.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Transport;
import net.viaduct.io.UnderlayLane;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What came to one thread of a {@link MemoryUnderlay}. Any thread may call any method; a lock keeps
 * it whole.
 */
final class MemoryLane implements UnderlayLane, MemorySource {
  private static final int MOST_TRAIN_BYTES = 65_535;

  private final MemoryUnderlay underlay;
  private final ArrayDeque<MemoryDatagram> arrived = new ArrayDeque<>();

  MemoryLane(MemoryUnderlay underlay) {
    this.underlay = underlay;
  }

  synchronized int size() {
    return arrived.size();
  }

  synchronized void arrive(MemoryDatagram datagram) {
    arrived.add(datagram);
  }

  synchronized @Nullable MemoryDatagram take() {
    return arrived.poll();
  }

  @Override
  public synchronized boolean isReady() {
    return !arrived.isEmpty();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    int count = 0;
    while (count < batch.capacity()) {
      MemoryDatagram datagram = take();
      if (datagram == null) {
        break;
      }
      Frame frame = batch.frame(count++);
      IpAddress source = datagram.source().address();
      boolean trusted = datagram.isChecksummed() || source.isIpv4() || underlay.goesWithout(source);
      MemoryFrame.of(trusted ? datagram.payload() : new byte[0]).copyTo(frame);
      frame.source(source.high(), source.low(), datagram.source().port());
      frame.arrived(datagram.trafficClass(), datagram.destination().port(), trusted);
      frame.fragmented(datagram.isFragmented() && !underlay.takesFragments());
      if (datagram.isChecksummed()
          && !datagram.isFragmented()
          && datagram.source().transport() == Transport.UDP) {
        receiveTrain(datagram, frame);
      }
    }
    return count;
  }

  /** As UDP_GRO does: those that follow and differ in their content only come with the first. */
  private synchronized void receiveTrain(MemoryDatagram first, Frame frame) {
    int each = first.payloadBytes();
    int last = each;
    MemoryDatagram next = arrived.peek();
    while (next != null
        && last == each
        && next.isLike(first)
        && next.payloadBytes() > 0
        && next.payloadBytes() <= each
        && frame.lengthBytes() + next.payloadBytes() <= MOST_TRAIN_BYTES) {
      arrived.remove();
      last = next.payloadBytes();
      int end = frame.lengthBytes();
      frame.lengthBytes(end + last);
      MemorySegment.copy(
          next.payload(), 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start() + end, last);
      frame.train(each);
      next = arrived.peek();
    }
  }

  @Override
  public void send(DatagramBatch batch) {
    underlay.send(batch);
  }

  @Override
  public boolean sendsFragments() {
    return underlay.sendsFragments();
  }
}
