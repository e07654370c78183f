package net.viaduct.controller.etcd;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;

/** Commits so many transactions at once, each in a slot of its own. Safe from any thread. */
final class EtcdCommitter {
  private static final int SLOTS = 64;
  private static final int MOST_WAIT_SECONDS = 10;

  private final BlockingQueue<CommitSlot> idle = new ArrayBlockingQueue<>(SLOTS);

  /**
   * A committer.
   *
   * @param name that no other one has, in this process or elsewhere
   */
  EtcdCommitter(EtcdMembers members, EtcdKeys keys, String name) {
    for (int i = 0; i < SLOTS; i++) {
      idle.add(new CommitSlot(members, keys, keys.mark(name, i)));
    }
  }

  Outcome commit(Transaction transaction) {
    CommitSlot slot = borrow();
    try {
      return slot.commit(transaction);
    } finally {
      idle.add(slot);
    }
  }

  private CommitSlot borrow() {
    try {
      CommitSlot slot = idle.poll(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
      if (slot == null) {
        throw new StoreFailure("the store is busy; try again");
      }
      return slot;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreFailure("interrupted while waiting for the store", e);
    }
  }
}
