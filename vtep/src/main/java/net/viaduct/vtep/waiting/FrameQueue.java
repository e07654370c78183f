package net.viaduct.vtep.waiting;

import java.util.function.Consumer;
import net.viaduct.io.Frame;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.PreparedTree;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.SuperFrameCutter;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Stall;
import org.jspecify.annotations.Nullable;

/**
 * Queues in front of an output. Owned by the data-path thread, but for {@link #prepare}; allocates
 * nothing for a frame.
 *
 * <p>A frame that may go at once goes on as it came: its bytes are copied only if it has to wait. A
 * super-frame for which the link takes longer than a millisecond is cut before it waits.
 *
 * <p>What cannot leave because the device takes nothing now comes back, and goes first when it
 * does; little else leaves until then, so that it waits here by the rules of the queues, and ports
 * are held back. A remote that nothing has left to for longer is not waited for, until something
 * leaves or nothing was tried for a second.
 */
public final class FrameQueue {
  private static final int MOST_AT_ONCE = 128;
  private static final int FEW_AT_ONCE = 8;
  private static final long RETRY_NS = 200_000;
  private static final long LONGEST_STALL_NS = 100_000_000;
  private static final long SILENCE_NS = 1_000_000_000;

  private final QueueParts parts;
  private final WaitingFrames store;
  private final FrameExit exit;
  private final QueueTree tree;
  private final Consumer<FrameQueue> onBusy;
  private final SuperFrameCutter cutter = new SuperFrameCutter();
  private final Waiting[] leaving = new Waiting[MOST_AT_ONCE];
  private final Packet asked = new Packet(0);
  private final ReturnedFrames returned = new ReturnedFrames();
  private int returns;
  private long retryAtNs;
  private int atOnce = MOST_AT_ONCE;
  private @Nullable Tenants tenants;
  private @Nullable Waiting entering;
  private @Nullable Frame enteringFrame;
  private long cutAboveBytes;
  private boolean isBusy;

  /**
   * Queues without frames.
   *
   * @param label in front of the names of their counters: {@code underlay}
   * @param onBusy is told when something waits of which nothing did
   * @throws IllegalArgumentException if the configuration cannot be
   * @throws IllegalStateException if there is no room for counters
   */
  FrameQueue(
      QueueSettings settings,
      String label,
      QueueParts parts,
      WaitingFrames store,
      FrameExit exit,
      Consumer<FrameQueue> onBusy) {
    this.parts = parts;
    this.store = store;
    this.exit = exit;
    this.onBusy = onBusy;
    this.tree =
        new QueueTree(
            settings.tree(), parts.counters(), label + "/", this::dropped, parts.random());
    this.cutAboveBytes = settings.cutAboveBytes();
  }

  /** Sets at whose expense frames wait; null if nobody is held back. */
  void tenants(@Nullable Tenants value) {
    tenants = value;
  }

  /**
   * Takes a frame that is on its way. If it has to wait, or is dropped, this is no more the
   * caller's affair.
   *
   * @return whether it may go on at once
   */
  public boolean passes(Ticket ticket, Frame frame) {
    if (frame.lengthBytes() > cutAboveBytes && cutter.begin(frame)) {
      cut(ticket, frame);
      return false;
    }
    Waiting waiting = store.take(frame.lengthBytes());
    if (waiting == null) {
      drop(ticket, frame, DropReason.QUEUE_WITHOUT_MEMORY);
      return false;
    }
    boolean alone = isEmpty();
    enter(waiting, ticket, frame);
    if (alone && entering != null && returned.isEmpty()) {
      Packet first = tree.dequeue(parts.clock().nowNs());
      if (first == waiting.packet()) {
        entering = null;
        store.giveBack(waiting);
        return true;
      }
    }
    if (entering != null) {
      entering = null;
      if (parts.tally().captures().isOn()) {
        parts.tally().captures().waits(frame);
      }
      waiting.frame().copyFrom(frame);
      waiting.packet().moved(waiting.frame().memory(), waiting.frame().start());
      keep(waiting);
    }
    return false;
  }

  /** It is in the tree afterwards, or {@link #entering} is nobody any more. */
  private void enter(Waiting waiting, Ticket ticket, Frame frame) {
    waiting.ticket().copyFrom(ticket);
    describe(waiting.packet(), ticket, frame);
    entering = waiting;
    enteringFrame = frame;
    tree.enqueue(waiting.packet(), parts.clock().nowNs());
  }

  private void describe(Packet packet, Ticket ticket, Frame frame) {
    packet.frame(frame.memory(), frame.start(), frame.lengthBytes());
    if (frame.offload().isSuperFrame() && cutter.begin(frame)) {
      packet.superFrame(cutter.headerBytes(), frame.offload().segmentBytes());
    }
    LocalPort source = ticket.source();
    packet.origin(source == null ? 0 : source.nameNumber(), 0);
    packet.belongs(ticket.network().vni(), source == null ? 0 : source.portGroupNumber());
    packet.addedBytes(ticket.addedBytes());
    if (frame.serviceClass() != Frame.NO_CLASS) {
      packet.serviceClass(frame.serviceClass());
    }
  }

  private void cut(Ticket ticket, Frame whole) {
    int count = cutter.count();
    if (count > 1) {
      parts.tally().cut(ticket.way(), ticket.network().counters(), count);
    }
    if (parts.tally().captures().isOn()) {
      parts.tally().captures().waits(whole);
    }
    for (int i = 0; i < count; i++) {
      Waiting waiting = store.take(cutter.lengthBytes(i));
      if (waiting == null) {
        drop(ticket, whole, DropReason.QUEUE_WITHOUT_MEMORY);
        continue;
      }
      cutter.write(i, whole, waiting.frame());
      enter(waiting, ticket, waiting.frame());
      if (entering != null) {
        entering = null;
        keep(waiting);
      }
    }
  }

  private void keep(Waiting waiting) {
    Ticket ticket = waiting.ticket();
    parts.tally().queued(ticket.way(), ticket.network().counters());
    Tenants all = tenants;
    LocalPort source = ticket.source();
    if (all != null && source != null && !source.isGone()) {
      Tenant tenant = all.of(source);
      waiting.tenant(tenant);
      all.enter(tenant);
    }
    if (!isBusy) {
      isBusy = true;
      onBusy.accept(this);
    }
  }

  /**
   * A frame that went on cannot leave, as the device takes nothing now. Of several, the last one is
   * to be told first.
   *
   * @param stall of where it goes
   * @return whether it waits again; if not, it is lost
   */
  public boolean comesBack(Ticket ticket, Frame frame, Stall stall) {
    long nowNs = parts.clock().nowNs();
    if (stall.lastedNs(nowNs, SILENCE_NS) >= LONGEST_STALL_NS || returned.isFull()) {
      return false;
    }
    Waiting waiting = ticket.waiting();
    if (waiting == null) {
      waiting = store.take(frame.lengthBytes());
      if (waiting == null) {
        return false;
      }
      waiting.ticket().copyFrom(ticket);
      waiting.frame().copyFrom(frame);
    }
    if (parts.tally().captures().isOn()) {
      parts.tally().captures().waits(frame);
    }
    waiting.tenant(null);
    returned.addFirst(waiting);
    returns++;
    retryAtNs = nowNs + RETRY_NS;
    parts.tally().returned(ticket.network().counters());
    keep(waiting);
    return true;
  }

  /** The tree gives up a packet. */
  private void dropped(Packet packet, QueueDrop why) {
    Waiting waiting = store.of(packet);
    Frame frame = waiting.frame();
    if (waiting == entering) {
      entering = null;
      frame = enteringFrame == null ? frame : enteringFrame;
    } else {
      left(waiting);
    }
    drop(waiting.ticket(), frame, reason(why));
    store.giveBack(waiting);
  }

  private void left(Waiting waiting) {
    Ticket ticket = waiting.ticket();
    parts.tally().unqueued(ticket.way(), ticket.networkCounters());
    Tenant tenant = waiting.tenant();
    if (parts.tally().captures().isOn()) {
      parts.tally().captures().leavesQueue(waiting.frame(), ticket.source());
    }
    if (tenant != null) {
      tenant.all().leave(tenant); // of another configuration perhaps
    }
  }

  private void drop(Ticket ticket, Frame frame, DropReason reason) {
    CounterBlock place =
        reason.side() == DropReason.Side.SOURCE ? ticket.sourceCounters() : ticket.placeCounters();
    parts.tally().dropped(ticket.way(), reason, ticket.networkCounters(), place);
    Captures captures = parts.tally().captures();
    if (!captures.isOn()) {
      return;
    }
    if (ticket.isVoid()) {
      captures.refusedInQueue(frame, ticket.network().vni(), ticket.source(), reason);
    } else {
      exit.refused(ticket, frame, reason);
    }
  }

  private static DropReason reason(QueueDrop why) {
    return switch (why) {
      case QUEUE_FULL -> DropReason.QUEUE_FULL;
      case LONGEST_FLOW -> DropReason.QUEUE_LONGEST_FLOW;
      case CODEL -> DropReason.QUEUE_CODEL;
      case NO_QUEUE_FOR_FLOW -> DropReason.QUEUE_WITHOUT_ROOM_FOR_FLOW;
      case NO_MEMORY -> DropReason.QUEUE_WITHOUT_MEMORY;
      case DEVICE, MALFORMED -> DropReason.DEFECT; // these are not said by a tree
    };
  }

  /** Sends what may leave now, so many at most; returns how many frames that were. */
  int send() {
    long nowNs = parts.clock().nowNs();
    if (!returned.isEmpty() && retryAtNs - nowNs > 0) {
      return 0;
    }
    int before = returns;
    int count = 0;
    int done = 0;
    for (; done < atOnce && returns == before; done++) {
      Waiting waiting = next(nowNs);
      if (waiting == null) {
        break;
      }
      left(waiting);
      if (release(waiting)) {
        leaving[count++] = waiting;
      } else {
        store.giveBack(waiting);
      }
    }
    if (count > 0) {
      exit.flush();
    }
    for (int i = 0; i < count; i++) {
      if (!leaving[i].isReturned()) {
        store.giveBack(leaving[i]);
      }
    }
    if (returns != before) {
      atOnce = FEW_AT_ONCE; // what comes back is in no queue any more, where flows are told apart
    } else if (done == atOnce) {
      atOnce = Math.min(MOST_AT_ONCE, 2 * atOnce);
    }
    return done;
  }

  private @Nullable Waiting next(long nowNs) {
    Waiting first = returned.poll();
    if (first != null) {
      return first;
    }
    Packet packet = tree.dequeue(nowNs);
    return packet == null ? null : store.of(packet);
  }

  private boolean release(Waiting waiting) {
    Ticket ticket = waiting.ticket();
    if (ticket.isVoid()) {
      drop(ticket, waiting.frame(), DropReason.REMOVED_WHILE_WAITING);
      return false;
    }
    try {
      exit.release(ticket, waiting.frame());
      return true;
    } catch (RuntimeException e) {
      parts.errors().record(e);
      drop(ticket, waiting.frame(), DropReason.DEFECT);
      return false;
    }
  }

  /** How long nothing may leave. */
  long waitNs() {
    long nowNs = parts.clock().nowNs();
    return returned.isEmpty() ? tree.waitNs(nowNs) : Math.max(0, retryAtNs - nowNs);
  }

  /** Whether nothing waits. */
  boolean isEmpty() {
    return returned.isEmpty() && tree.isEmpty();
  }

  /** It will tell when something waits again. */
  void idle() {
    isBusy = false;
  }

  /** Makes a tree for other settings; any thread, one at a time. */
  PreparedTree prepare(QueueSettings settings) {
    return tree.prepare(settings.tree());
  }

  /** Goes on with other settings; no frame is lost, none of a flow overtakes another. */
  void change(PreparedTree prepared, QueueSettings settings) {
    tree.change(prepared, parts.clock().nowNs());
    cutAboveBytes = settings.cutAboveBytes();
  }

  /** Sends all that waits, whatever the rate is, and ends; what a full device refuses is lost. */
  void close() {
    QueueConfig everything = new QueueConfig.Fifo(Integer.MAX_VALUE, Long.MAX_VALUE);
    tree.change(tree.prepare(TreeConfig.of(everything)), parts.clock().nowNs());
    retryAtNs = parts.clock().nowNs();
    while (!isEmpty()) {
      send();
    }
    tree.close();
  }

  /** Ports came, went or changed. */
  void forgetTenants() {
    if (tenants != null) {
      tenants.forget();
    }
  }

  /** What would become of a frame, for a person; nothing comes of it. */
  public String explain(Ticket ticket, Frame frame) {
    describe(asked, ticket, frame);
    String name = tree.queueOf(asked);
    QueueCounters counters = tree.counters().get(name);
    long waits = counters == null ? 0 : counters.backlogPackets();
    String cut =
        frame.lengthBytes() > cutAboveBytes && cutter.begin(frame)
            ? "; it is cut into " + cutter.count() + " frames before"
            : "";
    return "queue '"
        + name
        + "': "
        + (waits == 0 ? "nothing waits in it" : waits + " packets wait in it")
        + cut;
  }
}
