package net.viaduct.vtep.behaviour;

import java.util.List;
import java.util.Optional;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.vtep.queue.QueueSettings;

/** Queues for tests. Stateless. */
public final class TestQueues {
  /** So fast, and with room for so much, that it is hardly noticed. */
  public static final QueueSettings LARGE =
      limited(100_000_000_000L, 16 << 20, QueueConfig.FqCodel.DEFAULT);

  private TestQueues() {}

  /** A queue behind which a link has this rate, which adds nothing to a packet. */
  public static QueueSettings limited(long bitsPerSecond, long burstBytes, QueueConfig queue) {
    HtbClass link =
        new HtbClass(
            "all", bitsPerSecond, bitsPerSecond, burstBytes, 0, 0, List.of(), Optional.of(queue));
    TreeConfig tree = TreeConfig.of(new QueueConfig.Htb(List.of(link)), "all", List.of());
    return new QueueSettings(tree, bitsPerSecond);
  }
}
