package net.viaduct.queueing.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.classify.PacketFields;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.discipline.FairShare;
import net.viaduct.runtime.Counters;
import org.jspecify.annotations.Nullable;

/**
 * All queues of one direction of a link: tells the flow and the class of each packet, queues it,
 * and says which is next. Owned by one thread, but for {@link #prepare} and {@link #counters}.
 *
 * <p>Nothing is allocated for a packet. Time comes with each call, in nanoseconds of any clock that
 * does not go back.
 */
public final class QueueTree {
  private final TreeCounters counters;
  private final PacketSink sink;
  private final RandomGenerator random;
  private BuiltTree tree;
  private long arrivals;

  /**
   * Queues without packets.
   *
   * @param countersOf where each queue gets its counters from
   * @param labelPrefix put in front of the names of queues in the labels of their counters
   * @param sink gets what is dropped
   * @param random where perturbations come from
   * @throws IllegalArgumentException if the configuration cannot be: a sentence says why
   */
  public QueueTree(
      TreeConfig config,
      Counters countersOf,
      String labelPrefix,
      PacketSink sink,
      RandomGenerator random) {
    this.counters = new TreeCounters(countersOf, labelPrefix);
    this.sink = sink;
    this.random = random;
    this.tree = new TreeBuilder(config, counters, sink, random).build();
  }

  /**
   * Takes a packet over, which knows where its frame is and where it came from. It, or others, may
   * be dropped at once.
   */
  public void enqueue(Packet packet, long nowNs) {
    packet.arrived(nowNs, arrivals++);
    classify(packet);
    tree.root().enqueue(packet, nowNs, false);
  }

  private void classify(Packet packet) {
    PacketFields fields = tree.fields();
    fields.read(packet);
    packet.linkBytes(tree.config().overhead().linkBytes(packet));
    packet.ipOffset(fields.ipOffset());
    packet.flow(tree.hash().of(fields));
    int leaf = tree.classes().leafOf(fields);
    packet.leaf(leaf);
    FlowField[] shares = tree.shares().get(leaf);
    for (int i = 0; i < shares.length; i++) {
      packet.share(i, FairShare.who(fields.high(shares[i]), fields.low(shares[i])));
    }
  }

  /** Gives the next packet away; null if there is none that may go now. */
  public @Nullable Packet dequeue(long nowNs) {
    return tree.root().dequeue(nowNs);
  }

  /**
   * How long nothing may go: 0 if something may now, {@link Discipline#NOTHING_WAITS} if nothing
   * waits.
   */
  public long waitNs(long nowNs) {
    return tree.root().waitNs(nowNs);
  }

  /** The name of the queue that a packet would come to; nothing comes of it. */
  public String queueOf(Packet packet) {
    classify(packet);
    return LeafNames.of(tree.config().root()).get(packet.leaf());
  }

  /** Whether nothing waits. */
  public boolean isEmpty() {
    return tree.root().isEmpty();
  }

  /**
   * Makes a tree for another configuration; any thread, one at a time.
   *
   * @throws IllegalArgumentException if the configuration cannot be: a sentence says why
   * @throws IllegalStateException if there is no room for counters
   */
  public PreparedTree prepare(TreeConfig config) {
    return new PreparedTree(new TreeBuilder(config, counters, sink, random).build());
  }

  /**
   * Goes on with another configuration. No packet is lost, none of a flow overtakes another, and
   * what waited waits by the new rules: queues that are the same by name and kind go on with all
   * that they know; packets of others are dealt out anew in the order in which they came.
   */
  public void change(PreparedTree prepared, long nowNs) {
    BuiltTree before = tree;
    BuiltTree after = prepared.tree();
    tree = after;
    after
        .inner()
        .forEach((path, discipline) -> {
          Discipline same = before.inner().get(path);
          if (same != null) {
            discipline.takeOver(same);
          }
        });
    boolean sameFlows = after.config().classifiesAs(before.config());
    PacketList waiting = new PacketList();
    before
        .leaves()
        .forEach((name, leaf) -> {
          Discipline same = sameFlows ? after.leaves().get(name) : null;
          if (same == null || !same.takeOver(leaf)) {
            leaf.takeAll(waiting);
          }
        });
    dealOut(waiting, nowNs);
    counters.keep(after.leaves().keySet());
  }

  private void dealOut(PacketList waiting, long nowNs) {
    List<Packet> packets = new ArrayList<>(waiting.size());
    for (Packet packet = waiting.poll(); packet != null; packet = waiting.poll()) {
      packets.add(packet);
    }
    packets.sort(Comparator.comparingLong(Packet::order));
    for (Packet packet : packets) {
      classify(packet);
      tree.root().enqueue(packet, nowNs, true);
    }
  }

  /** The counters of each queue by its name; any thread. */
  public Map<String, QueueCounters> counters() {
    return counters.all();
  }

  /** Gives the counters back; nothing may wait any more. */
  public void close() {
    counters.keep(Set.of());
  }

  /** The configuration in use. */
  public TreeConfig config() {
    return tree.config();
  }
}
