package net.viaduct.queueing.discipline;

import java.util.random.RandomGenerator;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.QueueConfig.Perturbation;
import org.jspecify.annotations.Nullable;

/**
 * Stochastic fairness queueing as in Linux (net/sched/sch_sfq.c), with its perturbation, which
 * makes spikes of latency, and one without (R31). Owned by the thread that owns the tree; allocates
 * nothing after its construction.
 */
public final class Sfq extends Leaf {
  private final QueueConfig.Sfq config;
  private final RandomGenerator random;
  private SfqSlot[] slots;
  private @Nullable SfqSlot[] table;
  private SfqLengths lengths;
  private ActiveFlows active;
  private final PacketList redealt = new PacketList();
  private @Nullable SfqSlot tail;
  private long perturbation;
  private boolean started;
  private long nextPerturbationNs;

  /**
   * Empty queues.
   *
   * @param random the perturbations come from it
   */
  public Sfq(
      QueueConfig.Sfq config, RandomGenerator random, QueueCounters counters, PacketSink sink) {
    super(counters, sink);
    this.config = config;
    this.random = random;
    slots = new SfqSlot[config.flows()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] = new SfqSlot();
    }
    table = new SfqSlot[config.divisor()];
    lengths = new SfqLengths(slots, config.packets() + 1);
    active = new ActiveFlows(config.packets() + 1);
  }

  private int bucketOf(long flow) {
    long h = (flow ^ perturbation) * 0x9e37_79b9_7f4a_7c15L;
    return (int) (h >>> 40) & (config.divisor() - 1);
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    perturbIfTime(nowNs);
    SfqSlot slot = slotFor(packet.flow());
    if (slot == null) {
      if (!admitted) {
        refuse(packet, QueueDrop.NO_QUEUE_FOR_FLOW);
        return;
      }
      slot = lengths.longest(); // it must not be lost, though its flow has no queue of its own
    }
    if (!admitted && slot.packets.size() >= config.depthPackets()) {
      if (!config.headDrop()) {
        refuse(packet, QueueDrop.QUEUE_FULL);
        return;
      }
      drop(takeFirst(slot), QueueDrop.QUEUE_FULL);
    }
    admit(packet, admitted);
    put(packet, slot);
    if (!admitted && packets() > config.packets()) {
      dropOfLongest();
    }
  }

  /** The queue of a flow; an empty one if it has none yet, null if there is none. */
  private @Nullable SfqSlot slotFor(long flow) {
    if (config.perturbation() == Perturbation.STICKY) {
      return ownSlot(flow);
    }
    int bucket = bucketOf(flow);
    SfqSlot slot = table[bucket];
    if (slot == null) {
      slot = lengths.free();
      if (slot != null) {
        table[bucket] = slot;
        slot.bucket = bucket;
      }
    }
    return slot;
  }

  /** Where the flow waits already; else a queue for itself; only if there is none, another's. */
  private SfqSlot ownSlot(long flow) {
    SfqSlot present = active.slotOf(flow);
    if (present != null) {
      return present;
    }
    SfqSlot free = lengths.free();
    return free != null ? free : slots[bucketOf(flow) % slots.length];
  }

  private void put(Packet packet, SfqSlot slot) {
    int before = slot.packets.size();
    slot.packets.add(packet);
    lengths.changed(slot, before);
    if (config.perturbation() == Perturbation.STICKY) {
      active.arrived(packet.flow(), slot);
    }
    if (slot.following == null) {
      SfqSlot last = tail;
      if (last == null) {
        slot.following = slot;
      } else {
        slot.following = last.following;
        last.following = slot;
      }
      tail = slot; // behind all others: flows that are new again and again must not starve the old
      slot.allot = config.quantumBytes();
    }
  }

  private Packet takeFirst(SfqSlot slot) {
    return taken(slot, slot.packets.poll());
  }

  private Packet taken(SfqSlot slot, @Nullable Packet packet) {
    if (packet == null) {
      throw new IllegalStateException("a queue of SFQ has no packet where one was counted");
    }
    lengths.changed(slot, slot.packets.size() + 1);
    if (config.perturbation() == Perturbation.STICKY) {
      active.left(packet.flow());
    }
    return packet;
  }

  private void dropOfLongest() {
    SfqSlot last = tail;
    if (lengths.longestPackets() > 1 || last == null || last.following == null) {
      SfqSlot slot = lengths.longest();
      drop(
          config.headDrop() ? takeFirst(slot) : taken(slot, slot.packets.pollLast()),
          QueueDrop.LONGEST_FLOW);
      return;
    }
    SfqSlot slot = last.following; // all have one packet: whose turn it is loses it
    Packet packet = takeFirst(slot);
    forget(slot);
    removeBehind(last, slot);
    drop(packet, QueueDrop.LONGEST_FLOW);
  }

  private void forget(SfqSlot slot) {
    if (table[slot.bucket] == slot) {
      table[slot.bucket] = null;
    }
  }

  private void removeBehind(SfqSlot before, SfqSlot slot) {
    if (before == slot) {
      tail = null;
    } else {
      before.following = slot.following;
      if (tail == slot) {
        tail = before;
      }
    }
    slot.following = null;
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    perturbIfTime(nowNs);
    while (true) {
      SfqSlot last = tail;
      if (last == null || last.following == null) {
        return null;
      }
      SfqSlot slot = last.following;
      if (slot.allot <= 0) {
        tail = slot;
        slot.allot += config.quantumBytes();
        continue;
      }
      Packet packet = takeFirst(slot);
      if (slot.packets.isEmpty()) {
        forget(slot);
        removeBehind(last, slot);
      } else {
        slot.allot -= packet.linkBytes();
      }
      return sent(packet);
    }
  }

  private void perturbIfTime(long nowNs) {
    if (config.perturbNs() == 0) {
      return;
    }
    if (!started) {
      started = true;
      nextPerturbationNs = nowNs + config.perturbNs();
    } else if (nowNs - nextPerturbationNs >= 0) {
      nextPerturbationNs = nowNs + config.perturbNs();
      perturb();
    }
  }

  private void perturb() {
    perturbation = random.nextLong();
    switch (config.perturbation()) {
      case REHASH -> dealAnew();
      case ABANDON, STICKY -> {} // what waits stays where it is
    }
  }

  /** {@code sfq_rehash}: what finds no queue, or one that is full, is dropped. */
  private void dealAnew() {
    for (SfqSlot slot : slots) {
      while (!slot.packets.isEmpty()) {
        redealt.add(takeFirst(slot));
      }
      forget(slot);
      slot.following = null;
    }
    tail = null;
    for (Packet packet = redealt.poll(); packet != null; packet = redealt.poll()) {
      SfqSlot slot = slotFor(packet.flow());
      if (slot == null) {
        drop(packet, QueueDrop.NO_QUEUE_FOR_FLOW);
      } else if (slot.packets.size() >= config.depthPackets()) {
        drop(packet, QueueDrop.QUEUE_FULL);
      } else {
        put(packet, slot);
      }
    }
  }

  @Override
  public void takeAll(PacketList into) {
    for (SfqSlot slot : slots) {
      while (!slot.packets.isEmpty()) {
        into.add(moved(takeFirst(slot)));
      }
      forget(slot);
      slot.following = null;
    }
    tail = null;
  }

  @Override
  public boolean takeOver(Discipline before) {
    if (!(before instanceof Sfq other) || !other.config.equals(config)) {
      return false;
    }
    slots = other.slots;
    table = other.table;
    lengths = other.lengths;
    active = other.active;
    tail = other.tail;
    perturbation = other.perturbation;
    started = other.started;
    nextPerturbationNs = other.nextPerturbationNs;
    inherit(other);
    other.abandon();
    return true;
  }

  private void abandon() {
    slots = new SfqSlot[0];
    tail = null;
  }
}
