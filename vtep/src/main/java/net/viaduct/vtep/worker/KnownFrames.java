package net.viaduct.vtep.worker;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import net.viaduct.io.Frame;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.WorkerCounter;
import net.viaduct.vtep.encapsulation.TunnelHeader;
import net.viaduct.vtep.forward.ControlFrames;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Shortcut;
import net.viaduct.vtep.forward.StationLookup;
import net.viaduct.vtep.ingress.DatagramCheck;
import net.viaduct.vtep.ingress.SourceCheck;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * Says which frames a worker forwards: those between two stations that are known where they are,
 * and that nobody wants to look at. All others go to the data-path thread. Owned by the worker's
 * thread.
 *
 * <p><b>Order.</b> Flows are in {@link #BUCKETS} buckets. As long as something of a bucket that was
 * handed over is not worked through, all of the bucket is handed over behind it. So that a flow of
 * many frames does not stay there for ever, the worker receives nothing then until the data-path
 * thread has caught up ({@link #isBehind}); nor does it while all is handed over.
 */
final class KnownFrames implements Shortcut {
  private static final int BUCKETS = 1024;

  /** Of a header that was not read; there is none that is shorter. */
  private static final int UNREAD_HEADER_BYTES = 8;

  private final Tables tables;
  private final Forwarding forwarding;
  private final Fdb fdb;
  private final StationLookup lookup;
  private final CycleClock clock;
  private final Tally tally;
  private final DatagramCheck datagramCheck;
  private final SourceCheck sourceCheck;
  private final Handover handover;
  private final CounterBlock counters;
  private final Sightings sightings = new Sightings();
  private final TunnelHeader header = new TunnelHeader();
  private final Frame part = new Frame(MemorySegment.NULL, 0);
  private final FlowKey key = new FlowKey();

  /** By bucket: the number of the last parcel with a frame of it. */
  private final long[] handedOver = new long[BUCKETS];

  private boolean nobodyLooks = true;
  private boolean behind;
  private boolean readable;
  private @Nullable Remote sender;
  private int destination;

  /**
   * Nothing was handed over.
   *
   * @param forwarding the worker's
   * @param counters of the worker
   * @param sourceCheck which is only asked who is known
   */
  KnownFrames(
      Tables tables,
      Forwarding forwarding,
      CounterBlock counters,
      DatagramCheck datagramCheck,
      SourceCheck sourceCheck,
      Handover handover) {
    this.tables = tables;
    this.forwarding = forwarding;
    this.fdb = tables.fdb();
    this.lookup = forwarding.lookup();
    this.clock = forwarding.clock();
    this.tally = forwarding.tally();
    this.counters = counters;
    this.datagramCheck = datagramCheck;
    this.sourceCheck = sourceCheck;
    this.handover = handover;
  }

  /** Where stations were seen. */
  Sightings sightings() {
    return sightings;
  }

  /**
   * Says whether nobody wants to look at all frames: no queue, no capture. While the gate is shut.
   */
  void nobodyLooks(boolean value) {
    nobodyLooks = value;
  }

  /**
   * Whether frames had to be handed over because of those before, or because all are, and the
   * data-path thread is not done with them yet.
   */
  boolean isBehind() {
    if (behind) {
      behind = handover.done() < handover.last();
    }
    return behind;
  }

  @Override
  public Remote sender() {
    Remote found = sender;
    if (found == null) {
      throw new IllegalStateException("no datagram that may be forwarded");
    }
    return found;
  }

  @Override
  public int destination() {
    return destination;
  }

  @Override
  public boolean mayForward(LocalPort from, Frame frame) {
    int bucket = parse(frame.memory(), frame.start(), frame.lengthBytes());
    if (nobodyLooks && isKnown(from) && isNext(bucket)) {
      counters.add(WorkerCounter.FORWARDED_FRAMES.index(), 1);
      return true;
    }
    if (handsOver(from.device().lead().token(), frame)) {
      handedOver(bucket);
    } else {
      int bytes = frame.lengthBytes();
      tally.received(Direction.EGRESS, 1, bytes);
      tally.assigned(Direction.EGRESS, from.network().counters(), 1, bytes);
      tally.receivedFrom(from.counters(), 1, bytes);
      tally.dropped(
          Direction.EGRESS, DropReason.HANDOVER_FULL, from.network().counters(), from.counters());
    }
    return false;
  }

  @Override
  public boolean mayForward(Frame datagram) {
    int bucket = read(datagram);
    if (nobodyLooks && readable && isKnown(datagram) && isNext(bucket)) {
      counters.add(WorkerCounter.FORWARDED_FRAMES.index(), 1);
      return true;
    }
    return false;
  }

  /** Each flow of a train is handed over with it. */
  @Override
  public void leave(Frame datagrams) {
    DropReason refusal = null;
    try {
      if (!handsOver(Topology.UNDERLAY_TOKEN, datagrams)) {
        refusal = DropReason.HANDOVER_FULL;
      }
    } catch (RuntimeException e) {
      refusal = forwarding.defect(e);
    }
    int length = datagrams.lengthBytes();
    int each = datagrams.datagramBytes() == 0 ? length : datagrams.datagramBytes();
    int at = 0;
    do {
      int bytes = Math.min(each, length - at);
      part.view(datagrams, at, bytes);
      if (refusal == null) {
        handedOver(part);
      } else {
        drop(part, refusal);
      }
      at += bytes;
    } while (at < length); // one without content is one, too
  }

  private boolean handsOver(int token, Frame frame) {
    behind |= !nobodyLooks; // all goes there now: what is too much is to wait in the kernel
    return handover.add(token, frame);
  }

  private void handedOver(Frame datagram) {
    try {
      handedOver(read(datagram));
    } catch (RuntimeException e) {
      forwarding.report(e);
      Arrays.fill(handedOver, handover.last()); // it may be of any flow
    }
  }

  private void handedOver(int bucket) {
    handedOver[bucket] = handover.last();
    counters.add(WorkerCounter.HANDED_OVER_FRAMES.index(), 1);
  }

  /** Books a datagram that was lost here, for its network and sender where these are known. */
  private void drop(Frame datagram, DropReason reason) {
    Network network = null;
    Remote from = null;
    int headerBytes = UNREAD_HEADER_BYTES;
    try {
      read(datagram);
      if (readable) {
        headerBytes = header.sizeBytes();
        network = tables.networksByVni().find(header.vni());
        from = network == null ? null : sourceCheck.known(datagram, network);
      }
    } catch (RuntimeException e) {
      forwarding.report(e);
    }
    int bytes = Math.max(0, datagram.lengthBytes() - headerBytes);
    tally.received(Direction.INGRESS, 1, bytes, 1);
    if (network != null) {
      tally.assigned(Direction.INGRESS, network.counters(), 1, bytes);
    }
    if (from != null) {
      tally.receivedFrom(from.counters(), 1, bytes);
    }
    tally.dropped(
        Direction.INGRESS,
        reason,
        network == null ? null : network.counters(),
        from == null ? null : from.counters());
  }

  /** Reads the headers of a datagram; returns the bucket of its flow. */
  private int read(Frame datagram) {
    readable = datagramCheck.check(datagram, header) == null;
    int headerBytes = readable ? header.sizeBytes() : 0;
    int inner = datagram.lengthBytes() - headerBytes;
    return parse(datagram.memory(), datagram.start() + headerBytes, inner);
  }

  private int parse(MemorySegment memory, long at, int bytes) {
    key.parse(memory, at, Math.max(0, bytes));
    return key.hash() & BUCKETS - 1;
  }

  /** Whether nothing of a bucket is on its way through the data-path thread. */
  private boolean isNext(int bucket) {
    boolean next = handedOver[bucket] <= handover.done();
    behind |= !next;
    return next;
  }

  private boolean isKnown(LocalPort from) {
    Network network = from.network();
    if (from.isBlocked() || from.moves() || network.awaits() || !isOrdinary(network)) {
      return false;
    }
    int place = StationEntry.atPort(from.index());
    if (network.learnsAt(place) && !isSourceAt(network, place, false)) {
      return false;
    }
    int to = lookup.find(network, key.destinationMac());
    if (StationEntry.isPort(to)) {
      LocalPort port = tables.ports().get(StationEntry.index(to));
      destination = to;
      return port != null && !port.equals(from) && !port.isBlocked() && !port.moves();
    }
    destination = to;
    return to != StationLookup.UNKNOWN && mayTunnel(from, network, StationEntry.index(to));
  }

  /** What comes from a wire is not for a host that is on that wire too: the owner says so. */
  private boolean mayTunnel(LocalPort from, Network network, int remote) {
    return tables.remotes().get(remote) != null && (!from.isLeg() || network.floodsTo(remote));
  }

  private boolean isKnown(Frame datagram) {
    Network network = tables.networksByVni().find(header.vni());
    if (network == null
        || network.awaits()
        || datagramCheck.check(header, network) != null
        || !isOrdinary(network)) {
      return false;
    }
    Remote from = sourceCheck.known(datagram, network);
    if (from == null) {
      return false;
    }
    int place = StationEntry.atRemote(from.index());
    boolean learns =
        network.learnsAt(place) && !(header.isLearningForbidden() && network.keepsGroups());
    boolean silent = from.idleSeconds(clock.seconds()) != 0;
    if (learns) {
      if (!isSourceAt(network, place, silent)) {
        return false;
      }
    } else if (silent) {
      sightings.tell(network.index(), key.sourceMac(), place, clock.seconds());
    }
    int to = lookup.find(network, key.destinationMac());
    if (!StationEntry.isPort(to)) {
      return false;
    }
    LocalPort port = tables.ports().get(StationEntry.index(to));
    sender = from;
    destination = to;
    return port != null && !port.isBlocked() && !port.moves();
  }

  /** Whether a frame goes from station to station, and is of a kind that no step wants to see. */
  private boolean isOrdinary(Network network) {
    long from = key.sourceMac();
    long to = key.destinationMac();
    if (from == to
        || MacAddress.isGroup(from)
        || MacAddress.isZero(from)
        || MacAddress.isGroup(to)) {
      return false; // a runt's addresses are zero
    }
    return key.vlanTags() > 0 ? !network.stripsTags() : !ControlFrames.isControl(key);
  }

  /** Whether the frame's source is known to be where it came from; if so, it was seen there now. */
  private boolean isSourceAt(Network network, int place, boolean tell) {
    int now = clock.seconds();
    long entry = fdb.find(network.index(), key.sourceMac(), now);
    if (entry == Fdb.NOWHERE || StationEntry.destination(entry) != place) {
      return false;
    }
    boolean ages = StationEntry.isLearned(entry) && StationEntry.ageSeconds(entry, now) != 0;
    if (ages || tell) {
      sightings.tell(network.index(), key.sourceMac(), place, now);
    }
    return true;
  }
}
