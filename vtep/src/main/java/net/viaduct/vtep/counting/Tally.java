package net.viaduct.vtep.counting;

import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.trace.Outcome;
import net.viaduct.vtep.trace.Trail;
import org.jspecify.annotations.Nullable;

/**
 * Books every frame: for the VTEP, for its network as soon as that is known, and for the port,
 * remote or group where something became of it. Owned by the thread that works at the frames.
 *
 * <p><b>The algebra.</b> A frame that is received is dropped, or it becomes one copy for each place
 * that it goes to; each copy is taken there or dropped. Some frames are for the VTEP itself and are
 * consumed; some it makes and originates. So after every duty cycle, for the VTEP and each way,
 *
 * <pre>
 * received + originated + replicas + cut = delivered + sent + consumed + dropped + waiting
 * waiting = queued - unqueued
 * egress-dropped + ingress-dropped = the sum of all drop-* but drop-lost-before-*
 * </pre>
 *
 * where nothing is sent on the way in,
 *
 * <p>and the same for each network, where received frames are those whose network was found. While
 * no port, network or remote is taken away, the sum over networks is the VTEP's, less what was
 * dropped before its network was known, and what hosts ask each other beside all networks; the
 * received frames of all ports are egress-received; the sent frames of all ports are
 * egress-delivered + ingress-delivered; those of all remotes and groups are egress-sent, less those
 * questions; and each drop-* of side TARGET is the sum over ports, remotes and groups. What the
 * kernel lost before us (drop-lost-before-*) is told beside this, as it was never received.
 */
public final class Tally {
  private static final int RECEIVED_DATAGRAMS = TrafficCounter.INGRESS_RECEIVED_DATAGRAMS.index();
  private static final int SENT_FRAMES = TrafficCounter.EGRESS_SENT_FRAMES.index();
  private static final int SENT_BYTES = TrafficCounter.EGRESS_SENT_BYTES.index();
  private static final int SENT_DATAGRAMS = TrafficCounter.EGRESS_SENT_DATAGRAMS.index();

  private final CounterBlock total;
  private final Trail trail;
  private final Captures captures;
  private final int lane;

  /**
   * A tally.
   *
   * @param total counters of the VTEP, by {@link Layouts#VTEP}
   * @param trail while it is on, nothing is counted, and what would be dropped or consumed is told
   * @param captures notes single frames for whoever captures
   */
  public Tally(CounterBlock total, Trail trail, Captures captures) {
    this.total = total;
    this.trail = trail;
    this.captures = captures;
    this.lane = 0;
  }

  /**
   * The tally of a further thread, which counts in parts of its own.
   *
   * @param total counters of the VTEP, split
   * @param lane the number of the thread, from 1 on
   */
  public Tally(CounterBlock total, int lane) {
    this.total = total.part(lane);
    this.trail = Trail.OFF;
    this.captures = Captures.never();
    this.lane = lane;
  }

  /** A tally of real frames only. */
  public Tally(CounterBlock total) {
    this(total, Trail.OFF, Captures.never());
  }

  /** The number of the thread that counts; 0 is the owner of all tables. */
  public int lane() {
    return lane;
  }

  private CounterBlock mine(CounterBlock block) {
    return lane == 0 ? block : block.part(lane);
  }

  /** Where single frames are noted. */
  public Captures captures() {
    return captures;
  }

  /** Where steps tell what they decide about a frame that is traced. */
  public Trail trail() {
    return trail;
  }

  /** The counters of the VTEP. */
  public CounterBlock total() {
    return total;
  }

  /** Frames came; of no network yet. */
  public void received(Direction way, long frames, long bytes) {
    if (trail.isOn()) {
      return;
    }
    total.add(way.receivedFrames, frames);
    total.add(way.receivedBytes, bytes);
  }

  /** Datagrams came, and became so many frames. */
  public void received(Direction way, long frames, long bytes, long datagrams) {
    if (trail.isOn()) {
      return;
    }
    received(way, frames, bytes);
    total.add(RECEIVED_DATAGRAMS, datagrams);
  }

  /** Datagrams became part of a frame that is booked already. */
  public void joined(CounterBlock network, CounterBlock place, long datagrams, long bytes) {
    CounterBlock ofNetwork = mine(network);
    ofNetwork.add(Direction.INGRESS.receivedBytes, bytes);
    ofNetwork.add(RECEIVED_DATAGRAMS, datagrams);
    CounterBlock ofPlace = mine(place);
    ofPlace.add(PlaceCounter.RECEIVED_BYTES.index(), bytes);
    ofPlace.add(PlaceCounter.RECEIVED_DATAGRAMS.index(), datagrams);
  }

  /** Received frames turn out to belong to a network. */
  public void assigned(Direction way, CounterBlock network, long frames, long bytes) {
    if (trail.isOn()) {
      return;
    }
    CounterBlock ofNetwork = mine(network);
    ofNetwork.add(way.receivedFrames, frames);
    ofNetwork.add(way.receivedBytes, bytes);
    if (way == Direction.INGRESS) {
      ofNetwork.add(RECEIVED_DATAGRAMS, frames);
    }
  }

  /** Frames came from a port or a remote. */
  public void receivedFrom(CounterBlock place, long frames, long bytes) {
    if (trail.isOn()) {
      return;
    }
    CounterBlock ofPlace = mine(place);
    ofPlace.add(PlaceCounter.RECEIVED_FRAMES.index(), frames);
    ofPlace.add(PlaceCounter.RECEIVED_BYTES.index(), bytes);
    ofPlace.add(PlaceCounter.RECEIVED_DATAGRAMS.index(), frames);
  }

  /** A received frame was for this VTEP itself. */
  public void consumed(Direction way, CounterBlock network) {
    if (trail.isOn()) {
      trail.outcome(new Outcome.Consumed());
      return;
    }
    total.add(way.consumedFrames, 1);
    mine(network).add(way.consumedFrames, 1);
  }

  /** A received datagram was for this VTEP itself, and of no network. */
  public void consumed(Direction way) {
    total.add(way.consumedFrames, 1);
  }

  /** A datagram was made here that is of no network. */
  public void originated(Direction way) {
    total.add(way.originatedFrames, 1);
    total.add(way.unicastFrames, 1);
  }

  /** The underlay took a datagram that was made here and is of no network. */
  public void sentByItself(long bytes) {
    originated(Direction.EGRESS);
    sentInto(total, 1, bytes, 1);
  }

  /** A frame was made here. */
  public void originated(Direction way, CounterBlock network) {
    if (trail.isOn()) {
      return;
    }
    total.add(way.originatedFrames, 1);
    mine(network).add(way.originatedFrames, 1);
  }

  /** A frame goes to one place. */
  public void unicast(Direction way, CounterBlock network) {
    if (trail.isOn()) {
      return;
    }
    total.add(way.unicastFrames, 1);
    mine(network).add(way.unicastFrames, 1);
  }

  /** A frame goes to so many places, at least one. */
  public void flooded(Direction way, CounterBlock network, int copies) {
    if (trail.isOn()) {
      return;
    }
    total.add(way.floodedFrames, 1);
    mine(network).add(way.floodedFrames, 1);
    if (copies > 1) {
      total.add(way.replicas, copies - 1L);
      mine(network).add(way.replicas, copies - 1L);
    }
  }

  /** A super-frame became so many frames, at least two. */
  public void cut(Direction way, CounterBlock network, int frames) {
    total.add(way.cutFrames, frames - 1L);
    mine(network).add(way.cutFrames, frames - 1L);
  }

  /** A copy waits in a queue. */
  public void queued(Direction way, CounterBlock network) {
    total.add(way.queuedFrames, 1);
    mine(network).add(way.queuedFrames, 1);
  }

  /**
   * A copy waits no more.
   *
   * @param network null if it was taken away meanwhile
   */
  public void unqueued(Direction way, @Nullable CounterBlock network) {
    total.add(way.unqueuedFrames, 1);
    if (network != null) {
      mine(network).add(way.unqueuedFrames, 1);
    }
  }

  /** A copy could not leave for the underlay, and waits again. */
  public void returned(CounterBlock network) {
    total.add(TrafficCounter.EGRESS_RETURNED_FRAMES.index(), 1);
    mine(network).add(TrafficCounter.EGRESS_RETURNED_FRAMES.index(), 1);
  }

  /** A port took copies. */
  public void delivered(
      Direction way, CounterBlock network, CounterBlock port, long frames, long bytes) {
    total.add(way.deliveredFrames, frames);
    total.add(way.deliveredBytes, bytes);
    CounterBlock ofNetwork = mine(network);
    ofNetwork.add(way.deliveredFrames, frames);
    ofNetwork.add(way.deliveredBytes, bytes);
    sentTo(mine(port), frames, bytes, frames);
  }

  /** The underlay took a copy. */
  public void sent(CounterBlock network, CounterBlock target, long bytes, int datagrams) {
    sent(network, target, 1, bytes, datagrams);
  }

  /**
   * The underlay took some datagrams of a super-frame: they and their bytes were sent; the copy,
   * which is not whole any more, is to be booked as dropped.
   *
   * @param bytes of the copy, without the payload of what did not leave
   */
  public void sentInPart(CounterBlock network, CounterBlock target, long bytes, int datagrams) {
    sent(network, target, 0, bytes, datagrams);
  }

  private void sent(
      CounterBlock network, CounterBlock target, int frames, long bytes, int datagrams) {
    sentInto(total, frames, bytes, datagrams);
    sentInto(mine(network), frames, bytes, datagrams);
    sentTo(mine(target), frames, bytes, datagrams);
  }

  private static void sentInto(CounterBlock block, int frames, long bytes, int datagrams) {
    block.add(SENT_FRAMES, frames);
    block.add(SENT_BYTES, bytes);
    block.add(SENT_DATAGRAMS, datagrams);
  }

  private static void sentTo(CounterBlock place, long frames, long bytes, long datagrams) {
    place.add(PlaceCounter.SENT_FRAMES.index(), frames);
    place.add(PlaceCounter.SENT_BYTES.index(), bytes);
    place.add(PlaceCounter.SENT_DATAGRAMS.index(), datagrams);
  }

  /**
   * A frame or a copy was dropped.
   *
   * @param network null if it is not known
   * @param place where it came from or was to go, by the reason's side; null if it is not known
   */
  public void dropped(
      Direction way,
      DropReason reason,
      @Nullable CounterBlock network,
      @Nullable CounterBlock place) {
    if (trail.isOn()) {
      trail.outcome(new Outcome.Dropped(reason, place == null ? null : place.label()));
      return;
    }
    int index = Layouts.trafficDrop(reason);
    total.add(way.droppedFrames, 1);
    total.add(index, 1);
    if (network != null) {
      CounterBlock ofNetwork = mine(network);
      ofNetwork.add(way.droppedFrames, 1);
      ofNetwork.add(index, 1);
    }
    if (place != null) {
      mine(place).add(Layouts.placeDrop(reason), 1);
    }
  }

  /** The kernel lost frames before we could receive them. */
  public void lostBefore(
      DropReason reason,
      long frames,
      @Nullable CounterBlock network,
      @Nullable CounterBlock place) {
    total.add(Layouts.trafficDrop(reason), frames);
    if (network != null) {
      mine(network).add(Layouts.trafficDrop(reason), frames);
    }
    if (place != null) {
      mine(place).add(Layouts.placeDrop(reason), frames);
    }
  }

  /** Something about stations was noted in a network. */
  public void noted(TrafficCounter counter, CounterBlock network) {
    if (trail.isOn()) {
      return;
    }
    total.add(counter.index(), 1);
    mine(network).add(counter.index(), 1);
  }
}
