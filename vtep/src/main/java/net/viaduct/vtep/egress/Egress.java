package net.viaduct.vtep.egress;

import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Flooder;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Learner;
import net.viaduct.vtep.forward.Shortcut;
import net.viaduct.vtep.forward.StationLookup;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortDevice;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * The way of a frame from a port: checked, learned from, inspected, looked up, and then to another
 * port, into a tunnel, or flooded. Owned by the thread that works at the frames.
 */
public final class Egress {
  private final Sorter sorter = new Sorter();
  private final Admission admission = new Admission();
  private final Tables tables;
  private final Learner learner;
  private final StationLookup lookup;
  private final Flooder flooder;
  private final PortOutput ports;
  private final TunnelOutput tunnels;
  private final Forwarding forwarding;
  private final Tally tally;
  private final Captures captures;
  private final Arrivals arrivals;
  private final @Nullable Shortcut shortcut;
  private final FlowKey key = new FlowKey();
  private final FloodScope scope = new FloodScope();

  /** What a worker took of a batch. */
  private long knownFrames;

  private long knownBytes;

  /** The way through these tables. */
  public Egress(Tables tables, Forwarding forwarding) {
    this.tables = tables;
    this.forwarding = forwarding;
    this.learner = forwarding.learner();
    this.flooder = forwarding.flooder();
    this.ports = forwarding.ports();
    this.tunnels = forwarding.tunnels();
    this.tally = forwarding.tally();
    this.captures = tally.captures();
    this.lookup = forwarding.lookup();
    this.arrivals = new Arrivals(tables, forwarding.originator());
    this.shortcut = forwarding.shortcut();
  }

  /** Frames came from a device; when this returns, something became of each. */
  public void onFrames(PortDevice from, ReceiveBatch batch, int count) {
    LocalPort only = from.only();
    if (only != null && shortcut != null) {
      onKnownFrames(shortcut, only, batch, count);
    } else if (only != null) {
      onFrames(only, batch, count);
    } else {
      onMixedFrames(from, batch, count);
    }
    tunnels.from(null);
    ports.flush(Direction.EGRESS);
    tunnels.flush();
    forwarding.originator().flushed();
    if (captures.isOn()) {
      captures.done();
    }
  }

  /** Ports share the device: the tag of each frame tells which one it came from. */
  private void onMixedFrames(PortDevice device, ReceiveBatch batch, int count) {
    for (int i = 0; i < count; i++) {
      Frame frame = batch.frame(i);
      int bytes = frame.lengthBytes();
      tally.received(Direction.EGRESS, 1, bytes);
      LocalPort from = sorter.portOf(device, frame);
      LocalPort place = from == null ? device.lead() : from;
      tally.receivedFrom(place.counters(), 1, bytes);
      if (from == null) {
        if (captures.isOn()) {
          captures.received(place, frame);
          captures.refused(frame, DropReason.VLAN_NOT_ATTACHED);
        }
        tally.dropped(Direction.EGRESS, DropReason.VLAN_NOT_ATTACHED, null, place.counters());
      } else {
        tally.assigned(Direction.EGRESS, from.network().counters(), 1, bytes);
        if (captures.isOn()) {
          captures.received(from, frame);
        }
        onFrame(from, frame);
      }
    }
  }

  private void onFrames(LocalPort from, ReceiveBatch batch, int count) {
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += batch.frame(i).lengthBytes();
    }
    tally.received(Direction.EGRESS, count, bytes);
    tally.assigned(Direction.EGRESS, from.network().counters(), count, bytes);
    tally.receivedFrom(from.counters(), count, bytes);
    if (captures.isOn()) {
      captures.received(from, batch, count);
    }
    for (int i = 0; i < count; i++) {
      onFrame(from, batch.frame(i));
    }
  }

  /** The same by a worker: what it may not forward is none of its frames. */
  private void onKnownFrames(Shortcut known, LocalPort from, ReceiveBatch batch, int count) {
    knownFrames = 0;
    knownBytes = 0;
    try {
      for (int i = 0; i < count; i++) {
        onKnownFrame(known, from, batch.frame(i));
      }
    } finally {
      tally.received(Direction.EGRESS, knownFrames, knownBytes);
      tally.assigned(Direction.EGRESS, from.network().counters(), knownFrames, knownBytes);
      tally.receivedFrom(from.counters(), knownFrames, knownBytes);
    }
  }

  private void onKnownFrame(Shortcut known, LocalPort from, Frame frame) {
    DropReason refusal = null;
    try {
      if (!known.mayForward(from, frame)) {
        return;
      }
    } catch (RuntimeException e) {
      refusal = forwarding.defect(e);
    }
    knownFrames++;
    knownBytes += frame.lengthBytes();
    if (refusal == null) {
      onFrame(from, frame);
    } else {
      refuse(from, frame, refusal);
    }
  }

  /**
   * Lets a frame take this way while the trail is on: nothing comes of it. From a port with a VLAN
   * it comes without that tag; what its device has without one goes by its own tag as real ones do.
   */
  public void rehearse(LocalPort from, Frame frame) {
    try {
      sort(from, frame);
    } finally {
      tunnels.from(null);
    }
  }

  private void sort(LocalPort from, Frame frame) {
    if (from.vlan() != 0 || from.device().only() != null) {
      onFrame(from, frame);
      return;
    }
    LocalPort sender = sorter.portOf(from.device(), frame);
    if (sender == null) {
      tally.dropped(Direction.EGRESS, DropReason.VLAN_NOT_ATTACHED, null, from.counters());
    } else {
      tally.trail().note("sort", "by its VLAN it is a frame of port " + sender.name());
      onFrame(sender, frame);
    }
  }

  private void onFrame(LocalPort from, Frame frame) {
    DropReason refusal;
    tunnels.from(from);
    try {
      refusal = forward(from, frame);
    } catch (RuntimeException e) {
      refusal = forwarding.defect(e);
    }
    if (refusal != null) {
      refuse(from, frame, refusal);
    }
  }

  private void refuse(LocalPort from, Frame frame, DropReason reason) {
    if (captures.isOn()) {
      captures.refused(frame, reason);
    }
    tally.dropped(Direction.EGRESS, reason, from.network().counters(), from.counters());
  }

  private @Nullable DropReason forward(LocalPort from, Frame frame) {
    Network network = from.network();
    frame.group(from.group(), false);
    DropReason refusal = admission.check(frame, network);
    if (refusal != null) {
      return refusal;
    }
    Verdict guarded = forwarding.guard(network, from, frame);
    if (guarded != Verdict.PASS) {
      return stop(guarded, network);
    }
    long source = EthernetHeader.source(frame.memory(), frame.start());
    if (from.moves()) {
      forwarding.moves().heard(from, source, forwarding.clock().nowNs());
    }
    boolean arrived =
        shortcut == null && learner.learnSource(network, frame, StationEntry.atPort(from.index()));
    key.parse(frame.memory(), frame.start(), frame.lengthBytes());
    Verdict verdict = forwarding.inspect(from, frame, key);
    if (verdict == Verdict.CONSUMED) {
      tally.consumed(Direction.EGRESS, network.counters());
      if (arrived) {
        arrivals.announce(network, source);
      }
      return null;
    }
    if (verdict != Verdict.PASS) {
      return verdict.reason();
    }
    int destination =
        shortcut == null ? lookup.destinationOf(network, frame) : shortcut.destination();
    if (destination == StationLookup.UNKNOWN) {
      return flood(from, frame);
    }
    if (from.isLeg()
        && !StationEntry.isPort(destination)
        && !network.floodsTo(StationEntry.index(destination))) {
      return DropReason.SPLIT_HORIZON;
    }
    scope.clear();
    if (arrived && arrivals.choose(from, frame, destination, scope)) {
      if (network.awaits() && !StationEntry.isPort(destination)) {
        forwarding.moves().copyToAwaited(from, null, frame, ports);
      }
      return toScope(from, frame);
    }
    return StationEntry.isPort(destination)
        ? deliver(from, frame, tables.ports().get(StationEntry.index(destination)))
        : tunnel(from, frame, tables.remotes().get(StationEntry.index(destination)));
  }

  private @Nullable DropReason stop(Verdict verdict, Network network) {
    if (verdict == Verdict.CONSUMED) {
      tally.consumed(Direction.EGRESS, network.counters());
    }
    return verdict.reason();
  }

  private @Nullable DropReason flood(LocalPort from, Frame frame) {
    DropReason refusal = forwarding.storm().check(from.network(), from, frame);
    if (refusal != null) {
      return refusal;
    }
    scope.clear();
    forwarding.audience().choose(from.network(), from, frame, key, scope);
    return toScope(from, frame);
  }

  private @Nullable DropReason toScope(LocalPort from, Frame frame) {
    forwarding.path().beforeFlood(from.network(), scope, frame, key);
    DropReason refusal = flooder.fromPort(from, scope, frame, key.hash());
    forwarding.path().afterTunnel(from, frame, key);
    return refusal;
  }

  private @Nullable DropReason deliver(LocalPort from, Frame frame, @Nullable LocalPort to) {
    if (to == null) {
      return flood(from, frame);
    }
    if (to == from) {
      boolean moves = from.isLeg() && forwarding.moves().offWire(from, frame, key.hash(), ports);
      return moves ? null : DropReason.SAME_PORT;
    }
    if (to.isBlocked()) {
      return DropReason.PORT_BLOCKED;
    }
    Network network = from.network();
    if (network.awaits()) {
      forwarding.moves().copyToAwaited(from, to, frame, ports);
    }
    tally.unicast(Direction.EGRESS, network.counters());
    ports.offer(Direction.EGRESS, to, frame);
    if (to.moves()) {
      forwarding.moves().copy(from, frame, key.hash());
    }
    return null;
  }

  private @Nullable DropReason tunnel(LocalPort from, Frame frame, @Nullable Remote to) {
    if (to == null) {
      return flood(from, frame);
    }
    Network network = from.network();
    if (network.awaits()) {
      forwarding.moves().copyToAwaited(from, null, frame, ports);
    }
    tally.unicast(Direction.EGRESS, network.counters());
    forwarding.path().beforeTunnel(network, to, frame, key);
    tunnels.offer(network, to, frame, key.hash());
    forwarding.path().afterTunnel(from, frame, key);
    return null;
  }
}
