package net.viaduct.host.shape;

import java.lang.foreign.MemorySegment;
import java.util.random.RandomGenerator;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.Counters;
import net.viaduct.vtep.queue.PacketStore;
import net.viaduct.vtep.queue.SuperFrameCutter;
import net.viaduct.wire.EthernetHeader;

/**
 * One direction of a bump in the wire: what one port receives is queued and leaves by the other.
 * Owned by the data path, but for {@link #tree()}'s preparations; allocates nothing for a frame.
 *
 * <p>A super-frame is one packet if the link takes no longer than a millisecond for it; else it is
 * cut before it is queued, so that nobody waits behind all of it.
 */
final class Lane {
  private static final int BATCH_FRAMES = 64;
  private static final long CUT_ABOVE_PER_SECOND = 1_000; // a millisecond of the link
  private static final int BITS_PER_BYTE = 8;
  private static final long RETRY_NS = 500_000;

  private final Port from;
  private final Port to;
  private final int input;
  private final QueueTree tree;
  private final QueueCounters counters;
  private final PacketStore store;
  private final SuperFrameCutter cutter = new SuperFrameCutter();
  private final SendBatch batch = new SendBatch(BATCH_FRAMES);
  private final Packet[] sending = new Packet[BATCH_FRAMES];
  private final Packet lost = new Packet(-1);
  private long cutAboveBytes;
  private int held;

  /**
   * A direction.
   *
   * @param name in the labels of its counters: {@code upload}
   * @param input the number of the port that it comes from, for rules
   */
  Lane(
      String name,
      Port from,
      Port to,
      int input,
      ShapeConfig.Direction config,
      Counters countersOf,
      PacketStore store,
      RandomGenerator random) {
    this.from = from;
    this.to = to;
    this.input = input;
    this.store = store;
    counters = new QueueCounters(countersOf.allocate(QueueCounters.LAYOUT, name));
    tree = new QueueTree(config.tree(), countersOf, name + "/", this::dropped, random);
    rate(config.rateBitsPerSecond());
  }

  /** Its queues. */
  QueueTree tree() {
    return tree;
  }

  /** Sets the rate of the link, by which super-frames are cut; 0 if they never are. */
  void rate(long bitsPerSecond) {
    cutAboveBytes =
        bitsPerSecond == 0
            ? Long.MAX_VALUE
            : Math.max(1, bitsPerSecond / BITS_PER_BYTE / CUT_ABOVE_PER_SECOND);
  }

  /** What it received, sent and lost in all. */
  QueueCounters counters() {
    return counters;
  }

  /** Queues what there is to receive; returns how many frames that were. */
  int receive(ReceiveBatch received, long nowNs) {
    int count = from.receive(received);
    for (int i = 0; i < count; i++) {
      arrive(received.frame(i), nowNs);
    }
    return count;
  }

  private void arrive(Frame frame, long nowNs) {
    if (!EthernetHeader.fits(frame.lengthBytes())) {
      lose(frame.lengthBytes(), QueueDrop.MALFORMED);
      return;
    }
    boolean known = cutter.begin(frame);
    if (known && frame.lengthBytes() > cutAboveBytes) {
      cut(frame, nowNs);
    } else {
      keepWhole(frame, known ? cutter.headerBytes() : 0, nowNs);
    }
  }

  private void keepWhole(Frame frame, int headerBytes, long nowNs) {
    Packet packet = store.take(frame.lengthBytes());
    if (packet == null) {
      lose(frame.lengthBytes(), QueueDrop.NO_MEMORY);
      return;
    }
    Frame kept = store.frame(packet);
    kept.copyFrom(frame);
    packet.frame(kept.memory(), kept.start(), kept.lengthBytes());
    if (headerBytes > 0) {
      packet.superFrame(headerBytes, frame.offload().segmentBytes());
    }
    enqueue(packet, nowNs);
  }

  private void cut(Frame frame, long nowNs) {
    for (int i = 0; i < cutter.count(); i++) {
      Packet packet = store.take(cutter.lengthBytes(i));
      if (packet == null) {
        lose(cutter.lengthBytes(i), QueueDrop.NO_MEMORY);
        continue;
      }
      Frame segment = store.frame(packet);
      cutter.write(i, frame, segment);
      packet.frame(segment.memory(), segment.start(), segment.lengthBytes());
      enqueue(packet, nowNs);
    }
  }

  private void enqueue(Packet packet, long nowNs) {
    packet.origin(input, 0);
    packet.linkBytes(tree.config().overhead().linkBytes(packet));
    counters.received(packet);
    tree.enqueue(packet, nowNs);
  }

  private void lose(int lengthBytes, QueueDrop reason) {
    lost.frame(MemorySegment.NULL, 0, lengthBytes);
    counters.received(lost);
    counters.dropped(lost, reason);
  }

  private void dropped(Packet packet, QueueDrop reason) {
    counters.dropped(packet, reason);
    store.giveBack(packet);
  }

  /** Sends what may leave now; returns how many packets that were. */
  int send(long nowNs) {
    int count = held;
    while (count < BATCH_FRAMES) {
      Packet packet = tree.dequeue(nowNs);
      if (packet == null) {
        break;
      }
      sending[count++] = packet;
    }
    if (count == 0) {
      return 0;
    }
    batch.clear();
    for (int i = 0; i < count; i++) {
      batch.add(store.frame(sending[i]));
    }
    to.send(batch);
    held = 0;
    for (int i = 0; i < count; i++) {
      settle(sending[i], batch.result(i));
    }
    return count - held;
  }

  private void settle(Packet packet, SendResult result) {
    switch (result) {
      case SENT -> {
        counters.sent(packet);
        store.giveBack(packet);
      }
      case FULL -> sending[held++] = packet; // it goes first the next time
      case TOO_BIG, UNREACHABLE, FAILED -> dropped(packet, QueueDrop.DEVICE);
    }
  }

  /** How long nothing may leave; {@link Discipline#NOTHING_WAITS} if nothing waits. */
  long waitNs(long nowNs) {
    return held > 0 ? RETRY_NS : tree.waitNs(nowNs);
  }
}
