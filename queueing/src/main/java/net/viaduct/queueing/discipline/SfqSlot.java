package net.viaduct.queueing.discipline;

import net.viaduct.queueing.PacketList;
import org.jspecify.annotations.Nullable;

/** One of SFQ's queues. Owned by the thread that owns the tree. */
final class SfqSlot {
  final PacketList packets = new PacketList();

  /** The next whose turn it is, in a ring; null if this is not in the ring. */
  @Nullable SfqSlot following;

  /** Neighbours among the queues that have as many packets. */
  @Nullable SfqSlot previousOfLength;

  @Nullable SfqSlot nextOfLength;

  /** The place in the table that leads here. */
  int bucket;

  /** Bytes that it may still send in its turn. */
  long allot;

  SfqSlot() {}
}
