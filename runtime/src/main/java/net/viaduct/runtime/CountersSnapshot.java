package net.viaduct.runtime;

import java.time.Instant;
import java.util.List;

/**
 * What a counters file tells at one moment.
 *
 * @param pid the process that writes it
 * @param startedAt when that process began to
 * @param closed whether that process has ended in an orderly way
 * @param blocks all blocks in use, in the order of the directory
 * @param busyBlocks how many blocks were left out because they were being taken or given back all
 *     the time; one that stays so was left by a writer that died or hangs
 */
public record CountersSnapshot(
    long pid, Instant startedAt, boolean closed, List<CounterValues> blocks, int busyBlocks) {
  /** Copies the list. */
  public CountersSnapshot {
    blocks = List.copyOf(blocks);
  }
}
