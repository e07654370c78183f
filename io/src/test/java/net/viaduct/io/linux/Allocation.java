package net.viaduct.io.linux;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what a task allocates once it is warm. */
final class Allocation {
  private static final int ROUNDS = 400;
  private static final int RUNS_PER_ROUND = 500;

  private Allocation() {}

  /**
   * The fewest bytes that a round of runs allocated: what is compiled late allocates in the rounds
   * before, what allocates for each frame does so in every round.
   */
  static long bytesOfBestRound(Runnable task) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && best > 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int run = 0; run < RUNS_PER_ROUND; run++) {
        task.run();
      }
      best = Math.min(best, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return best;
  }
}
