package net.viaduct.vtep.output;

import net.viaduct.io.Frame;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.trace.Outcome;
import net.viaduct.vtep.waiting.FrameQueue;
import net.viaduct.vtep.waiting.PortExit;
import net.viaduct.vtep.waiting.Ticket;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.ip.InnerTrafficClass;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way to ports, until what was received is worked through. Owned by the thread that
 * works at it. Touches only ports that something goes to.
 */
public final class PortOutput implements PortExit {
  private final LocalPort[] touched;
  private final Tally tally;
  private final int lane;
  private final DistinctErrors errors;
  private final Ticket ticket = new Ticket();
  private @Nullable FrameQueue @Nullable [] queues;
  private Direction releasing = Direction.EGRESS;
  private int touchedCount;

  /**
   * An output with nothing in it.
   *
   * @param ports how many ports can have something waiting at the same time
   */
  public PortOutput(int ports, Tally tally, DistinctErrors errors) {
    this.touched = new LocalPort[ports];
    this.tally = tally;
    this.lane = tally.lane();
    this.errors = errors;
  }

  @Override
  public void queues(@Nullable FrameQueue[] byPort) {
    queues = byPort;
  }

  /** A copy of a frame goes to a port, if it fits. */
  public void offer(Direction way, LocalPort port, Frame frame) {
    if (!MtuFit.fits(frame, port.mtuBytes())) {
      refuse(way, port, frame, DropReason.FRAME_LARGER_THAN_PORT_MTU);
      return;
    }
    if (port.vlan() == 0 && port.device().only() == null && carriesVlan(frame)) {
      refuse(way, port, frame, DropReason.VLAN_OF_OTHER_PORT);
      return;
    }
    if (port.network().portsHaveClasses()) {
      remark(way, port, frame);
    }
    FrameQueue queue = queues == null ? null : queues[port.index()];
    if (queue != null && !passes(queue, way, port, frame)) {
      return;
    }
    if (tally.trail().isOn()) {
      tally.trail().outcome(new Outcome.Delivered(port.name()));
      return;
    }
    put(way, port, frame);
  }

  private boolean passes(FrameQueue queue, Direction way, LocalPort port, Frame frame) {
    ticket.to(way, port.network(), port, null);
    if (tally.trail().isOn()) {
      tally.trail().note("queue", "to port " + port.name() + ", " + queue.explain(ticket, frame));
      return true;
    }
    return queue.passes(ticket, frame);
  }

  /** The class in the frame becomes what this port is told; others may have been told another. */
  private void remark(Direction way, LocalPort port, Frame frame) {
    int inner = frame.innerTrafficClass();
    int offset = InnerTrafficClass.ipOffset(frame.memory(), frame.start(), frame.lengthBytes());
    if (inner == Frame.NO_CLASS || offset < 0) {
      return;
    }
    TrafficClassPolicy own = port.trafficClass();
    TrafficClassPolicy policy = own == null ? port.network().trafficClass() : own;
    int now = InnerTrafficClass.read(frame.memory(), frame.start() + offset);
    int right = policy.remarked(now, inner, frame.trafficClass());
    frame.serviceClass(policy.served(inner, frame.trafficClass()));
    if (right != now) {
      flush(way); // it may be on its way to a port that is told another
      InnerTrafficClass.write(frame.memory(), frame.start() + offset, right);
    }
  }

  @Override
  public void release(Ticket released, Frame frame) {
    if (released.way() != releasing) {
      flush();
      releasing = released.way();
    }
    if (released.place() instanceof LocalPort port) {
      put(released.way(), port, frame);
    }
  }

  /** Sends what queues have released. */
  @Override
  public void flush() {
    flush(releasing);
  }

  @Override
  public void refused(Ticket of, Frame frame, DropReason reason) {
    if (of.place() instanceof LocalPort port) {
      tally.captures().refused(frame, reason, port);
    }
  }

  private void put(Direction way, LocalPort port, Frame frame) {
    SendBatch batch = port.batch(lane);
    if (batch.size() == 0) {
      if (touchedCount == touched.length) {
        flush(way);
      }
      touched[touchedCount++] = port;
    }
    if (!add(port, frame)) {
      send(way, port);
      add(port, frame);
    }
  }

  private void refuse(Direction way, LocalPort port, Frame frame, DropReason reason) {
    if (tally.captures().isOn()) {
      tally.captures().refused(frame, reason, port);
    }
    tally.dropped(way, reason, port.network().counters(), port.counters());
  }

  /** Whether a frame, leaving without a tag more, would be in a VLAN of its device. */
  private static boolean carriesVlan(Frame frame) {
    return EtherType.isVlan(EthernetHeader.etherType(frame.memory(), frame.start()))
        && !VlanTag.isPriorityOnly(frame.memory(), frame.start(), frame.lengthBytes());
  }

  /** A port's VLAN goes in front of what the frame has; a priority goes into the VLAN's tag. */
  private boolean add(LocalPort port, Frame frame) {
    int vlan = port.vlan();
    if (vlan == 0) {
      return port.batch(lane).add(frame);
    }
    boolean priority = VlanTag.isPriorityOnly(frame.memory(), frame.start(), frame.lengthBytes());
    long tagAt = frame.start() + VlanTag.FIRST_TAG_OFFSET;
    int tci = vlan | (priority ? VlanTag.tci(frame.memory(), tagAt) : 0);
    return port.batch(lane).add(frame, EtherType.VLAN << Short.SIZE | tci, priority);
  }

  /** Sends all that waits. */
  public void flush(Direction way) {
    for (int i = 0; i < touchedCount; i++) {
      send(way, touched[i]);
    }
    touchedCount = 0;
  }

  private void send(Direction way, LocalPort port) {
    SendBatch batch = port.batch(lane);
    try {
      port.sender(lane).send(batch);
    } catch (RuntimeException e) {
      errors.record(e);
    }
    long frames = 0;
    long bytes = 0;
    for (int i = 0; i < batch.size(); i++) {
      SendResult result = batch.result(i);
      if (result == SendResult.SENT) {
        frames++;
        bytes += batch.lengthBytes(i);
      } else {
        tally.dropped(way, reason(result), port.network().counters(), port.counters());
      }
    }
    if (tally.captures().isOn()) {
      capture(port, batch);
    }
    if (frames > 0) {
      tally.delivered(way, port.network().counters(), port.counters(), frames, bytes);
    }
    batch.clear();
  }

  private void capture(LocalPort port, SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      SendResult result = batch.result(i);
      tally.captures().delivered(port, batch, i, result == SendResult.SENT ? null : reason(result));
    }
  }

  private static DropReason reason(SendResult result) {
    return switch (result) {
      case FULL -> DropReason.PORT_QUEUE_FULL;
      case TOO_BIG -> DropReason.FRAME_LARGER_THAN_PORT_MTU;
      case UNREACHABLE -> DropReason.PORT_UNREACHABLE;
      case FAILED, SENT -> DropReason.PORT_REFUSED;
    };
  }
}
