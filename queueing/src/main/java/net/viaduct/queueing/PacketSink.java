package net.viaduct.queueing;

/** Gets the packets that a queue gives up. Called by the queue's owner. */
@FunctionalInterface
public interface PacketSink {
  /** A packet will not be sent; it belongs to nobody from now on, and its slot may be reused. */
  void dropped(Packet packet, QueueDrop reason);
}
