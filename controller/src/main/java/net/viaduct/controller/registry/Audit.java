package net.viaduct.controller.registry;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;

/**
 * Who changed what: an entry in the store for each change, written by the same transaction. Safe
 * from any thread.
 */
public final class Audit {
  /** What the keys of its entries begin with, which go on in the order of time. */
  public static final String PREFIX = AuditEntry.PREFIX;

  /** Fewer than what etcd takes in one transaction if nobody told it otherwise. */
  private static final int TRIM_STEP = 100;

  /** Changed by each step of whoever trims, so that another one sees that its count is old. */
  private static final String TURN = "audit-trimmed";

  private static final int COUNT_STEP = 500;

  private final Clock clock;
  private final AtomicLong salt;

  /**
   * An audit log.
   *
   * @param salt where to begin to number; tells controllers apart
   */
  public Audit(Clock clock, long salt) {
    this.clock = clock;
    this.salt = new AtomicLong(salt);
  }

  /** What a transaction puts so that it is told who did it. */
  public Operation entry(Actor actor, List<String> changes) {
    return new AuditEntry(clock.instant(), actor, changes).operation(salt.incrementAndGet());
  }

  /**
   * Deletes the oldest entries, some at a time, until so many are left, or until another controller
   * does so too.
   *
   * @param most how many to keep at least
   */
  public static void trim(Store store, int most) {
    long turn = store.get(TURN).map(Entry::modified).orElse(0L);
    long count = count(store);
    while (count - TRIM_STEP >= most) {
      List<Operation> operations = new ArrayList<>();
      store
          .range(Range.first(PREFIX, TRIM_STEP))
          .entries()
          .forEach(entry -> operations.add(new Operation.Delete(entry.key())));
      count -= operations.size();
      operations.add(new Operation.Put(TURN, ""));
      Condition mine = new Condition.Unchanged(TURN, turn);
      switch (store.commit(new Transaction(List.of(mine), operations))) {
        case Outcome.Committed done -> turn = done.revision();
        case Outcome.Refused _ -> {
          return;
        }
      }
    }
  }

  private static long count(Store store) {
    Page page = store.range(Range.first(PREFIX, COUNT_STEP));
    long count = page.entries().size();
    while (page.hasMore()) {
      page = store.range(Range.first(PREFIX, COUNT_STEP).after(page));
      count += page.entries().size();
    }
    return count;
  }
}
