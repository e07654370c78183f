package net.viaduct.vtep.output;

import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
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
 * data-path thread.
 */
public final class TunnelOutput implements TunnelExit {
  private static final int CAPACITY = 256;

  private final Underlay underlay;
  private final boolean sendsFragments;
  private final Tally tally;
  private final DistinctErrors errors;
  private final DatagramBatch batch = new DatagramBatch(CAPACITY);
  private final Network[] networks = new Network[CAPACITY];
  private final TunnelTarget[] targets = new TunnelTarget[CAPACITY];
  private final Encapsulator encapsulator = new Encapsulator();
  private final Ticket ticket = new Ticket();
  private @Nullable FrameQueue queue;
  private @Nullable LocalPort source;
  private int largestRefused = Integer.MAX_VALUE;

  /** An output with nothing in it. */
  public TunnelOutput(Underlay underlay, Tally tally, DistinctErrors errors) {
    this.underlay = underlay;
    this.sendsFragments = underlay.sendsFragments();
    this.tally = tally;
    this.errors = errors;
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
      if (waits == null || passes(waits, network, target, frame, flowHash)) {
        offerUnchecked(network, target, frame, flowHash);
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
        offerUnchecked(released.network(), target, frame, released.flowHash());
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
    EncapsulationType type = network.typeFor(target);
    Encapsulation how = type.encapsulation();
    if (!Encapsulator.canCarry(how, frame)) {
      refuse(network, target, frame, flowHash, DropReason.TAG_NOT_CARRIED);
      return;
    }
    if (tally.trail().isOn()) {
      tally.trail().outcome(new Outcome.Sent(network.vni(), target.endpoint(type)));
      return;
    }
    if (batch.size() == CAPACITY || encapsulator.wouldOverwrite(frame, how)) {
      flush();
    }
    encapsulator.encapsulate(network, how, frame, flowHash, classes());
    int at = batch.size();
    networks[at] = network;
    targets[at] = target;
    batch.add(
        frame, how.headerBytes(), target.endpoint(type), flowHash, encapsulator.trafficClass());
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
    for (int i = 0; i < batch.size(); i++) {
      account(i);
    }
    if (tally.captures().isOn()) {
      capture();
    }
    batch.clear();
    encapsulator.clear();
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
      tally.dropped(Direction.EGRESS, reason(result), network.counters(), target.counters());
    }
  }

  private void capture() {
    for (int i = 0; i < batch.size(); i++) {
      SendResult result = batch.result(i);
      DropReason reason = result == SendResult.SENT ? null : reason(result);
      tally.captures().sent(targets[i], networks[i].vni(), batch, i, reason);
    }
  }

  private static DropReason reason(SendResult result) {
    return switch (result) {
      case FULL -> DropReason.UNDERLAY_QUEUE_FULL;
      case TOO_BIG -> DropReason.DATAGRAM_LARGER_THAN_PATH_MTU;
      case UNREACHABLE -> DropReason.UNDERLAY_UNREACHABLE;
      case FAILED, SENT -> DropReason.UNDERLAY_REFUSED;
    };
  }
}
