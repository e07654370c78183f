package net.viaduct.vtep.output;

import java.util.Arrays;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.io.UnderlayLane;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.encapsulation.Encapsulation;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.path.PathFit;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.vtep.trace.Outcome;
import net.viaduct.vtep.waiting.FrameQueue;
import net.viaduct.vtep.waiting.Ticket;
import net.viaduct.vtep.waiting.TunnelExit;
import net.viaduct.wire.EthernetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way to the underlay, until what was received is worked through. Owned by the
 * thread that works at it.
 */
public final class TunnelOutput implements TunnelExit {
  private static final int CAPACITY = 256;
  private static final int NOWHERE = -1;

  private final UnderlayLane underlay;
  private final boolean sendsFragments;
  private final Tally tally;
  private final DistinctErrors errors;
  private final DatagramBatch batch = new DatagramBatch(CAPACITY);
  private final Network[] networks = new Network[CAPACITY];
  private final TunnelTarget[] targets = new TunnelTarget[CAPACITY];
  private final @Nullable Ticket[] tickets = new Ticket[CAPACITY];
  private final Ticket[] passed = new Ticket[CAPACITY];
  private final boolean[] cameBack = new boolean[CAPACITY];
  private final Encapsulator encapsulator = new Encapsulator();
  private final Ticket ticket = new Ticket();
  private @Nullable FrameQueue queue;
  private @Nullable LocalPort source;
  private int largestRefused = Integer.MAX_VALUE;

  /** An output with nothing in it. */
  public TunnelOutput(UnderlayLane underlay, Tally tally, DistinctErrors errors) {
    this.underlay = underlay;
    this.sendsFragments = underlay.sendsFragments();
    this.tally = tally;
    this.errors = errors;
    Arrays.setAll(passed, _ -> new Ticket());
  }

  @Override
  public void queue(@Nullable FrameQueue value) {
    queue = value;
  }

  /** Says from which port come the frames that are offered now; null if from none. */
  public void from(@Nullable LocalPort port) {
    source = port;
  }

  /**
   * A copy of a frame goes to a target, wrapped as its network says, if it fits the path to it (R7)
   * or may be fragmented; else {@link #takeLargestRefused} tells what would. The copies of one
   * frame are to be offered in a row.
   */
  public void offer(Network network, TunnelTarget target, Frame frame, int flowHash) {
    int largestFrameBytes = PathFit.largestFrameBytes(network, target);
    if (PathFit.fits(frame, largestFrameBytes) || sendsFragments) {
      FrameQueue waits = queue;
      if (waits == null) {
        offerUnchecked(network, target, frame, flowHash);
        return;
      }
      makeRoom(frame, network.typeFor(target).encapsulation()); // before it is asked: see there
      if (passes(waits, network, target, frame, flowHash)) {
        int at = put(network, target, frame, flowHash);
        if (at != NOWHERE) {
          passed[at].copyFrom(ticket);
          tickets[at] = passed[at];
        }
      }
    } else {
      largestRefused = Math.min(largestRefused, Math.max(0, largestFrameBytes));
      refuse(network, target, frame, flowHash, DropReason.DATAGRAM_LARGER_THAN_PATH_MTU);
    }
  }

  private boolean passes(
      FrameQueue waits, Network network, TunnelTarget target, Frame frame, int flowHash) {
    if (!Encapsulator.canCarry(network.typeFor(target).encapsulation(), frame)) {
      return true; // it is refused there
    }
    ticket.to(Direction.EGRESS, network, target, source);
    ticket.tunnelled(flowHash, PathFit.overheadBytes(network, target) + EthernetHeader.SIZE_BYTES);
    if (tally.trail().isOn()) {
      tally.trail().note("queue", waits.explain(ticket, frame));
      return true;
    }
    return waits.passes(ticket, frame);
  }

  @Override
  public void release(Ticket released, Frame frame) {
    source = released.source();
    try {
      if (released.place() instanceof TunnelTarget target) {
        int at = put(released.network(), target, frame, released.flowHash());
        if (at != NOWHERE) {
          tickets[at] = released;
        }
      }
    } finally {
      source = null;
    }
  }

  @Override
  public void refused(Ticket of, Frame frame, DropReason reason) {
    if (of.place() instanceof TunnelTarget target) {
      captureRefused(of.network(), target, frame, of.flowHash(), reason);
    }
  }

  private void refuse(
      Network network, TunnelTarget target, Frame frame, int flowHash, DropReason reason) {
    if (tally.captures().isOn()) {
      captureRefused(network, target, frame, flowHash, reason);
    }
    tally.dropped(Direction.EGRESS, reason, network.counters(), target.counters());
  }

  /** Shows it as it would have been sent. */
  private void captureRefused(
      Network network, TunnelTarget target, Frame frame, int flowHash, DropReason reason) {
    EncapsulationType type = network.typeFor(target);
    Encapsulation how = type.encapsulation();
    flush(); // what waits may be this very frame with another header in front of it
    encapsulator.encapsulate(network, how, frame, flowHash, classes());
    int trafficClass = encapsulator.trafficClass();
    batch.add(frame, how.headerBytes(), target.endpoint(type), flowHash, trafficClass);
    tally.captures().sent(target, network.vni(), batch, 0, reason);
    batch.clear();
    encapsulator.clear();
  }

  /**
   * The longest frame that would have fitted where one did not, since the last call.
   *
   * @return with Ethernet header and tags; negative if all fitted
   */
  public int takeLargestRefused() {
    int bytes = largestRefused;
    largestRefused = Integer.MAX_VALUE;
    return bytes == Integer.MAX_VALUE ? -1 : bytes;
  }

  /** The same for a frame that finds out what fits; it passes the queue. */
  public void offerUnchecked(Network network, TunnelTarget target, Frame frame, int flowHash) {
    int at = put(network, target, frame, flowHash);
    if (at != NOWHERE) {
      tickets[at] = null;
    }
  }

  /** It is on its way at this place of the batch, or {@link #NOWHERE} and accounted for. */
  private int put(Network network, TunnelTarget target, Frame frame, int flowHash) {
    EncapsulationType type = network.typeFor(target);
    Encapsulation how = type.encapsulation();
    if (!Encapsulator.canCarry(how, frame)) {
      refuse(network, target, frame, flowHash, DropReason.TAG_NOT_CARRIED);
      return NOWHERE;
    }
    if (tally.trail().isOn()) {
      tally.trail().outcome(new Outcome.Sent(network.vni(), target.endpoint(type)));
      return NOWHERE;
    }
    makeRoom(frame, how);
    encapsulator.encapsulate(network, how, frame, flowHash, classes());
    int at = batch.size();
    networks[at] = network;
    targets[at] = target;
    batch.add(
        frame, how.headerBytes(), target.endpoint(type), flowHash, encapsulator.trafficClass());
    return at;
  }

  /**
   * Sends what is on its way if it keeps this frame from joining it. What cannot leave then waits
   * in the queue, so a frame has to make room before it asks the queue whether it may pass: else it
   * would overtake them.
   */
  private void makeRoom(Frame frame, Encapsulation how) {
    if (batch.size() == CAPACITY || encapsulator.wouldOverwrite(frame, how)) {
      flush();
    }
  }

  private @Nullable TrafficClassPolicy classes() {
    return source == null ? null : source.trafficClass();
  }

  /** Sends all that is on its way; not what has to wait in a queue. */
  @Override
  public void flush() {
    if (batch.size() == 0) {
      return;
    }
    try {
      underlay.send(batch);
    } catch (RuntimeException e) {
      errors.record(e);
    }
    settle();
    if (tally.captures().isOn()) {
      capture();
    }
    batch.clear();
    encapsulator.clear();
  }

  private void settle() {
    int refused = 0;
    for (int i = 0; i < batch.size(); i++) {
      cameBack[i] = mayComeBack(i);
      if (cameBack[i]) {
        refused++;
      } else {
        account(i);
      }
      if (tickets[i] != null && left(i)) {
        targets[i].stall().end();
      }
    }
    for (int i = batch.size() - 1; refused > 0; i--) { // each goes before those behind it
      if (cameBack[i]) {
        refused--;
        takeBack(i);
      }
    }
  }

  /** Whether all of it could wait until the underlay takes something again. */
  private boolean mayComeBack(int i) {
    return batch.result(i) == SendResult.FULL
        && batch.datagrams(i) == 0
        && tickets[i] != null
        && !isOvertaken(i);
  }

  /**
   * Whether something of its flow left that was behind it. A full socket takes nothing any more,
   * but a device behind it may refuse one and take the next (ENOBUFS): such a frame is lost, as in
   * any other queue, because behind those it would be out of order.
   */
  private boolean isOvertaken(int i) {
    for (int later = i + 1; later < batch.size(); later++) {
      if (batch.flowHash(later) == batch.flowHash(i)
          && targets[later] == targets[i]
          && left(later)) {
        return true;
      }
    }
    return false;
  }

  private boolean left(int i) {
    return batch.result(i) == SendResult.SENT || batch.datagrams(i) > 0;
  }

  private void takeBack(int i) {
    FrameQueue waits = queue;
    Ticket of = tickets[i];
    if (waits == null || of == null || !waits.comesBack(of, batch.frame(i), targets[i].stall())) {
      cameBack[i] = false;
      account(i);
    }
  }

  private void account(int i) {
    SendResult result = batch.result(i);
    TunnelTarget target = targets[i];
    Network network = networks[i];
    if (result == SendResult.SENT) {
      long bytes = batch.frame(i).lengthBytes();
      tally.sent(network.counters(), target.counters(), bytes, batch.datagrams(i));
    } else {
      int datagrams = batch.datagrams(i);
      if (datagrams > 0) { // some segments of a super-frame left, and its other end has them
        tally.sentInPart(network.counters(), target.counters(), batch.sentBytes(i), datagrams);
      }
      tally.dropped(Direction.EGRESS, DropReason.of(result), network.counters(), target.counters());
    }
  }

  private void capture() {
    for (int i = 0; i < batch.size(); i++) {
      if (cameBack[i]) {
        continue;
      }
      SendResult result = batch.result(i);
      DropReason reason = result == SendResult.SENT ? null : DropReason.of(result);
      tally.captures().sent(targets[i], networks[i].vni(), batch, i, reason);
    }
  }
}
