package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.config.HtbClass;
import org.jspecify.annotations.Nullable;

/** A class of HTB in use. Owned by the thread that owns the tree. */
public final class HtbNode {
  /** Instead of the level at which a class finds something to send with. */
  static final int NO_LEVEL = Integer.MAX_VALUE;

  /** One quantum in {@link #servedAt}. */
  static final long QUANTUM = 1L << 24;

  private final HtbClass config;
  private final @Nullable HtbNode parent;
  private final @Nullable Discipline queue;
  private final int level;
  private final TokenBucket rate;
  private final TokenBucket ceil;
  private final long[] served;
  private boolean started;
  private long updatedNs;
  private @Nullable HtbNode lender;

  /**
   * A class.
   *
   * @param level 0 of a leaf, more the nearer to the root
   * @param queue of a leaf
   */
  public HtbNode(HtbClass config, @Nullable HtbNode parent, int level, @Nullable Discipline queue) {
    this.config = config;
    this.parent = parent;
    this.level = level;
    this.queue = queue;
    rate =
        new TokenBucket(
            config.rateBitsPerSecond(), config.burstBytesAt(config.rateBitsPerSecond()));
    ceil =
        new TokenBucket(
            config.ceilBitsPerSecond(), config.burstBytesAt(config.ceilBitsPerSecond()));
    served = new long[Htb.MOST_LEVELS + 1];
  }

  HtbClass config() {
    return config;
  }

  /** The queue of a leaf. */
  Discipline queue() {
    if (queue == null) {
      throw new IllegalStateException("'" + config.name() + "' is no leaf");
    }
    return queue;
  }

  private void update(long nowNs) {
    if (started) {
      long elapsedNs = nowNs - updatedNs;
      rate.elapse(elapsedNs);
      ceil.elapse(elapsedNs);
    }
    started = true;
    updatedNs = nowNs;
  }

  /**
   * At which level this leaf finds something to send with, its own or an ancestor's; {@link
   * #NO_LEVEL} if it may not send now.
   */
  int findLender(long nowNs) {
    for (HtbNode node = this; node != null; node = node.parent) {
      node.update(nowNs);
      if (!node.ceil.mayBeSent()) {
        break;
      }
      if (node.rate.mayBeSent()) {
        lender = node;
        return node.level;
      }
    }
    lender = null;
    return NO_LEVEL;
  }

  /** How long this leaf may not send, if no other does. */
  long waitNs(long nowNs) {
    long leastNs = Discipline.NOTHING_WAITS;
    long ceilNs = 0;
    for (HtbNode node = this; node != null; node = node.parent) {
      node.update(nowNs);
      ceilNs = Math.max(ceilNs, node.ceil.waitNs());
      leastNs = Math.min(leastNs, Math.max(ceilNs, node.rate.waitNs()));
    }
    return leastNs;
  }

  /**
   * How much this leaf was served at a level, in quanta of its own; one that was held back, or had
   * nothing to send, is not far behind the others.
   */
  long servedAt(int atLevel, long least) {
    served[atLevel] = Math.max(served[atLevel], least);
    return served[atLevel];
  }

  /** Counts from another beginning. */
  void rebase(int atLevel, long beginning) {
    served[atLevel] = Math.max(-QUANTUM, served[atLevel] - beginning);
  }

  /** This leaf sent with what it found. */
  void charge(int bytes) {
    HtbNode from = lender;
    boolean lent = false;
    for (HtbNode node = this; node != null; node = node.parent) {
      lent |= node == from;
      if (lent) {
        node.rate.charge(bytes);
      }
      node.ceil.charge(bytes);
    }
    if (from != null) {
      served[from.level] += bytes * QUANTUM / config.quantumBytesOrUsual();
    }
  }

  /** Goes on with what another one of the same name had left. */
  void takeOver(HtbNode before) {
    rate.takeOver(before.rate);
    ceil.takeOver(before.ceil);
    started = before.started;
    updatedNs = before.updatedNs;
  }
}
