package net.viaduct.controller.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreContract;
import net.viaduct.controller.store.StoreModelContract;
import net.viaduct.controller.store.Transaction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract on real etcd servers, each test below a prefix of its own. */
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
abstract class EtcdStoreContract extends StoreContract {
  private static final long HISTORY = 100_000;
  private static final AtomicInteger PREFIXES = new AtomicInteger();

  @TempDir static Path directory;
  protected static @Nullable EtcdCluster cluster;

  private final String prefix = "test" + PREFIXES.incrementAndGet() + "/";

  protected static EtcdCluster cluster(int size) {
    EtcdCluster running = cluster;
    if (running == null) {
      running = EtcdCluster.start(directory, size);
      cluster = running;
    }
    return running;
  }

  protected abstract EtcdCluster cluster();

  @Override
  protected Store open() {
    return EtcdStore.open(cluster().config(prefix), HISTORY);
  }

  @AfterAll
  static void stopCluster() {
    if (cluster != null) {
      cluster.close();
      cluster = null;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void shouldBehaveLikeAMapOfMaps(long seed) throws InterruptedException {
    new StoreModelContract(store, seed).run(300);
  }

  @Test
  void shouldForgetWhatIsOlderThanTheHistory() {
    try (EtcdStore shortOne = EtcdStore.open(cluster().config(prefix), 100)) {
      for (int i = 0; i < 1_300; i++) {
        shortOne.commit(
            new Transaction(List.of(), List.of(new Operation.Put("a", String.valueOf(i)))));
      }
      shortOne.keepHouse();
      assertThat(shortOne.revision() - shortOne.oldestRevision()).isBetween(100L, 1_100L);
      assertThat(shortOne.get("a").orElseThrow().value()).isEqualTo("1299");
      assertThat(store.oldestRevision())
          .as("also seen by those who did not do it")
          .isEqualTo(shortOne.oldestRevision());
    }
  }
}
