package net.viaduct.controller.registry;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;

/**
 * Finds VNIs that neither a network of ours has nor a host sees in use by others. Safe from any
 * thread: what it proposes is taken by a transaction that depends on it being free.
 */
final class VniAllocator {
  private final Store store;
  private final int first;
  private final int last;
  private final AtomicInteger next;

  VniAllocator(Store store, int first, int last) {
    this.store = store;
    this.first = first;
    this.last = last;
    this.next = new AtomicInteger(first);
  }

  /**
   * One that is free at the moment.
   *
   * @param planned those that are to be taken together with it
   * @param toBeTaken whether the next one who asks should better get another one
   * @throws ChangeRefused if there is none
   */
  int find(Set<Integer> planned, boolean toBeTaken) {
    int start = next.get();
    int vni = start;
    do {
      if (!planned.contains(vni) && isFree(vni)) {
        if (toBeTaken) {
          next.set(vni == last ? first : vni + 1);
        }
        return vni;
      }
      vni = vni == last ? first : vni + 1;
    } while (vni != start);
    throw new ChangeRefused(
        ChangeRefused.Cause.TAKEN, "no VNI of " + first + " to " + last + " is free");
  }

  private boolean isFree(int vni) {
    return store.get(Claims.vniKey(vni)).isEmpty() && foreignUsers(vni).isEmpty();
  }

  /** Which hosts see it in use by others. */
  List<String> foreignUsers(int vni) {
    String prefix = Claims.foreignVniPrefix(vni);
    Page seen = store.range(Range.first(prefix, 10));
    return seen.entries().stream().map(entry -> entry.key().substring(prefix.length())).toList();
  }

  /** What must be so when a VNI is taken. */
  static Condition unseen(int vni) {
    return new Condition.NoneBelow(Claims.foreignVniPrefix(vni));
  }
}
