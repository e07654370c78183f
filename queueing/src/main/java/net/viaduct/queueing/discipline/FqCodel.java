package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.classify.FlowHash;
import net.viaduct.queueing.config.QueueConfig;
import org.jspecify.annotations.Nullable;

/**
 * Fair queueing between flows, each under CoDel, flows that send little first (RFC 8290). Owned by
 * the thread that owns the tree; allocates nothing after its construction.
 *
 * <p>A flow takes one of the few queues that its hash allows that no other flow uses, and goes on
 * with what CoDel knew if it was there before; two flows share a queue only if all of them are
 * used, and then as long as packets wait there that came to share: none of a flow overtakes
 * another.
 */
public final class FqCodel extends Leaf {
  private static final int WAYS = 8;
  private static final int MOST_DROPPED_AT_ONCE = 64;
  private static final long UNUSED = 0;

  private final QueueConfig.FqCodel config;
  private final int ways;
  private CodelFlow[] flows;
  private CodelFlowList newFlows = new CodelFlowList();
  private CodelFlowList oldFlows = new CodelFlowList();
  private int largestPacketBytes;

  /** Empty queues. */
  public FqCodel(QueueConfig.FqCodel config, QueueCounters counters, PacketSink sink) {
    super(counters, sink);
    this.config = config;
    this.ways = Math.min(WAYS, config.flows());
    flows = new CodelFlow[config.flows()];
    for (int i = 0; i < flows.length; i++) {
      flows[i] = new CodelFlow();
    }
  }

  QueueConfig.FqCodel config() {
    return config;
  }

  int largestPacketBytes() {
    return largestPacketBytes;
  }

  /** Marks a packet; false if it has to be dropped. */
  boolean mark(Packet packet) {
    if (!config.ecn() || !EcnMarker.mark(packet)) {
      return false;
    }
    marked(packet);
    return true;
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    largestPacketBytes = Math.max(largestPacketBytes, packet.linkBytes() / packet.segments());
    CodelFlow flow = flowOf(packet.flow());
    admit(packet, admitted);
    flow.add(packet);
    if (flow.list == CodelFlow.IDLE) {
      flow.list = CodelFlow.NEW;
      flow.credit = config.quantumBytes();
      newFlows.add(flow);
    }
    if (!admitted && (packets() > config.packets() || bytes() > config.bytes())) {
      dropFromFattest();
    }
  }

  private CodelFlow flowOf(long flow) {
    int home = FlowHash.queue(flow, flows.length);
    int set = home - home % ways;
    int end = Math.min(set + ways, flows.length);
    CodelFlow shared = flows[home];
    CodelFlow free = null;
    for (int i = set; i < end; i++) {
      CodelFlow candidate = flows[i];
      if (candidate.flow == flow) {
        return candidate;
      }
      boolean better = free == null || (free.flow != UNUSED && candidate.flow == UNUSED);
      if (better && candidate.list == CodelFlow.IDLE) {
        free = candidate; // rather one of which nothing is known yet
      }
    }
    if (free == null || shared.hasGuests()) { // its own packets may be among those
      return shared;
    }
    free.begin(flow);
    return free;
  }

  /** Half of the longest queue, so that the search for it is worth its time; its oldest packets. */
  private void dropFromFattest() {
    CodelFlow fattest = flows[0];
    for (CodelFlow flow : flows) {
      if (flow.linkBytes() > fattest.linkBytes()) {
        fattest = flow;
      }
    }
    long enoughBytes = fattest.linkBytes() / 2;
    long droppedBytes = 0;
    for (int i = 0; i < MOST_DROPPED_AT_ONCE && (i == 0 || droppedBytes < enoughBytes); i++) {
      Packet packet = fattest.poll();
      if (packet == null) {
        return;
      }
      droppedBytes += packet.linkBytes();
      drop(packet, QueueDrop.LONGEST_FLOW);
    }
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    while (true) {
      boolean isNew = newFlows.first() != null;
      CodelFlowList list = isNew ? newFlows : oldFlows;
      CodelFlow flow = list.first();
      if (flow == null) {
        return null;
      }
      if (flow.credit <= 0) {
        flow.credit += config.quantumBytes();
        list.removeFirst();
        toOld(flow);
        continue;
      }
      Packet packet = flow.dequeue(nowNs, this);
      if (packet != null) {
        flow.credit -= packet.linkBytes();
        return sent(packet);
      }
      list.removeFirst();
      if (isNew && oldFlows.first() != null) {
        toOld(flow); // so that it is not new again before the others had their turn
      } else {
        flow.list = CodelFlow.IDLE;
      }
    }
  }

  private void toOld(CodelFlow flow) {
    flow.list = CodelFlow.OLD;
    oldFlows.add(flow);
  }

  @Override
  public void takeAll(PacketList into) {
    for (CodelFlow flow : flows) {
      for (Packet packet = flow.poll(); packet != null; packet = flow.poll()) {
        into.add(moved(packet));
      }
    }
  }

  @Override
  public boolean takeOver(Discipline before) {
    if (!(before instanceof FqCodel other) || other.flows.length != flows.length) {
      return false;
    }
    CodelFlow[] mine = flows;
    CodelFlowList myNew = newFlows;
    CodelFlowList myOld = oldFlows;
    flows = other.flows;
    newFlows = other.newFlows;
    oldFlows = other.oldFlows;
    other.flows = mine;
    other.newFlows = myNew;
    other.oldFlows = myOld;
    largestPacketBytes = other.largestPacketBytes;
    inherit(other);
    return true;
  }
}
