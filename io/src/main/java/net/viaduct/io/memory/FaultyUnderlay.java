package net.viaduct.io.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Set;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.PathError;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.wire.IpAddress;

/**
 * An underlay to and from which things go wrong. What is sent counts as sent when it enters the
 * line, as one datagram; what is due leaves it at the next call of {@link #receive} or {@link
 * #send}. Owned by the thread that owns the underlay.
 */
public final class FaultyUnderlay implements Underlay, MemorySource {
  private static final int SCRATCH_FRAMES = 8;

  private final Underlay underlay;
  private final FaultyLine<Received> incoming;
  private final FaultyLine<Sent> outgoing;
  private final ReceiveBatch scratch =
      new ReceiveBatch(
          Arena.ofAuto().allocate((long) SCRATCH_FRAMES * Frame.SLOT_BYTES, 64), SCRATCH_FRAMES);
  private final DatagramBatch batch = new DatagramBatch(SCRATCH_FRAMES);

  /** A datagram on its way in. */
  public record Received(MemoryFrame payload, IpAddress source, int sourcePort, Arrival arrival) {}

  /** How it came, as {@link Frame#arrived} and {@link Frame#fragmented} have it. */
  public record Arrival(int trafficClass, int localPort, boolean checksummed, boolean fragmented) {}

  /** A frame with its tunnel header on its way out. */
  public record Sent(
      MemoryFrame frame,
      MemoryFrame header,
      Endpoint destination,
      int flowHash,
      int trafficClass) {}

  /** An underlay at whose ends are these lines. */
  public FaultyUnderlay(
      Underlay underlay, FaultyLine<Received> incoming, FaultyLine<Sent> outgoing) {
    this.underlay = underlay;
    this.incoming = incoming;
    this.outgoing = outgoing;
  }

  @Override
  public boolean sendsFragments() {
    return underlay.sendsFragments();
  }

  @Override
  public int receive(ReceiveBatch into) {
    release();
    int count;
    do {
      count = underlay.receive(scratch);
      for (int i = 0; i < count; i++) {
        scratch.frame(i).forEachDatagram(this::enter);
      }
    } while (count > 0);
    int filled = 0;
    while (filled < into.capacity()) {
      Received received = incoming.leave();
      if (received == null) {
        break;
      }
      Frame frame = into.frame(filled++);
      received.payload.copyTo(frame);
      IpAddress source = received.source;
      frame.source(source.high(), source.low(), received.sourcePort);
      Arrival arrival = received.arrival;
      frame.arrived(arrival.trafficClass, arrival.localPort, arrival.checksummed);
      frame.fragmented(arrival.fragmented);
    }
    return filled;
  }

  private void enter(Frame frame) {
    incoming.enter(
        new Received(
            MemoryFrame.copyOf(frame),
            new IpAddress(frame.sourceHigh(), frame.sourceLow()),
            frame.sourcePort(),
            new Arrival(
                frame.trafficClass(),
                frame.localPort(),
                frame.isChecksummed(),
                frame.isFragmented())));
  }

  @Override
  public void send(DatagramBatch from) {
    for (int i = 0; i < from.size(); i++) {
      Frame frame = from.frame(i);
      byte[] header = new byte[from.headerBytes(i)];
      MemorySegment.copy(
          frame.memory(),
          ValueLayout.JAVA_BYTE,
          frame.start() - header.length,
          header,
          0,
          header.length);
      outgoing.enter(
          new Sent(
              MemoryFrame.copyOf(frame),
              MemoryFrame.of(header),
              from.destination(i),
              from.flowHash(i),
              from.trafficClass(i)));
      from.result(i, SendResult.SENT, 1);
    }
    release();
  }

  private void release() {
    while (outgoing.isDue()) {
      for (int i = 0; i < SCRATCH_FRAMES; i++) {
        Sent sent = outgoing.leave();
        if (sent != null) {
          Frame frame = scratch.frame(i);
          sent.frame.copyTo(frame);
          byte[] header = sent.header.bytes();
          MemorySegment.copy(
              header,
              0,
              frame.memory(),
              ValueLayout.JAVA_BYTE,
              frame.start() - header.length,
              header.length);
          batch.add(frame, header.length, sent.destination, sent.flowHash, sent.trafficClass);
        }
      }
      underlay.send(batch);
      batch.clear();
    }
  }

  @Override
  public boolean isReady() {
    return incoming.isDue()
        || outgoing.isDue()
        || (underlay instanceof MemorySource source && source.isReady());
  }

  @Override
  public int[] descriptors() {
    return underlay.descriptors();
  }

  @Override
  public Endpoint local() {
    return underlay.local();
  }

  @Override
  public int mtuBytes() {
    return underlay.mtuBytes();
  }

  @Override
  public Set<Door> doors() {
    return underlay.doors();
  }

  @Override
  public void listen(Set<Door> doors) {
    underlay.listen(doors);
  }

  @Override
  public List<Endpoint> locals() {
    return underlay.locals();
  }

  @Override
  public int mtuBytes(IpAddress remote) {
    return underlay.mtuBytes(remote);
  }

  @Override
  public int receiveErrors(PathError.Listener to) {
    return underlay.receiveErrors(to);
  }

  @Override
  public void attend() {
    underlay.attend();
  }

  @Override
  public List<String> troubles() {
    return underlay.troubles();
  }

  @Override
  public void join(IpAddress group) {
    underlay.join(group);
  }

  @Override
  public void leave(IpAddress group) {
    underlay.leave(group);
  }

  @Override
  public long lostInKernel() {
    return underlay.lostInKernel();
  }

  @Override
  public void close() {
    underlay.close();
  }
}
