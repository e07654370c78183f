package net.viaduct.queueing.config;

import java.util.List;
import java.util.Set;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FlowField;

/**
 * All queues of one direction of a link. Immutable.
 *
 * @param keys what tells a flow from another
 * @param depth how many tunnels in each other are looked through
 * @param seed of the hash of flows; the same on each host for the same choice of queues
 * @param overhead what the link adds to each packet
 * @param root the queue, or the tree of queues
 * @param rules which leaf a packet is for, the first that matches
 * @param defaultQueue the name of the leaf for packets of no rule
 */
public record TreeConfig(
    Set<FlowField> keys,
    int depth,
    long seed,
    LinkOverhead overhead,
    QueueConfig.Named root,
    List<ClassRule> rules,
    String defaultQueue) {
  /** How many tunnels in each other are looked through unless it is told. */
  public static final int USUAL_DEPTH = 2;

  /** Copies the collections. */
  public TreeConfig {
    keys = Set.copyOf(keys);
    rules = List.copyOf(rules);
  }

  /** One queue, for flows inside of tunnels, on a link that adds nothing. */
  public static TreeConfig of(QueueConfig queue) {
    return new TreeConfig(
        FlowField.INSIDE_TUNNELS,
        USUAL_DEPTH,
        0,
        LinkOverhead.NONE,
        new QueueConfig.Named("queue", queue),
        List.of(),
        "queue");
  }

  /** A tree with rules. */
  public static TreeConfig of(QueueConfig tree, String defaultQueue, List<ClassRule> rules) {
    return new TreeConfig(
        FlowField.INSIDE_TUNNELS,
        USUAL_DEPTH,
        0,
        LinkOverhead.NONE,
        new QueueConfig.Named("tree", tree),
        rules,
        defaultQueue);
  }

  /** The same with other keys. */
  public TreeConfig withKeys(Set<FlowField> others, int tunnels) {
    return new TreeConfig(others, tunnels, seed, overhead, root, rules, defaultQueue);
  }

  /** The same with another seed. */
  public TreeConfig withSeed(long other) {
    return new TreeConfig(keys, depth, other, overhead, root, rules, defaultQueue);
  }

  /** The same on a link that adds something. */
  public TreeConfig withOverhead(LinkOverhead other) {
    return new TreeConfig(keys, depth, seed, other, root, rules, defaultQueue);
  }

  /** Whether packets go to the same leaves and flows as before. */
  public boolean classifiesAs(TreeConfig before) {
    return keys.equals(before.keys)
        && depth == before.depth
        && seed == before.seed
        && overhead.equals(before.overhead)
        && rules.equals(before.rules)
        && defaultQueue.equals(before.defaultQueue);
  }
}
