package net.viaduct.controller.subscription;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.TamperedStore;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.watching.Sight;
import net.viaduct.protocol.Report;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two controllers of one store, and hosts that are connected to either. */
abstract class HostLifeGround {
  static final Report REPORT = Report.getDefaultInstance();
  static final LifePolicy POLICY = new LifePolicy(Duration.ofSeconds(3), Duration.ofSeconds(30));

  @TempDir Path directory;
  final SetClock clock = new SetClock();
  boolean diskFails;
  final AtomicReference<Runnable> beforeCommit = new AtomicReference<>(() -> {});
  Store store;
  Map<String, Sight> sights = Map.of();
  HostLife first;
  HostLife second;

  @BeforeEach
  void open() {
    store = shared(SqliteStore.open(directory.resolve("c.db"), 100_000));
    List.of("h1", "h2", "h3", "h4", "h5", "h6").forEach(this::join);
    first = life("first");
    first.alive("h1", REPORT);
    first.alive("h2", REPORT);
    second = life("second");
    second.begin(Set.of("h1", "h2"));
    second.alive("h3", REPORT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  void join(String host) {
    commit(new Operation.Put(Members.PREFIX + host, "{}"));
  }

  void revoke(String host) {
    commit(new Operation.Delete(Members.PREFIX + host));
  }

  void commit(Operation operation) {
    store.commit(new Transaction(List.of(), List.of(operation)));
  }

  HostLife life(String name) {
    return new HostLife(store, registry(), clock, POLICY, new PeerPlace(name));
  }

  /** As if it were in an etcd, with a disk that may fail. */
  Store shared(Store store) {
    return TamperedStore.of(
        Store.class,
        store,
        (method, arguments, real) -> {
          if (method.equals("isShared")) {
            return true;
          }
          if (method.equals("commit")) {
            if (diskFails) {
              throw new StoreFailure("the disk is full");
            }
            beforeCommit.getAndSet(() -> {}).run();
          }
          return real.call();
        });
  }

  Registry registry() {
    return new Registry(store, new Audit(clock, 1), 5_000, 5_999);
  }

  HostState state(String host) {
    return HostState.parse(store.get(HostState.PREFIX + host).orElseThrow().value());
  }

  void pass(Duration time, HostLife... living) {
    for (long s = 0; s < time.toSeconds(); s++) {
      clock.now = clock.now.plusSeconds(1);
      for (HostLife life : living) {
        life.look(sights, true);
      }
    }
  }
}
