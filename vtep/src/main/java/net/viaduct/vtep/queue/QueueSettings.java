package net.viaduct.vtep.queue;

import net.viaduct.queueing.config.TreeConfig;

/**
 * Queues for what goes one way. Immutable.
 *
 * @param tree with the rate as its outermost class, if there is one
 * @param rateBitsPerSecond by which super-frames are cut; 0 if there is no rate
 */
public record QueueSettings(TreeConfig tree, long rateBitsPerSecond) {
  private static final long CUT_ABOVE_PER_SECOND = 1_000; // a millisecond of the link
  private static final int BITS_PER_BYTE = 8;

  /** Checks the rate. */
  public QueueSettings {
    if (rateBitsPerSecond < 0) {
      throw new IllegalArgumentException("a rate of " + rateBitsPerSecond + " is negative");
    }
  }

  /** The longest super-frame that is not cut: the link takes a millisecond for it. */
  public long cutAboveBytes() {
    return rateBitsPerSecond == 0
        ? Long.MAX_VALUE
        : Math.max(1, rateBitsPerSecond / BITS_PER_BYTE / CUT_ABOVE_PER_SECOND);
  }
}
