package net.viaduct.vtep.behaviour;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.Queue;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A host on the underlay that is no VTEP: it sends and receives what is in UDP or GRE as it is.
 * Owned by the test's thread.
 */
public final class ForeignHost implements AutoCloseable {
  private static final int SLOTS = 64;

  private final Underlay underlay;
  private final Endpoint endpoint;
  private final Arena arena = Arena.ofShared();
  private final ReceiveBatch slots =
      new ReceiveBatch(arena.allocate((long) SLOTS * Frame.SLOT_BYTES, 64), SLOTS);
  private final Frame out = new Frame(arena.allocate(Frame.SLOT_BYTES, 64), 0);
  private final DatagramBatch batch = new DatagramBatch(1);
  private final Queue<Datagram> arrived = new ArrayDeque<>();

  /**
   * What was received.
   *
   * @param source who sent it
   * @param trafficClass of the outer IP header
   * @param payload what is in it
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Datagram(Endpoint source, int trafficClass, byte[] payload) {}

  /** On an underlay that nobody else uses, which is closed with it. */
  public ForeignHost(Underlay underlay, Tunnel tunnel) {
    this.underlay = underlay;
    this.endpoint = tunnel.at(underlay.locals().getLast().address());
    underlay.listen(tunnel.doors());
  }

  /** Where it takes datagrams in; by IPv6 where it has both. */
  public Endpoint endpoint() {
    return endpoint;
  }

  /** Sends what is in a datagram. */
  public void send(Endpoint destination, byte[] payload) {
    send(destination, 0, payload);
  }

  /** Sends what is in a datagram, with a traffic class in front of it. */
  public void send(Endpoint destination, int trafficClass, byte[] payload) {
    out.reset();
    out.lengthBytes(payload.length);
    MemorySegment.copy(
        payload, 0, out.memory(), ValueLayout.JAVA_BYTE, out.start(), payload.length);
    batch.clear();
    batch.add(out, 0, destination, 0, trafficClass);
    underlay.send(batch);
    if (batch.result(0) != SendResult.SENT) {
      throw new AssertionError("sending to " + destination + ": " + batch.result(0));
    }
  }

  /** Receives a datagram that has arrived; null if there is none. */
  public @Nullable Datagram receive() {
    int count = underlay.receive(slots);
    for (int i = 0; i < count; i++) {
      slots.frame(i).forEachDatagram(this::keep);
    }
    return arrived.poll();
  }

  private void keep(Frame frame) {
    IpAddress address = new IpAddress(frame.sourceHigh(), frame.sourceLow());
    Endpoint source =
        frame.localPort() == 0 ? Endpoint.gre(address) : new Endpoint(address, frame.sourcePort());
    MemorySegment payload = frame.memory().asSlice(frame.start(), frame.lengthBytes());
    arrived.add(new Datagram(source, frame.trafficClass(), payload.toArray(ValueLayout.JAVA_BYTE)));
  }

  @Override
  public void close() {
    underlay.close();
    arena.close();
  }
}
