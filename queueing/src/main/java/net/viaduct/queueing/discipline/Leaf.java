package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;

/** What all queues that hold packets have in common. Owned by the thread that owns the tree. */
abstract class Leaf implements Discipline {
  private final QueueCounters counters;
  private final PacketSink sink;
  private int packets;
  private long bytes;

  Leaf(QueueCounters counters, PacketSink sink) {
    this.counters = counters;
    this.sink = sink;
  }

  /** A packet begins to wait here. */
  final void admit(Packet packet, boolean admitted) {
    if (admitted) {
      counters.movedIn(packet);
    } else {
      counters.received(packet);
    }
    packets++;
    bytes += packet.linkBytes();
  }

  /** A packet that is in no list any more leaves to be sent. */
  final Packet sent(Packet packet) {
    leaves(packet);
    counters.sent(packet);
    return packet;
  }

  /** A packet that is in no list any more waits elsewhere from now on. */
  final Packet moved(Packet packet) {
    leaves(packet);
    counters.movedOut(packet);
    return packet;
  }

  /** A packet that waited, and is in no list any more, is given up. */
  final void drop(Packet packet, QueueDrop reason) {
    leaves(packet);
    counters.dropped(packet, reason);
    sink.dropped(packet, reason);
  }

  /** A packet that came is given up at once. */
  final void refuse(Packet packet, QueueDrop reason) {
    counters.received(packet);
    counters.dropped(packet, reason);
    sink.dropped(packet, reason);
  }

  final void marked(Packet packet) {
    counters.marked(packet);
  }

  /** The packets of another leaf wait here from now on; it counted for the same queue. */
  final void inherit(Leaf before) {
    packets = before.packets;
    bytes = before.bytes;
    before.packets = 0;
    before.bytes = 0;
  }

  private void leaves(Packet packet) {
    packets--;
    bytes -= packet.linkBytes();
  }

  final int packets() {
    return packets;
  }

  final long bytes() {
    return bytes;
  }

  /** Whether one more packet is too much. */
  final boolean isFull(Packet more, int mostPackets, long mostBytes) {
    return packets >= mostPackets || bytes + more.linkBytes() > mostBytes;
  }

  @Override
  public final boolean isEmpty() {
    return packets == 0;
  }

  @Override
  public final long waitNs(long nowNs) {
    return packets == 0 ? NOTHING_WAITS : 0;
  }
}
