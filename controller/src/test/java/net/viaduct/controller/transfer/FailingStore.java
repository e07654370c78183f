package net.viaduct.controller.transfer;

import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.TamperedStore;

/** A store whose disk goes away. */
final class FailingStore {
  private FailingStore() {}

  /** Takes so many commits, and none after that. */
  static Store after(Store store, int commits) {
    AtomicInteger left = new AtomicInteger(commits);
    return TamperedStore.of(
        Store.class,
        store,
        (method, _, real) -> {
          if (method.equals("commit") && left.getAndDecrement() <= 0) {
            throw new StoreFailure("the disk is gone");
          }
          return real.call();
        });
  }
}
