package net.viaduct.vtep.waiting;

import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Place;
import org.jspecify.annotations.Nullable;

/**
 * Where a frame goes when its queue lets it go, and from where it came. Mutable and reused; owned
 * by the data-path thread.
 */
public final class Ticket {
  private Direction way = Direction.EGRESS;
  private @Nullable Network network;
  private @Nullable Place place;
  private @Nullable LocalPort source;
  private int flowHash;
  private int addedBytes;
  private @Nullable Waiting waiting;

  /** To nowhere yet. */
  public Ticket() {}

  /**
   * Says where to.
   *
   * @param from the port that it came from; null if it came from elsewhere
   */
  public void to(Direction direction, Network in, Place target, @Nullable LocalPort from) {
    way = direction;
    network = in;
    place = target;
    source = from;
    flowHash = 0;
    addedBytes = 0;
  }

  /**
   * Says that it leaves in a tunnel.
   *
   * @param hash of its flow
   * @param bytes that the tunnel puts in front of it
   */
  public void tunnelled(int hash, int bytes) {
    flowHash = hash;
    addedBytes = bytes;
  }

  /** It is the one of a slot, for ever. */
  void of(Waiting slot) {
    waiting = slot;
  }

  /** The slot whose ticket this is; null if it is of a frame that does not wait. */
  @Nullable Waiting waiting() {
    return waiting;
  }

  /** Says the same as another. */
  public void copyFrom(Ticket other) {
    way = other.way;
    network = other.network;
    place = other.place;
    source = other.source;
    flowHash = other.flowHash;
    addedBytes = other.addedBytes;
  }

  /** Which way it goes. */
  public Direction way() {
    return way;
  }

  /** In which network. */
  public Network network() {
    return require(network);
  }

  /** Where to. */
  public Place place() {
    return require(place);
  }

  /** The port that it came from; null if it came from elsewhere. */
  public @Nullable LocalPort source() {
    return source;
  }

  /** The hash of its flow, of a frame for a tunnel. */
  public int flowHash() {
    return flowHash;
  }

  /** What a tunnel puts in front of it. */
  public int addedBytes() {
    return addedBytes;
  }

  /** Whether there is nowhere to go any more. */
  boolean isVoid() {
    return network().isGone() || place().isGone();
  }

  /** The network's counters, as long as it is there. */
  @Nullable CounterBlock networkCounters() {
    return network().isGone() ? null : network().counters();
  }

  /** The counters of where it goes, as long as that is there. */
  @Nullable CounterBlock placeCounters() {
    return place().isGone() ? null : place().counters();
  }

  /** The counters of the port that it came from, as long as that is there. */
  @Nullable CounterBlock sourceCounters() {
    LocalPort from = source;
    return from == null || from.isGone() ? null : from.counters();
  }

  private static <T> T require(@Nullable T what) {
    if (what == null) {
      throw new IllegalStateException("a frame without a place to go");
    }
    return what;
  }
}
