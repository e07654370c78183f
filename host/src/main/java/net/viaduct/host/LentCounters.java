package net.viaduct.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.Counters;

/**
 * Counters that a data path has until it ends: then all that it did not give back goes back, so
 * that those of an ended data path are not told beside those of the next. Any thread.
 */
final class LentCounters implements Counters, AutoCloseable {
  private final Counters lender;
  private final Set<CounterBlock> lent = ConcurrentHashMap.newKeySet();

  LentCounters(Counters lender) {
    this.lender = lender;
  }

  @Override
  public CounterBlock allocate(CounterLayout layout, String label) {
    CounterBlock block = lender.allocate(layout, label);
    lent.add(block);
    return block;
  }

  @Override
  public void release(CounterBlock block) {
    lent.remove(block);
    lender.release(block);
  }

  @Override
  public void close() {
    lent.forEach(lender::release);
    lent.clear();
  }
}
