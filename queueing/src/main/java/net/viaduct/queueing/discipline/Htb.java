package net.viaduct.queueing.discipline;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.config.HtbClass;
import org.jspecify.annotations.Nullable;

/**
 * Hierarchical token buckets, by the rules of Linux (net/sched/sch_htb.c): a class sends with its
 * own rate; above that, up to its ceiling, with what the nearest ancestor has left; those who
 * borrow from the same level are served by priority, and those of one priority in proportion to
 * their quanta. Owned by the thread that owns the tree; allocates nothing after its construction.
 *
 * <p>Looks at each leaf that has packets waiting for each packet: meant for some hundreds of
 * leaves.
 */
public final class Htb implements Discipline {
  /** The most classes above each other. */
  public static final int MOST_LEVELS = 8;

  private static final long REBASE_ABOVE = 1L << 60;

  private final List<HtbNode> nodes;
  private final HtbNode[] leaves;
  private final int[] classOfLeaf;
  private final long[] servedInRow;
  private final int[] rows;

  /**
   * Classes.
   *
   * @param nodes all classes
   * @param leaves those of them that have queues
   * @param classOfLeaf the index in {@code leaves} by the number of a leaf of the tree
   */
  public Htb(List<HtbNode> nodes, HtbNode[] leaves, int[] classOfLeaf) {
    this.nodes = List.copyOf(nodes);
    this.leaves = leaves.clone();
    this.classOfLeaf = classOfLeaf.clone();
    rows = new int[leaves.length];
    servedInRow = new long[(MOST_LEVELS + 1) * HtbClass.PRIORITIES];
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    leaves[classOfLeaf[packet.leaf()]].queue().enqueue(packet, nowNs, admitted);
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    int best = findRows(nowNs);
    while (best != HtbNode.NO_LEVEL) {
      int next = leastServed(best);
      HtbNode leaf = leaves[next];
      Packet packet = leaf.queue().dequeue(nowNs);
      if (packet != null) {
        leaf.charge(packet.linkBytes());
        return packet;
      }
      rows[next] = HtbNode.NO_LEVEL; // its own queue holds it back, or dropped all that it had
      best = HtbNode.NO_LEVEL;
      for (int row : rows) {
        best = Math.min(best, row);
      }
    }
    return null;
  }

  /** For each leaf that may send, its level and priority in one; the least of all. */
  private int findRows(long nowNs) {
    int best = HtbNode.NO_LEVEL;
    for (int i = 0; i < leaves.length; i++) {
      HtbNode leaf = leaves[i];
      int row = HtbNode.NO_LEVEL;
      if (!leaf.queue().isEmpty()) {
        int level = leaf.findLender(nowNs);
        if (level != HtbNode.NO_LEVEL) {
          row = level * HtbClass.PRIORITIES + leaf.config().priority();
        }
      }
      rows[i] = row;
      best = Math.min(best, row);
    }
    return best;
  }

  /** Of the leaves of a row, the one that was served least; who waited may catch up a quantum. */
  private int leastServed(int row) {
    int level = row / HtbClass.PRIORITIES;
    long floor = servedInRow[row] - HtbNode.QUANTUM;
    long least = Long.MAX_VALUE;
    int next = 0;
    for (int i = 0; i < leaves.length; i++) {
      if (rows[i] == row) {
        long served = leaves[i].servedAt(level, floor);
        if (served < least) {
          least = served;
          next = i;
        }
      }
    }
    servedInRow[row] = Math.max(servedInRow[row], least);
    if (servedInRow[row] > REBASE_ABOVE) {
      rebase(row, level);
    }
    return next;
  }

  /** Years of sending do not overflow. */
  private void rebase(int row, int level) {
    for (HtbNode leaf : leaves) {
      if (leaf.config().priority() == row % HtbClass.PRIORITIES) {
        leaf.rebase(level, servedInRow[row]);
      }
    }
    servedInRow[row] = 0;
  }

  @Override
  public boolean isEmpty() {
    for (HtbNode leaf : leaves) {
      if (!leaf.queue().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long waitNs(long nowNs) {
    long leastNs = NOTHING_WAITS;
    for (HtbNode leaf : leaves) {
      if (!leaf.queue().isEmpty()) {
        long ownNs = Math.max(leaf.waitNs(nowNs), leaf.queue().waitNs(nowNs));
        leastNs = Math.min(leastNs, ownNs);
      }
    }
    return leastNs;
  }

  @Override
  public void takeAll(PacketList into) {
    for (HtbNode leaf : leaves) {
      leaf.queue().takeAll(into);
    }
  }

  /** Classes of the same name go on with what they had left; queues take over by themselves. */
  @Override
  public boolean takeOver(Discipline before) {
    if (!(before instanceof Htb other)) {
      return false;
    }
    Map<String, HtbNode> named = new HashMap<>();
    for (HtbNode node : other.nodes) {
      named.put(node.config().name(), node);
    }
    for (HtbNode node : nodes) {
      HtbNode same = named.get(node.config().name());
      if (same != null) {
        node.takeOver(same);
      }
    }
    return true;
  }
}
