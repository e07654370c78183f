package net.viaduct.queueing.tree;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketSink;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.classify.ClassMap;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.classify.FlowHash;
import net.viaduct.queueing.classify.PacketFields;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.discipline.FairShare;
import net.viaduct.queueing.discipline.Fifo;
import net.viaduct.queueing.discipline.FqCodel;
import net.viaduct.queueing.discipline.Htb;
import net.viaduct.queueing.discipline.HtbNode;
import net.viaduct.queueing.discipline.Sfq;
import net.viaduct.queueing.discipline.StrictPriority;
import org.jspecify.annotations.Nullable;

/** Makes a tree of disciplines of a configuration. Used once, by one thread. */
final class TreeBuilder {
  private final TreeConfig config;
  private final TreeCounters counters;
  private final PacketSink sink;
  private final RandomGenerator random;
  private final List<String> names;
  private final Map<String, Discipline> leaves = new LinkedHashMap<>();
  private final Map<String, Discipline> inner = new HashMap<>();
  private final FlowField[][] shares;

  TreeBuilder(TreeConfig config, TreeCounters counters, PacketSink sink, RandomGenerator random) {
    this.config = config;
    this.counters = counters;
    this.sink = sink;
    this.random = random;
    this.names = LeafNames.of(config.root());
    this.shares = new FlowField[names.size()][];
    Arrays.fill(shares, new FlowField[0]);
  }

  /**
   * Makes it.
   *
   * @throws IllegalArgumentException if a name comes twice, or a rule names no leaf
   */
  BuiltTree build() {
    if (names.stream().distinct().count() != names.size()) {
      throw new IllegalArgumentException("the name of a queue comes twice: " + names);
    }
    ClassMap classes =
        new ClassMap(config.rules(), this::numberOf, numberOf(config.defaultQueue()));
    Discipline root = make(config.root().name(), config.root().name(), config.root().queue());
    return new BuiltTree(
        config,
        root,
        leaves,
        inner,
        Arrays.asList(shares),
        new PacketFields(config.depth()),
        new FlowHash(config.keys(), config.seed()),
        classes);
  }

  private int numberOf(String name) {
    int number = names.indexOf(name);
    if (number < 0) {
      throw new IllegalArgumentException("there is no queue '" + name + "', only " + names);
    }
    return number;
  }

  private Discipline make(String path, String name, QueueConfig queue) {
    return switch (queue) {
      case QueueConfig.Fifo _, QueueConfig.Sfq _, QueueConfig.FqCodel _, QueueConfig.Share _ ->
          leaf(name, queue);
      case QueueConfig.Priority priority -> remember(path, priority(path, priority));
      case QueueConfig.Htb htb -> remember(path, htb(path, htb));
    };
  }

  private Discipline remember(String path, Discipline discipline) {
    inner.put(path, discipline);
    return discipline;
  }

  private Discipline leaf(String name, QueueConfig queue) {
    List<FlowField> by = new ArrayList<>();
    QueueConfig below = queue;
    while (below instanceof QueueConfig.Share share) {
      by.add(share.by());
      below = share.each();
    }
    if (by.size() > Packet.MOST_SHARES) {
      throw new IllegalArgumentException(
          "'" + name + "' has more than " + Packet.MOST_SHARES + " shares above each other");
    }
    shares[numberOf(name)] = by.toArray(FlowField[]::new);
    Discipline discipline = queue(queue, 0, counters.of(name));
    leaves.put(name, discipline);
    return discipline;
  }

  private Discipline queue(QueueConfig queue, int share, QueueCounters own) {
    return switch (queue) {
      case QueueConfig.Fifo fifo -> new Fifo(fifo, own, sink);
      case QueueConfig.FqCodel codel -> new FqCodel(codel, own, sink);
      case QueueConfig.Sfq sfq -> new Sfq(sfq, random, own, sink);
      case QueueConfig.Share shared ->
          new FairShare(shared, share, () -> queue(shared.each(), share + 1, own));
      case QueueConfig.Priority _, QueueConfig.Htb _ ->
          throw new IllegalArgumentException("classes cannot be below a share");
    };
  }

  private Discipline priority(String path, QueueConfig.Priority priority) {
    Discipline[] bands = new Discipline[priority.bands().size()];
    int[] bandOfLeaf = new int[names.size()];
    for (int i = 0; i < bands.length; i++) {
      QueueConfig.Named band = priority.bands().get(i);
      for (String leaf : LeafNames.of(band)) {
        bandOfLeaf[numberOf(leaf)] = i;
      }
      bands[i] = make(path + "/" + band.name(), band.name(), band.queue());
    }
    return new StrictPriority(bands, bandOfLeaf);
  }

  private Discipline htb(String path, QueueConfig.Htb htb) {
    List<HtbNode> nodes = new ArrayList<>();
    List<HtbNode> queues = new ArrayList<>();
    int[] classOfLeaf = new int[names.size()];
    for (HtbClass top : htb.classes()) {
      htbClass(path, top, null, Htb.MOST_LEVELS, nodes, queues, classOfLeaf);
    }
    return new Htb(nodes, queues.toArray(HtbNode[]::new), classOfLeaf);
  }

  private void htbClass(
      String path,
      HtbClass config,
      @Nullable HtbNode parent,
      int level,
      List<HtbNode> nodes,
      List<HtbNode> queues,
      int[] classOfLeaf) {
    String own = path + "/" + config.name();
    if (level == 0) {
      throw new IllegalArgumentException(
          "'" + own + "' is below more than " + Htb.MOST_LEVELS + " classes");
    }
    if (config.queue().isPresent()) {
      QueueConfig queue = config.queue().get();
      for (String leaf : LeafNames.of(new QueueConfig.Named(config.name(), queue))) {
        classOfLeaf[numberOf(leaf)] = queues.size();
      }
      HtbNode node = new HtbNode(config, parent, 0, make(own, config.name(), queue));
      nodes.add(node);
      queues.add(node);
      return;
    }
    HtbNode node = new HtbNode(config, parent, level, null);
    nodes.add(node);
    for (HtbClass below : config.classes()) {
      htbClass(own, below, node, level - 1, nodes, queues, classOfLeaf);
    }
  }
}
