package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.config.QueueConfig;
import org.jspecify.annotations.Nullable;

/** First in, first out. Owned by the thread that owns the tree. */
public final class Fifo extends Leaf {
  private final QueueConfig.Fifo config;
  private final PacketList waiting = new PacketList();

  /** An empty queue. */
  public Fifo(QueueConfig.Fifo config, QueueCounters counters, PacketSink sink) {
    super(counters, sink);
    this.config = config;
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    if (!admitted && isFull(packet, config.packets(), config.bytes())) {
      refuse(packet, QueueDrop.QUEUE_FULL);
      return;
    }
    admit(packet, admitted);
    waiting.add(packet);
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    Packet packet = waiting.poll();
    return packet == null ? null : sent(packet);
  }

  @Override
  public void takeAll(PacketList into) {
    for (Packet packet = waiting.poll(); packet != null; packet = waiting.poll()) {
      into.add(moved(packet));
    }
  }

  @Override
  public boolean takeOver(Discipline before) {
    if (!(before instanceof Fifo other)) {
      return false;
    }
    waiting.addAll(other.waiting);
    inherit(other);
    return true;
  }
}
