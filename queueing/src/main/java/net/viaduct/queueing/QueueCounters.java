package net.viaduct.queueing;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;

/**
 * What a queue counts, in packets and bytes as they are on the link. Written by the queue's owner,
 * read by any thread. Each only grows; what waits now is what came less what went.
 */
public final class QueueCounters {
  /** What a block for a queue has. */
  public static final CounterLayout LAYOUT =
      new CounterLayout(
          "queue",
          Stream.concat(
                  Stream.of(
                      "received-packets",
                      "received-bytes",
                      "sent-packets",
                      "sent-bytes",
                      "moved-in-packets",
                      "moved-in-bytes",
                      "moved-out-packets",
                      "moved-out-bytes",
                      "dropped-packets",
                      "dropped-bytes",
                      "marked-packets"),
                  QueueDrop.ALL.stream().map(reason -> "drop-" + reason.label()))
              .toList());

  private static final int RECEIVED = 0;
  private static final int SENT = 2;
  private static final int MOVED_IN = 4;
  private static final int MOVED_OUT = 6;
  private static final int DROPPED = 8;
  private static final int MARKED = 10;
  private static final int BEFORE_DROPS = 10; // codes begin with 1

  private final CounterBlock block;

  /** Counters in a block of {@link #LAYOUT}. */
  public QueueCounters(CounterBlock block) {
    this.block = block;
  }

  /** Counters that nobody but this process sees. */
  public static QueueCounters unlisted(String label) {
    List<String> names = LAYOUT.names();
    return new QueueCounters(
        new CounterBlock(MemorySegment.ofArray(new long[names.size()]), LAYOUT, label));
  }

  /** A packet came. */
  public void received(Packet packet) {
    add(RECEIVED, packet);
  }

  /** A packet went on. */
  public void sent(Packet packet) {
    add(SENT, packet);
  }

  /** A packet that came elsewhere waits here now, because of a new configuration. */
  public void movedIn(Packet packet) {
    add(MOVED_IN, packet);
  }

  /** A packet that came here waits elsewhere now, because of a new configuration. */
  public void movedOut(Packet packet) {
    add(MOVED_OUT, packet);
  }

  /** A packet was given up. */
  public void dropped(Packet packet, QueueDrop reason) {
    add(DROPPED, packet);
    block.add(BEFORE_DROPS + reason.code(), packet.segments());
  }

  /** A packet was told to have met congestion. */
  public void marked(Packet packet) {
    block.add(MARKED, packet.segments());
  }

  private void add(int index, Packet packet) {
    block.add(index, packet.segments());
    block.add(index + 1, packet.linkBytes());
  }

  /** Packets that came. */
  public long receivedPackets() {
    return block.get(RECEIVED);
  }

  /** Packets that went on. */
  public long sentPackets() {
    return block.get(SENT);
  }

  /** Bytes that went on. */
  public long sentBytes() {
    return block.get(SENT + 1);
  }

  /** Packets that were told to have met congestion. */
  public long markedPackets() {
    return block.get(MARKED);
  }

  /** Packets that were given up. */
  public long droppedPackets() {
    return block.get(DROPPED);
  }

  /** Packets that were given up for one reason. */
  public long droppedPackets(QueueDrop reason) {
    return block.get(BEFORE_DROPS + reason.code());
  }

  /** Packets that wait. */
  public long backlogPackets() {
    return backlog(0);
  }

  /** Bytes that wait. */
  public long backlogBytes() {
    return backlog(1);
  }

  private long backlog(int which) {
    return block.get(RECEIVED + which)
        + block.get(MOVED_IN + which)
        - block.get(MOVED_OUT + which)
        - block.get(SENT + which)
        - block.get(DROPPED + which);
  }

  /** The block behind them. */
  public CounterBlock block() {
    return block;
  }
}
