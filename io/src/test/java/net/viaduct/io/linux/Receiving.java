package net.viaduct.io.linux;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import net.viaduct.io.Frame;
import net.viaduct.io.Pollable;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Underlay;

/** Waits, by epoll and for a bounded time, for what a test expects to receive. */
final class Receiving implements AutoCloseable {
  private static final int SLOTS = 16;
  private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();

  private final EpollReadiness readiness = new EpollReadiness();
  private final MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES);
  private final ReceiveBatch batch = new ReceiveBatch(memory.segment(), SLOTS);
  private final ToIntFunction<ReceiveBatch> source;
  private List<Frame> received = List.of();
  private int position;

  private Receiving(Pollable pollable, ToIntFunction<ReceiveBatch> source) {
    this.source = source;
    readiness.add(pollable, 1);
  }

  static Receiving from(Port port) {
    return new Receiving(port, port::receive);
  }

  static Receiving from(Underlay underlay) {
    return new Receiving(underlay, underlay::receive);
  }

  /** The next frame that fits; those before it are lost. Valid until the next call. */
  Frame next(Predicate<Frame> wanted) {
    List<String> others = new ArrayList<>();
    long end = System.nanoTime() + PATIENCE_NS;
    while (true) {
      while (position < received.size()) {
        Frame frame = received.get(position++);
        if (wanted.test(frame)) {
          return frame;
        }
        others.add(Frames.describe(frame));
      }
      refill();
      if (received.isEmpty()) {
        long leftNs = end - System.nanoTime();
        if (leftNs <= 0) {
          throw new AssertionError("not received within 5 s; but: " + others);
        }
        readiness.await(new int[1], leftNs);
      }
    }
  }

  private void refill() {
    received = Datagrams.of(batch, source.applyAsInt(batch));
    position = 0;
  }

  /** Whether nothing that fits is there now. */
  boolean isSilent(Predicate<Frame> unwanted) {
    do {
      while (position < received.size()) {
        if (unwanted.test(received.get(position++))) {
          return false;
        }
      }
      refill();
    } while (!received.isEmpty());
    return true;
  }

  @Override
  public void close() {
    readiness.close();
    memory.close();
  }
}
