package net.viaduct.lab.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.runtime.CountersFile;

/** A direction of a link between two ports in memory, in virtual time. */
final class VirtualLink implements AutoCloseable {
  private static final int USUAL_NUMBER_OFFSET = 14;

  final MemoryPort in = new MemoryPort("in");
  final MemoryPort out = new MemoryPort("out");
  final LinkCounters counters = LinkCounters.unlisted("link");
  final List<Arrival> arrivals = new ArrayList<>();
  final CountersFile queues = CountersFile.anonymous();
  final LinkDirection direction;
  private final MappedMemory memory = new MappedMemory(32L * Frame.SLOT_BYTES);
  private final ReceiveBatch batch = new ReceiveBatch(memory.segment(), 32);
  private final int numberOffset;
  private int sent;
  private long nowNs;

  /** A frame that arrived: which one, and when. */
  record Arrival(int number, long timeNs, int bytes) {}

  VirtualLink(LinkShape shape, long seed) {
    this(shape, seed, 0);
  }

  VirtualLink(LinkShape shape, long seed, long startNs) {
    this(shape, seed, startNs, USUAL_NUMBER_OFFSET);
  }

  /** For frames that have their number elsewhere, in bytes from their beginning. */
  static VirtualLink ofNumbersAt(LinkShape shape, long seed, int numberOffset) {
    return new VirtualLink(shape, seed, 0, numberOffset);
  }

  private VirtualLink(LinkShape shape, long seed, long startNs, int numberOffset) {
    this.numberOffset = numberOffset;
    direction =
        new LinkDirection(
            in, out, new LinkCarrier.Direction("link", shape, counters), queues, seed);
    nowNs = startNs;
  }

  /** A frame comes now. */
  void send(int bytes) {
    byte[] frame = new byte[bytes];
    ByteBuffer.wrap(frame).putInt(numberOffset, sent++);
    assertThat(in.inject(frame)).isTrue();
    direction.receive(batch, nowNs);
    collect();
  }

  void send(MemoryFrame frame) {
    sent++;
    in.inject(frame);
    direction.receive(batch, nowNs);
    collect();
  }

  /** The link becomes another one now. */
  void change(LinkShape shape) {
    direction.change(shape, direction.prepare(shape), nowNs);
    collect();
  }

  /** Time passes; the link does what it has to at the moments that it asks for. */
  void pass(long ns) {
    long end = nowNs + ns;
    long next = direction.nextNs();
    while (next != LinkDirection.NEVER && next - end <= 0) {
      nowNs = next;
      direction.deliver(nowNs);
      collect();
      long after = direction.nextNs();
      assertThat(after == LinkDirection.NEVER || after - nowNs > 0 || after != next)
          .as("it makes progress")
          .isTrue();
      next = after;
    }
    nowNs = end;
    direction.deliver(nowNs);
    collect();
  }

  private void collect() {
    for (MemoryFrame frame : out.takeAll()) {
      int number = ByteBuffer.wrap(frame.bytes()).getInt(numberOffset);
      arrivals.add(new Arrival(number, nowNs, frame.lengthBytes()));
    }
  }

  List<Integer> numbers() {
    return arrivals.stream().map(Arrival::number).toList();
  }

  @Override
  public void close() {
    direction.close();
    memory.close();
    try {
      queues.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
