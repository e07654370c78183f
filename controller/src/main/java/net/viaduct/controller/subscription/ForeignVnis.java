package net.viaduct.controller.subscription;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in the store which VNIs each host sees in use by others, so that no network gets one of
 * them (P5). Owned by the thread that writes what is observed of hosts.
 */
final class ForeignVnis {
  private static final Logger LOG = LoggerFactory.getLogger(ForeignVnis.class);
  private static final int MOST_OF_A_HOST = 1_024;
  private static final int MOST_TRIES = 20;

  private final Store store;

  ForeignVnis(Store store) {
    this.store = store;
  }

  /**
   * A host sees these, and no others.
   *
   * @throws StoreFailure if that cannot be stored
   */
  void seen(String host, List<Integer> vnis) {
    NavigableSet<Integer> now = new TreeSet<>();
    vnis.stream().filter(Whole.VNI::contains).limit(MOST_OF_A_HOST).forEach(now::add);
    if (now.size() < vnis.size()) {
      LOG.warn(
          "host {} sees {} VNIs in use by others; {} of them count", host, vnis.size(), now.size());
    }
    String key = Claims.foreignVnisOfHost(host);
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<Entry> entry = store.get(key);
      NavigableSet<Integer> before =
          entry.map(it -> Claims.readForeignVnis(it.value())).orElseGet(TreeSet::new);
      if (before.equals(now)) {
        return;
      }
      List<Operation> operations = new ArrayList<>();
      operations.add(
          now.isEmpty()
              ? new Operation.Delete(key)
              : new Operation.Put(key, Claims.writeForeignVnis(now)));
      before.stream()
          .filter(vni -> !now.contains(vni))
          .forEach(vni -> operations.add(new Operation.Delete(Claims.foreignVniKey(vni, host))));
      now.stream()
          .filter(vni -> !before.contains(vni))
          .forEach(vni -> operations.add(new Operation.Put(Claims.foreignVniKey(vni, host), "")));
      Condition unchanged = new Condition.Unchanged(key, entry.map(Entry::modified).orElse(0L));
      if (store.commit(new Transaction(List.of(unchanged), operations))
          instanceof Outcome.Committed) {
        return;
      }
    }
    throw new StoreFailure("it changes too fast");
  }
}
