package net.viaduct.lab.link;

import java.util.Random;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.tree.PreparedTree;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.Counters;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.UnfinishedChecksum;
import net.viaduct.wire.VlanTag;

/**
 * One direction of an emulated link: a queue, a transmitter that takes its time for each frame, and
 * a way that takes time too. Owned by the thread that carries the link.
 *
 * <p>It keeps account in the link's own time: a frame begins to leave when the one before it has
 * left, not when the thread got round to it, so rates are exact even if the thread is late.
 */
final class LinkDirection implements AutoCloseable {
  /** What {@link #nextNs} says if nothing is under way. */
  static final long NEVER = Long.MAX_VALUE;

  private static final int BATCH_FRAMES = 64;
  private static final int MOST_TAGS = 2;
  private static final long LONGEST_WAIT_NS = 1_000_000_000;
  private static final int MOST_BATCHES = 16; // then the other direction has its turn

  private final Port in;
  private final Port out;
  private LinkShape shape;
  private final LinkCounters counters;
  private final Random random;
  private final FrameStore frames;
  private final QueueTree queue;
  private final DelayLine underWay = new DelayLine();
  private final SendBatch sending = new SendBatch(BATCH_FRAMES);
  private final Frame[] shown = new Frame[BATCH_FRAMES];
  private final int[] shownSlots = new int[BATCH_FRAMES];
  private long freeFromNs;
  private long waitingFromNs;
  private long lastArrivalNs;
  private boolean wasUsed;
  private boolean hasArrival;

  /**
   * A direction.
   *
   * @param queues where its queues get their counters from
   * @param seed of what happens by chance
   */
  LinkDirection(Port in, Port out, LinkCarrier.Direction what, Counters queues, long seed) {
    this.in = in;
    this.out = out;
    shape = what.shape();
    counters = what.counters();
    random = new Random(seed);
    frames =
        new FrameStore(in.mtuBytes() + EthernetHeader.SIZE_BYTES + MOST_TAGS * VlanTag.SIZE_BYTES);
    queue =
        new QueueTree(
            shape.queue(),
            queues,
            what.name() + "/",
            (packet, _) -> droppedByQueue(packet.slot()),
            new Random(seed));
    for (int i = 0; i < BATCH_FRAMES; i++) {
      shown[i] = new Frame(frames.memory(), 0);
    }
  }

  private void droppedByQueue(int slot) {
    frames.release(slot);
    counters.dropped(LinkDrop.QUEUE);
  }

  /** Makes queues for another shape; any thread, one at a time. */
  PreparedTree prepare(LinkShape next) {
    return queue.prepare(next.queue());
  }

  /** Goes on with another shape: what waits waits on, what is under way arrives as it was to. */
  void change(LinkShape next, PreparedTree queues, long nowNs) {
    transmit(nowNs);
    shape = next;
    queue.change(queues, nowNs);
  }

  /** Takes what came by now; returns how many frames that were. */
  int receive(ReceiveBatch batch, long nowNs) {
    transmit(nowNs);
    int all = 0;
    for (int i = 0; i < MOST_BATCHES; i++) {
      int count = in.receive(batch);
      for (int j = 0; j < count; j++) {
        enter(batch.frame(j), nowNs);
      }
      all += count;
      if (count < batch.capacity()) {
        break;
      }
    }
    return all;
  }

  private void enter(Frame frame, long nowNs) {
    counters.received(frame.lengthBytes());
    Offload offload = frame.offload();
    if (offload.isSuperFrame()) {
      counters.dropped(LinkDrop.SUPER_FRAME);
      return;
    }
    if (frame.lengthBytes() > frames.slotBytes()) {
      counters.dropped(LinkDrop.TOO_LARGE);
      return;
    }
    if (offload.isChecksumPartial()) {
      UnfinishedChecksum.finish(
          frame.memory(),
          frame.start(),
          frame.lengthBytes(),
          offload.checksumStart(),
          offload.checksumOffset());
    }
    int slot = frames.put(frame.memory(), frame.start(), frame.lengthBytes());
    if (slot == FrameStore.NONE) {
      counters.dropped(LinkDrop.STORE_FULL);
      return;
    }
    if (queue.isEmpty()) {
      waitingFromNs = nowNs;
    }
    queue.enqueue(frames.packet(slot), nowNs);
    transmit(nowNs);
  }

  /** Lets all begin to leave whose turn it was by now. */
  private void transmit(long nowNs) {
    while (!queue.isEmpty()) {
      long start = startNs();
      if (start - nowNs > 0) {
        return;
      }
      Packet packet = queue.dequeue(start);
      if (packet == null) { // none may go yet, or those that waited were dropped
        waitingFromNs = start + Math.clamp(queue.waitNs(start), 1, LONGEST_WAIT_NS);
        continue;
      }
      int slot = packet.slot();
      freeFromNs = start + shape.transmissionNs(frames.lengthBytes(slot));
      wasUsed = true;
      leave(slot, freeFromNs);
    }
  }

  /** When the next frame that waits begins to leave. */
  private long startNs() {
    return wasUsed && freeFromNs - waitingFromNs > 0 ? freeFromNs : waitingFromNs;
  }

  private void leave(int slot, long leftNs) {
    if (isChosen(shape.loss())) {
      frames.release(slot);
      counters.dropped(LinkDrop.LOST);
      return;
    }
    if (isChosen(shape.duplication())) {
      int second = frames.copy(slot);
      if (second != FrameStore.NONE) {
        counters.duplicated();
        travel(second, leftNs);
      }
    }
    travel(slot, leftNs);
  }

  private void travel(int slot, long leftNs) {
    if (isChosen(shape.reordering())) {
      counters.reordered();
      underWay.add(slot, leftNs);
      return;
    }
    long jitter = shape.jitterNs();
    long arrival = leftNs + shape.delayNs();
    if (jitter > 0) {
      arrival += random.nextLong(-jitter, jitter + 1);
    }
    if (hasArrival && lastArrivalNs - arrival > 0) {
      arrival = lastArrivalNs; // neither jitter nor a delay that became shorter lets it overtake
    }
    lastArrivalNs = arrival;
    hasArrival = true;
    underWay.add(slot, arrival);
  }

  private boolean isChosen(double likelihood) {
    return likelihood > 0 && random.nextDouble() < likelihood;
  }

  /** Hands over what arrived by now; returns how many frames that were. */
  int deliver(long nowNs) {
    transmit(nowNs);
    int all = 0;
    while (!underWay.isEmpty() && underWay.nextNs() - nowNs <= 0) {
      if (nowNs - underWay.nextNs() > LinkCounters.LATE_NS) {
        counters.late();
      }
      int index = sending.size();
      int slot = underWay.remove();
      frames.show(slot, shown[index]);
      shownSlots[index] = slot;
      sending.add(shown[index]);
      all++;
      if (sending.size() == BATCH_FRAMES) {
        flush();
      }
    }
    if (sending.size() > 0) {
      flush();
    }
    return all;
  }

  private void flush() {
    out.send(sending);
    for (int i = 0; i < sending.size(); i++) {
      int slot = shownSlots[i];
      if (sending.result(i) == SendResult.SENT) {
        counters.sent(frames.lengthBytes(slot));
      } else {
        counters.dropped(LinkDrop.DEVICE_REFUSED);
      }
      frames.release(slot);
    }
    sending.clear();
  }

  /** When there is something to do next, if nothing comes; {@link #NEVER} if nothing is there. */
  long nextNs() {
    long next = underWay.isEmpty() ? NEVER : underWay.nextNs();
    if (!queue.isEmpty()) {
      // Who waits may begin late, as long as it arrives in time: time is the link's own.
      long start = startNs() + shape.leastDelayNs();
      next = next == NEVER || start - next < 0 ? start : next;
    }
    return next;
  }

  /** How many frames wait or are under way. */
  int present() {
    return frames.taken();
  }

  @Override
  public void close() {
    frames.close();
  }
}
