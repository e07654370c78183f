package net.viaduct.vtep.counting;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.Counters;

/**
 * Counters with a part for each worker, which the data-path thread adds up: a few blocks at a time,
 * so that no frame waits for it. Any thread may take; what says so is the data-path thread's. A
 * lock keeps the list of blocks whole.
 */
public final class LaneCounters implements Counters {
  private static final int BLOCKS_AT_A_TIME = 16;

  private final Counters counters;
  private final int workers;
  private final List<CounterBlock> blocks = new ArrayList<>();
  private int next;

  /** Blocks from these counters, with so many parts each. */
  public LaneCounters(Counters counters, int workers) {
    this.counters = counters;
    this.workers = workers;
  }

  @Override
  public CounterBlock allocate(CounterLayout layout, String label) {
    CounterBlock block = counters.allocate(layout, label);
    try {
      block.split(workers);
    } catch (OutOfMemoryError e) {
      counters.release(block);
      throw new IllegalStateException(
          "no memory for counters of " + layout.kind() + " " + label + " by workers", e);
    }
    synchronized (this) {
      blocks.add(block);
    }
    return block;
  }

  /** Workers do not know the block any more. Data-path thread. */
  @Override
  public synchronized void release(CounterBlock block) {
    block.collect();
    blocks.remove(block);
    counters.release(block);
  }

  /** Whether some were added up and not all. Data-path thread. */
  public boolean isCollecting() {
    return next > 0;
  }

  /** Adds up the next few. Data-path thread. */
  public synchronized void collectSome() {
    int end = Math.min(next + BLOCKS_AT_A_TIME, blocks.size());
    for (int i = next; i < end; i++) {
      blocks.get(i).collect();
    }
    next = end == blocks.size() ? 0 : end;
  }

  /** Adds up all. Data-path thread. */
  public synchronized void collectAll() {
    next = 0;
    for (CounterBlock block : blocks) {
      block.collect();
    }
  }
}
