package net.viaduct.io.memory;

import java.util.PriorityQueue;
import java.util.Random;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A way on which things go wrong, the same for the same seed. Any thread may call any method; a
 * lock keeps it whole.
 *
 * @param <T> what goes along it
 */
public class FaultyLine<T> {
  private final Faults faults;
  private final NanoClock clock;
  private final Random random;
  private final PriorityQueue<Item<T>> items = new PriorityQueue<>(FaultyLine::compare);
  private long entered;
  private long lost;
  private long duplicated;

  private record Item<T>(long dueNs, long order, T what) {}

  /** An empty way. */
  public FaultyLine(Faults faults, NanoClock clock, long seed) {
    this.faults = faults;
    this.clock = clock;
    this.random = new Random(seed);
  }

  /** By difference, since a clock may overflow. */
  private static int compare(Item<?> a, Item<?> b) {
    int byTime = Long.signum(a.dueNs - b.dueNs);
    return byTime != 0 ? byTime : Long.compare(a.order, b.order);
  }

  /** Something goes in. */
  public synchronized void enter(T what) {
    if (random.nextDouble() < faults.loss()) {
      lost++;
      return;
    }
    add(what);
    if (random.nextDouble() < faults.duplication()) {
      duplicated++;
      add(what);
    }
  }

  private void add(T what) {
    long late = random.nextDouble() < faults.reordering() ? faults.reorderingNs() : 0;
    items.add(new Item<>(clock.nanoTime() + faults.delayNs() + late, entered++, what));
  }

  /** Something that has arrived by now, or null. */
  public synchronized @Nullable T leave() {
    return isDue() ? items.remove().what : null;
  }

  /** Whether something has arrived by now. */
  public synchronized boolean isDue() {
    Item<T> first = items.peek();
    return first != null && first.dueNs - clock.nanoTime() <= 0;
  }

  /** How much was lost. */
  public synchronized long lost() {
    return lost;
  }

  /** How much came twice. */
  public synchronized long duplicated() {
    return duplicated;
  }

  /** How much is still on its way. */
  public synchronized int underway() {
    return items.size();
  }
}
