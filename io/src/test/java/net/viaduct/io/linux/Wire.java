package net.viaduct.io.linux;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;

/**
 * Joins two ports on a thread of its own: what one receives, the other sends. The first may have a
 * VLAN, whose tag is taken off and put on.
 */
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
  private final int tag;
  private volatile boolean stopped;

  Wire(Port one, Port other) {
    this(one, SendBatch.NO_TAG, other);
  }

  Wire(Port one, int tag, Port other) {
    this.tag = tag;
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
        pass(tokens[i]);
      }
    }
  }

  private void pass(int token) {
    Port from = ports[token];
    Port to = ports[1 - token];
    int count = from.receive(received);
    sent.clear();
    for (int i = 0; i < count; i++) {
      Frame frame = received.frame(i);
      if (frame.offload().isSuperFrame()) {
        superFrames.incrementAndGet();
        segmentations.add(frame.offload().segmentation());
      }
      pass(frame, token);
    }
    to.send(sent);
    for (int i = 0; i < sent.size(); i++) {
      if (sent.result(i) != SendResult.SENT) {
        unsent.incrementAndGet();
      }
    }
  }

  private void pass(Frame frame, int token) {
    if (tag != SendBatch.NO_TAG && token == 0) {
      if (frame.lengthBytes() < 18 || NetworkOrder.i32(frame.memory(), frame.start() + 12) != tag) {
        return; // the untagged device says something too
      }
      VlanTag.strip(frame.memory(), frame.start());
      frame.strip(VlanTag.SIZE_BYTES);
    }
    sent.add(frame, token == 1 ? tag : SendBatch.NO_TAG, false);
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
