package net.viaduct.vtep.forward;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.wire.FlowKey;

/**
 * Frames that this VTEP makes itself: answers, announcements, queries, probes. Owned by the thread
 * that works at the frames.
 *
 * <p>Take a frame by {@link #next}, write it, and hand it over by one of the other methods. In the
 * middle of a batch it leaves with the batch, else with {@link #flush}.
 */
public final class Originator {
  /** How many frames can wait at the same time. */
  public static final int SLOTS = 16;

  private final ReceiveBatch slots;
  private final PortOutput ports;
  private final TunnelOutput tunnels;
  private final Flooder flooder;
  private final Tally tally;
  private final FlowKey key = new FlowKey();
  private final FloodScope scope = new FloodScope();
  private int used;

  /**
   * An originator with nothing in it.
   *
   * @param memory for {@link #SLOTS} frames
   */
  public Originator(
      MemorySegment memory, PortOutput ports, TunnelOutput tunnels, Flooder flooder, Tally tally) {
    this.slots = new ReceiveBatch(memory, SLOTS);
    this.ports = ports;
    this.tunnels = tunnels;
    this.flooder = flooder;
    this.tally = tally;
  }

  /**
   * An empty frame, whose bytes are to be written; valid until it was handed over.
   *
   * @param way of the batch that is being worked at; either if there is none
   */
  public Frame next(Direction way) {
    if (used == SLOTS) {
      flush(way);
    }
    Frame frame = slots.frame(used++);
    frame.reset();
    return frame;
  }

  /**
   * To one port.
   *
   * @param way of the batch that is being worked at
   */
  public void toPort(Direction way, LocalPort to, Frame frame) {
    if (tally.trail().isOn()) {
      tally.trail().note("answer", "a frame of our own to port " + to.name());
      return;
    }
    CounterBlock network = to.network().counters();
    tally.originated(way, network);
    tally.unicast(way, network);
    ports.offer(way, to, frame);
  }

  /** To one remote. */
  public void toRemote(Network network, Remote to, Frame frame) {
    if (tally.trail().isOn()) {
      tally.trail().note("answer", "a frame of our own to remote " + to.address());
      return;
    }
    tally.originated(Direction.EGRESS, network.counters());
    tally.unicast(Direction.EGRESS, network.counters());
    tunnels.offer(network, to, frame, flowHash(frame));
  }

  /** To one remote, whatever is known about the path to it: a probe, or the answer to one. */
  public void toRemoteUnchecked(Network network, Remote to, Frame frame) {
    tally.originated(Direction.EGRESS, network.counters());
    tally.unicast(Direction.EGRESS, network.counters());
    tunnels.offerUnchecked(network, to, frame, flowHash(frame));
  }

  /**
   * To everybody in a network: all ports, and all that it floods to.
   *
   * @param way of the batch that is being worked at
   */
  public void toEverybody(Direction way, Network network, Frame frame) {
    scope.clear();
    for (LocalPort port : network.ports()) {
      scope.add(port);
    }
    for (var target : network.floodTargets()) {
      scope.add(target);
    }
    to(way, network, scope, frame);
  }

  /**
   * To those in a scope.
   *
   * @param way of the batch that is being worked at
   * @return whether there was anybody
   */
  public boolean to(Direction way, Network network, FloodScope audience, Frame frame) {
    if (tally.trail().isOn()) {
      tally.trail().note("answer", "a frame of our own, flooded");
      return audience.portCount() + audience.targetCount() > 0;
    }
    int flowHash = audience.targetCount() > 0 ? flowHash(frame) : 0;
    return flooder.fromHere(way, network, audience, frame, flowHash);
  }

  private int flowHash(Frame frame) {
    key.parse(frame.memory(), frame.start(), frame.lengthBytes());
    return key.hash();
  }

  /**
   * Sends all that waits; the frames that were taken can be used again.
   *
   * @param way of the batch that is being worked at; either if there is none
   */
  public void flush(Direction way) {
    ports.flush(way);
    tunnels.flush();
    used = 0;
  }

  /** What waits is sent by whoever works at a batch: its frames can be used again after that. */
  public void flushed() {
    used = 0;
  }
}
