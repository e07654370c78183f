package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.encapsulation.TunnelHeader;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Flooder;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Learner;
import net.viaduct.vtep.forward.Shortcut;
import net.viaduct.vtep.forward.StationLookup;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.SuperFrames;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Describer;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * The way of a frame from the underlay: the datagram checked and its sender too, taken out of the
 * tunnel, learned from, inspected, looked up, and then to a port, or to all ports. Owned by the
 * thread that works at the frames.
 */
public final class Ingress {
  /** Of a header that could not be read; there is none that is shorter. */
  private static final int UNREAD_HEADER_BYTES = 8;

  private final DatagramCheck datagramCheck;
  private final SourceCheck sourceCheck;
  private final Decapsulator decapsulator;
  private final TunnelHeader header = new TunnelHeader();
  private final HostMessages messages;
  private final Tables tables;
  private final Learner learner;
  private final StationLookup lookup;
  private final Flooder flooder;
  private final PortOutput ports;
  private final Forwarding forwarding;
  private final Tally tally;
  private final Captures captures;
  private final FlowKey key = new FlowKey();
  private final FloodScope scope = new FloodScope();
  private final Train train;
  private HostQuestions questions = HostQuestions.NONE;
  private final @Nullable Shortcut shortcut;
  private boolean growing;
  private long frames;
  private long datagrams;
  private long innerBytes;
  private @Nullable Network network;
  private @Nullable Remote remote;

  /** The way through these tables. */
  public Ingress(
      Tables tables,
      Forwarding forwarding,
      HostMessages messages,
      DatagramCheck datagramCheck,
      SourceCheck sourceCheck) {
    this.messages = messages;
    this.tables = tables;
    this.forwarding = forwarding;
    this.datagramCheck = datagramCheck;
    this.sourceCheck = sourceCheck;
    this.learner = forwarding.learner();
    this.lookup = forwarding.lookup();
    this.flooder = forwarding.flooder();
    this.ports = forwarding.ports();
    this.tally = forwarding.tally();
    this.decapsulator = new Decapsulator(tally);
    this.captures = tally.captures();
    this.train = new Train();
    this.shortcut = forwarding.shortcut();
  }

  /** Sets who is told what has no VNI; once, before the first datagram. */
  public void questions(HostQuestions taker) {
    questions = taker;
  }

  /** Datagrams came; when this returns, something became of each. */
  public void onDatagrams(ReceiveBatch batch, int count) {
    innerBytes = 0;
    frames = 0;
    datagrams = 0;
    train.begin(batch, count);
    growing = !captures.wantsDatagrams();
    try {
      while (train.hasNext()) {
        if (train.isFull() || captures.isFull()) {
          flush();
        }
        onNext();
      }
    } finally {
      growing = false;
      train.end();
      tally.received(Direction.INGRESS, frames, innerBytes, datagrams);
    }
    flush();
  }

  private void onNext() {
    Frame message = train.beginning();
    if (message != null) {
      try {
        lookWhetherItIsOne(message);
      } catch (RuntimeException e) {
        begin(message);
        refuse(message, forwarding.defect(e));
        train.skip();
        return;
      }
    }
    Frame datagram = train.next();
    if (shortcut == null || isForwarded(shortcut, datagram)) {
      onDatagram(datagram);
    }
  }

  /** Whether a worker forwards a datagram; if not, something has become of it. */
  private boolean isForwarded(Shortcut known, Frame datagram) {
    boolean forwards;
    try {
      forwards = known.mayForward(datagram);
    } catch (RuntimeException e) {
      begin(datagram);
      innerBytes += innerBytes(datagram, UNREAD_HEADER_BYTES);
      refuse(datagram, forwarding.defect(e));
      return false;
    }
    if (!forwards) {
      known.leave(train.withRest(datagram));
    }
    return forwards;
  }

  /**
   * What looks like several datagrams may be one with a super-frame in it: no train from now on.
   */
  private void lookWhetherItIsOne(Frame message) {
    if (datagramCheck.check(message, header) == null) {
      train.recogniseSuperFrame(message, header.sizeBytes());
    }
  }

  private void flush() {
    ports.flush(Direction.INGRESS);
    forwarding.tunnels().flush();
    forwarding.originator().flushed();
    questions.flush();
    train.release();
    if (captures.isOn()) {
      captures.done();
    }
  }

  /** Lets a datagram take this way while the trail is on: nothing comes of it. */
  public void rehearse(Frame frame) {
    onDatagram(frame);
  }

  private void begin(Frame frame) {
    network = null;
    remote = null;
    frames++;
    datagrams++;
    if (captures.isOn()) {
      captures.arrived(frame);
    }
  }

  private void onDatagram(Frame frame) {
    begin(frame);
    DropReason refusal;
    try {
      refusal = forward(frame);
    } catch (RuntimeException e) {
      refusal = forwarding.defect(e);
    }
    if (refusal != null) {
      refuse(frame, refusal);
    }
  }

  private void refuse(Frame frame, DropReason reason) {
    if (captures.isOn()) {
      captures.refused(frame, reason);
    }
    tally.dropped(
        Direction.INGRESS,
        reason,
        network == null ? null : network.counters(),
        remote == null ? null : remote.counters());
  }

  /** A remote may be early or late with a network; whoever is none uses the VNI for its own. */
  private void noteForeign(Frame frame) {
    if (header.vni() != 0
        && !forwarding.trail().isOn()
        && tables.remotesByAddress().find(frame.sourceHigh(), frame.sourceLow()) == null) {
      tables.foreignVnis().heard(header.vni(), forwarding.clock().seconds());
    }
  }

  private @Nullable DropReason forward(Frame frame) {
    DropReason refusal = datagramCheck.check(frame, header);
    if (refusal != null) {
      innerBytes += innerBytes(frame, UNREAD_HEADER_BYTES);
      return refusal == DropReason.VNI_FLAG_MISSING ? withoutVni(frame) : refusal;
    }
    int bytes = innerBytes(frame, header.sizeBytes());
    innerBytes += bytes;
    Network to = tables.networksByVni().find(header.vni());
    if (to == null) {
      noteForeign(frame);
      return DropReason.UNKNOWN_VNI;
    }
    network = to;
    if (forwarding.trail().isOn()) {
      forwarding.trail().note("find network", Describer.network(to));
    }
    tally.assigned(Direction.INGRESS, to.counters(), 1, bytes);
    refusal = datagramCheck.check(header, to);
    if (refusal != null) {
      return refusal;
    }
    Remote from = shortcut == null ? sourceCheck.remoteOf(frame, to) : shortcut.sender();
    if (from == null) {
      return sourceCheck.refusal();
    }
    remote = from;
    if (!forwarding.trail().isOn()) {
      from.heard(header.type());
    }
    tally.receivedFrom(from.counters(), 1, bytes);
    if (growing) {
      grow(frame, to, from);
    }
    refusal = decapsulator.decapsulate(frame, header, to);
    if (refusal == DropReason.RESERVED_GROUP_ADDRESS && isForUs(to, from, frame)) {
      tally.consumed(Direction.INGRESS, to.counters());
      return null;
    }
    if (refusal != null) {
      return refusal;
    }
    Verdict guarded = forwarding.guard(to, null, frame);
    if (guarded != Verdict.PASS) {
      return stop(guarded, to);
    }
    boolean arrived =
        shortcut == null
            && tellsWhereSenderIs(to, frame)
            && learner.learnSource(to, frame, StationEntry.atRemote(from.index()));
    key.parse(frame.memory(), frame.start(), frame.lengthBytes());
    Verdict verdict = forwarding.inspect(to, from, frame, key);
    if (verdict == Verdict.CONSUMED) {
      tally.consumed(Direction.INGRESS, to.counters());
      return null;
    }
    return verdict == Verdict.PASS ? deliver(frame, to, from, arrived) : verdict.reason();
  }

  private boolean tellsWhereSenderIs(Network in, Frame frame) {
    return (!header.isLearningForbidden() || !in.keepsGroups())
        && (!in.awaits() || !forwarding.moves().mayBePassedOn(in, frame));
  }

  /** It may be a question of another host; a traced one is not answered. */
  private @Nullable DropReason withoutVni(Frame datagram) {
    if (forwarding.trail().isOn()) {
      return DropReason.VNI_FLAG_MISSING;
    }
    DropReason refusal = questions.take(datagram);
    if (refusal == null) {
      tally.consumed(Direction.INGRESS);
    }
    return refusal;
  }

  /** Frames of its flow join a frame whose sender and network are all right. */
  private void grow(Frame frame, Network to, Remote from) {
    int before = frame.lengthBytes();
    int more = train.grow(frame, header.sizeBytes());
    int bytes = frame.lengthBytes() - before;
    datagrams += more;
    innerBytes += bytes;
    tally.joined(to.counters(), from.counters(), more, bytes);
  }

  private boolean isForUs(Network in, Remote from, Frame frame) {
    return !forwarding.trail().isOn() && messages.take(in, from, frame);
  }

  /** As senders count it; what is too short for a tunnel header carries nothing. */
  private static int innerBytes(Frame datagram, int headerBytes) {
    return Math.max(0, datagram.lengthBytes() - headerBytes);
  }

  private @Nullable DropReason deliver(Frame frame, Network in, Remote from, boolean arrived) {
    int destination = shortcut == null ? lookup.destinationOf(in, frame) : shortcut.destination();
    if (destination == StationLookup.UNKNOWN) {
      return flood(frame, in, from);
    }
    if (!StationEntry.isPort(destination)) {
      LocalPort awaited = forwarding.moves().awaitedAt(in, frame);
      return awaited == null
          ? elsewhere(frame, in, from, StationEntry.index(destination), arrived)
          : toPort(frame, in, from, awaited);
    }
    LocalPort to = tables.ports().get(StationEntry.index(destination));
    if (to == null) {
      return flood(frame, in, from);
    }
    LocalPort awaited = in.awaits() ? forwarding.moves().awaitedAt(in, frame) : null;
    if (awaited == null || awaited == to) {
      return toPort(frame, in, from, to);
    }
    if (to.isLeg()) { // it leaves the wire, where the gateway has sent it already
      return toPort(frame, in, from, awaited);
    }
    forwarding.moves().copyToAwaited(in, awaited, frame, ports);
    return toPort(frame, in, from, to);
  }

  private @Nullable DropReason toPort(Frame frame, Network in, Remote from, LocalPort to) {
    if (to.isBlocked()) {
      return DropReason.PORT_BLOCKED;
    }
    SuperFrames.recognise(frame, key, to.mtuBytes());
    forwarding.path().afterTunnel(in, from, frame, key);
    tally.unicast(Direction.INGRESS, in.counters());
    ports.offer(Direction.INGRESS, to, frame);
    if (to.moves()) {
      forwarding.moves().copy(in, from, frame, key.hash(), header.sizeBytes());
    }
    return null;
  }

  private @Nullable DropReason elsewhere(
      Frame frame, Network in, Remote from, int remote, boolean arrived) {
    Remote place = tables.remotes().get(remote);
    int roomBytes = header.sizeBytes();
    if (forwarding.moves().redirect(in, from, place, frame, key.hash(), roomBytes)) {
      return null;
    }
    return arrived ? heard(in) : DropReason.TUNNEL_TO_TUNNEL;
  }

  /**
   * The first frame of a station goes to all hosts, whomever it is for, so that they learn where it
   * is. This host did; the station that it is for gets a copy of its own.
   */
  private @Nullable DropReason heard(Network in) {
    if (forwarding.trail().isOn()) {
      forwarding.trail().note("hear", "the first frame of its sender, for a station elsewhere");
    }
    tally.noted(TrafficCounter.FIRST_FRAMES_HEARD, in.counters());
    tally.consumed(Direction.INGRESS, in.counters());
    return null;
  }

  private @Nullable DropReason stop(Verdict verdict, Network in) {
    if (verdict == Verdict.CONSUMED) {
      tally.consumed(Direction.INGRESS, in.counters());
    }
    return verdict.reason();
  }

  private @Nullable DropReason flood(Frame frame, Network in, Remote from) {
    // what is for one station was sent here by somebody who knows that it is here
    if (!in.heeds(from.index())
        && MacAddress.isGroup(EthernetHeader.destination(frame.memory(), frame.start()))) {
      return DropReason.SPLIT_HORIZON;
    }
    DropReason refusal = forwarding.storm().check(in, null, frame);
    if (refusal != null) {
      return refusal;
    }
    SuperFrames.recognise(frame, key, in.smallestMtuBytes());
    forwarding.path().afterTunnel(in, from, frame, key);
    scope.clear();
    forwarding.audience().choose(in, null, frame, key, scope);
    return flooder.fromTunnel(in, from, scope, frame);
  }
}
