package net.viaduct.io.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;

/** Joins two ports on a thread of its own: what one receives, the other sends. */
final class Wire implements AutoCloseable {
  private static final int SLOTS = 32;
  private static final long WAIT_NS = 100_000_000;

  private final EpollReadiness readiness = new EpollReadiness();
  private final MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES);
  private final ReceiveBatch received = new ReceiveBatch(memory.segment(), SLOTS);
  private final SendBatch sent = new SendBatch(SLOTS);
  private final Set<Integer> segmentations = new ConcurrentSkipListSet<>();
  private final AtomicLong superFrames = new AtomicLong();
  private final AtomicLong unsent = new AtomicLong();
  private final Port[] ports;
  private final Thread thread;
  private volatile boolean stopped;

  Wire(Port one, Port other) {
    ports = new Port[] {one, other};
    readiness.add(one, 0);
    readiness.add(other, 1);
    thread = new Thread(this::work, "wire");
    thread.start();
  }

  private void work() {
    int[] tokens = new int[2];
    while (!stopped) {
      int count = readiness.await(tokens, WAIT_NS);
      for (int i = 0; i < count; i++) {
        pass(ports[tokens[i]], ports[1 - tokens[i]]);
      }
    }
  }

  private void pass(Port from, Port to) {
    int count = from.receive(received);
    sent.clear();
    for (int i = 0; i < count; i++) {
      Frame frame = received.frame(i);
      if (frame.offload().isSuperFrame()) {
        superFrames.incrementAndGet();
        segmentations.add(frame.offload().segmentation());
      }
      sent.add(frame);
    }
    to.send(sent);
    for (int i = 0; i < count; i++) {
      if (sent.result(i) != SendResult.SENT) {
        unsent.incrementAndGet();
      }
    }
  }

  long superFrames() {
    return superFrames.get();
  }

  Set<Integer> segmentations() {
    return segmentations;
  }

  long unsent() {
    return unsent.get();
  }

  @Override
  public void close() {
    stopped = true;
    readiness.wake();
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    readiness.close();
    memory.close();
  }
}
