package net.viaduct.vtep;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import net.viaduct.runtime.ManualClock;

/**
 * Measures what the test's thread allocates while it works through frames; time goes by with each
 * cycle. Needs the hotspot JVM's accounting.
 */
final class AllocationMeter {
  /** Of one round. */
  static final int FRAMES = 20_000;

  static final int MOST_ROUNDS = 10;
  private static final long CYCLE_NS = 100_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ManualClock clock;

  /** What works at frames for a while. */
  @FunctionalInterface
  interface Cycle {
    void work() throws Exception;
  }

  AllocationMeter(ManualClock clock) {
    this.clock = clock;
  }

  /** How many bytes were allocated for so many frames. */
  long allocatedBy(EndlessFrames source, long frames, Cycle cycle) {
    source.release(frames);
    long before = threads.getCurrentThreadAllocatedBytes();
    while (source.hasNext()) {
      work(cycle);
      clock.advanceNs(CYCLE_NS);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void work(Cycle cycle) {
    try {
      cycle.work();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Some round must be free of allocation: what a frame costs, every round pays, while the JVM
   * itself allocates a few bytes now and then when it replaces compiled code.
   */
  void expectNoAllocation(EndlessFrames source, Cycle cycle) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < MOST_ROUNDS && least > 0; round++) {
      least = Math.min(least, allocatedBy(source, FRAMES, cycle));
    }
    assertThat(least).as("bytes for %d frames", FRAMES).isZero();
  }
}
