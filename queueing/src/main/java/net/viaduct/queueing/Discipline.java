package net.viaduct.queueing;

import org.jspecify.annotations.Nullable;

/**
 * Decides which of the packets that wait is the next one: a queue, or a tree of such. Owned by one
 * thread. Time comes with each call, in nanoseconds of any clock that does not go back.
 */
public interface Discipline {
  /** What {@link #waitNs} says of a discipline in which nothing waits. */
  long NOTHING_WAITS = Long.MAX_VALUE;

  /**
   * Takes a packet over. It, or others, may be dropped at once if too much waits.
   *
   * @param admitted whether it waited already elsewhere, so that it must not be dropped however
   *     much waits
   */
  void enqueue(Packet packet, long nowNs, boolean admitted);

  /** Gives the next packet away; null if there is none that may go now. May drop some meanwhile. */
  @Nullable Packet dequeue(long nowNs);

  /** Whether nothing waits. */
  boolean isEmpty();

  /**
   * How long nothing may go: 0 if something may now, {@link #NOTHING_WAITS} if nothing waits. May
   * be too short, never too long.
   */
  long waitNs(long nowNs);

  /** Gives all packets away, those of a flow in their order; they count as moved. */
  void takeAll(PacketList into);

  /**
   * Goes on in place of another discipline, with its packets and with what it knows about its
   * flows. Must be empty itself.
   *
   * @return false, and nothing is changed, if that one is of another kind or shape
   */
  boolean takeOver(Discipline before);
}
