package net.viaduct.controller.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.store.Watch;
import net.viaduct.controller.transfer.Exporter;
import net.viaduct.controller.transfer.Importer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that are killed, answers that are lost, and what an operator has to be told. */
class EtcdHardTimesTest {
  private static final long HISTORY = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final long TRY_NS = 20_000_000L;
  private static final int TRIES = 3_000;

  @TempDir Path directory;

  private static Transaction put(String key, String value, Condition... conditions) {
    return new Transaction(List.of(conditions), List.of(new Operation.Put(key, value)));
  }

  @Test
  void shouldDoOnceWhatIsAskedForTwiceWhenAnswersAreLost() throws IOException {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        CuttingRelay relay = new CuttingRelay(cluster.endpoints().getFirst().port())) {
      EtcdConfig.Endpoint cut = new EtcdConfig.Endpoint("127.0.0.1", relay.port());
      EtcdConfig config = new EtcdConfig(List.of(cut), "cut/", Optional.empty());
      try (Store store = EtcdStore.open(config, HISTORY)) {
        for (int i = 0; i < 20; i++) {
          long before = store.revision();
          relay.loseAnswers(1 + i % 3);
          Outcome outcome = store.commit(put("k" + i, "v", Condition.absent("k" + i)));
          assertThat(relay.stillToLose()).isZero();
          assertThat(outcome).as("it was done once").isEqualTo(new Outcome.Committed(before + 1));
          assertThat(store.revision()).isEqualTo(before + 1);
          relay.loseAnswers(1);
          assertThat(store.commit(put("k" + i, "w", Condition.absent("k" + i))))
              .isEqualTo(new Outcome.Refused(Condition.absent("k" + i)));
        }
      }
    }
  }

  @Test
  void shouldLoseNothingAcknowledgedWhenMembersAreKilledUnderChanges() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 3);
        Store first = EtcdStore.open(cluster.config("hard/"), HISTORY);
        Store second = EtcdStore.open(cluster.config("hard/"), HISTORY)) {
      first.commit(put("counter", "0"));
      long start = first.revision();
      AtomicBoolean enough = new AtomicBoolean();
      AtomicInteger counted = new AtomicInteger();
      ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        int writer = i;
        Store store = i % 2 == 0 ? first : second;
        writers.add(
            CompletableFuture.runAsync(
                () -> write(store, "w" + writer + "/", enough, counted, acknowledged),
                Thread::startVirtualThread));
      }
      for (int round = 0; round < 6; round++) {
        int before = acknowledged.size();
        cluster.kill(round % 3);
        awaitMore(acknowledged, before + 50);
        cluster.start(round % 3);
        cluster.awaitHealthy();
        awaitMore(acknowledged, acknowledged.size() + 50);
      }
      enough.set(true);
      writers.forEach(CompletableFuture::join);
      assertThat(first.get("counter").map(Entry::value))
          .as("each change was made once")
          .contains(String.valueOf(counted.get()));
      assertThat(keys(second, "w")).containsExactlyInAnyOrderElementsOf(acknowledged);
      assertWatchTellsAll(first, start, acknowledged);
    }
  }

  /** Counts and writes a key of its own in the same transaction. */
  private static void write(
      Store store,
      String prefix,
      AtomicBoolean enough,
      AtomicInteger counted,
      ConcurrentLinkedQueue<String> acknowledged) {
    for (int i = 0; !enough.get(); i++) {
      String key = prefix + i;
      Outcome outcome;
      do {
        Entry now = store.get("counter").orElseThrow();
        outcome =
            store.commit(
                new Transaction(
                    List.of(new Condition.Unchanged("counter", now.modified())),
                    List.of(
                        new Operation.Put("counter", "" + (Integer.parseInt(now.value()) + 1)),
                        new Operation.Put(key, ""))));
      } while (!(outcome instanceof Outcome.Committed));
      counted.incrementAndGet();
      acknowledged.add(key);
    }
  }

  private static void awaitMore(ConcurrentLinkedQueue<String> acknowledged, int count) {
    for (int i = 0; acknowledged.size() < count; i++) {
      assertThat(i).as("changes go on").isLessThan(TRIES);
      LockSupport.parkNanos(TRY_NS);
    }
  }

  private static List<String> keys(Store store, String prefix) {
    List<String> keys = new ArrayList<>();
    Page page = store.range(Range.first(prefix, 400));
    page.entries().forEach(it -> keys.add(it.key()));
    while (page.hasMore()) {
      page = store.range(Range.first(prefix, 400).after(page));
      page.entries().forEach(it -> keys.add(it.key()));
    }
    return keys;
  }

  private static void assertWatchTellsAll(
      Store store, long after, ConcurrentLinkedQueue<String> acknowledged)
      throws InterruptedException {
    try (Watch watch = store.watch("w", after)) {
      List<String> told = new ArrayList<>();
      while (told.size() < acknowledged.size()) {
        List<Change> some = watch.next(Duration.ofSeconds(20));
        assertThat(some).isNotEmpty();
        some.forEach(it -> told.add(it.key()));
      }
      assertThat(told).containsExactlyInAnyOrderElementsOf(acknowledged);
    }
  }

  @Test
  void shouldTellEachChangeOnceWhenTheMemberThatTellsIsKilled() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 3);
        Store store = EtcdStore.open(cluster.config("watch/"), HISTORY);
        Watch watch = store.watch("", store.revision())) {
      List<String> told = new ArrayList<>();
      List<String> written = new ArrayList<>();
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 20; i++) {
          String key = "k/" + round + "/" + i;
          store.commit(put(key, ""));
          written.add(key);
        }
        while (told.size() < written.size() - 10) { // some are on the way when it is killed
          watch.next(Duration.ofSeconds(1)).forEach(it -> told.add(it.key()));
        }
        cluster.kill(round % 3);
        store.commit(put("k/" + round + "/killed", ""));
        written.add("k/" + round + "/killed");
        cluster.start(round % 3);
        cluster.awaitHealthy();
      }
      for (int i = 0; told.size() < written.size(); i++) {
        assertThat(i).as("told %s of %s", told.size(), written.size()).isLessThan(60);
        watch.next(Duration.ofSeconds(1)).forEach(it -> told.add(it.key()));
      }
      assertThat(told).isEqualTo(written);
    }
  }

  @Test
  void shouldSayWhatEtcdRefuses() {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        Store store = EtcdStore.open(cluster.config("refused/"), HISTORY)) {
      List<Operation> many =
          IntStream.range(0, 1_500)
              .<Operation>mapToObj(i -> new Operation.Put("m/" + i, ""))
              .toList();
      assertThatThrownBy(() -> store.commit(new Transaction(List.of(), many)))
          .isInstanceOf(StoreFailure.class)
          .hasMessageContaining("--max-txn-ops");
      List<Operation> large =
          IntStream.range(0, 20)
              .<Operation>mapToObj(
                  i -> new Operation.Put("m/" + i, "x".repeat(Store.MOST_VALUE_CHARACTERS)))
              .toList();
      assertThatThrownBy(() -> store.commit(new Transaction(List.of(), large)))
          .isInstanceOf(StoreFailure.class)
          .hasMessageContaining("--max-request-bytes");
      assertThat(store.range(Range.first("", 10)).entries()).isEmpty();
    }
  }

  @Test
  void shouldSayThatEtcdIsFullAndKeepWhatWasAcknowledged() {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1, "--quota-backend-bytes", "8000000");
        Store store = EtcdStore.open(cluster.config("full/"), HISTORY)) {
      String value = "x".repeat(500_000);
      List<String> acknowledged = new ArrayList<>();
      assertThatThrownBy(
              () -> {
                for (int i = 10; i < 100; i++) {
                  store.commit(put("k/" + i, value));
                  acknowledged.add("k/" + i);
                }
              })
          .isInstanceOf(StoreFailure.class)
          .hasMessageContaining("its database is full, nothing was changed");
      assertThat(keys(store, "k/")).isEqualTo(acknowledged).isNotEmpty();
    }
  }

  @Test
  void shouldTellWhenNoMemberAnswers() throws Exception {
    EtcdCluster cluster = EtcdCluster.start(directory, 1);
    try (cluster;
        Store store = EtcdStore.open(cluster.config("gone/"), HISTORY, PATIENCE)) {
      store.commit(put("a", "1"));
      cluster.kill(0);
      assertThatThrownBy(() -> store.get("a"))
          .isInstanceOf(StoreFailure.class)
          .hasMessageStartingWith("etcd does not answer: ");
      cluster.start(0);
      cluster.awaitHealthy();
      assertThat(store.get("a").map(Entry::value)).contains("1");
    }
    assertThatThrownBy(() -> EtcdStore.open(cluster.config("gone/"), HISTORY, PATIENCE).close())
        .isInstanceOf(StoreFailure.class);
  }

  @Test
  void shouldMoveFromAFileIntoEtcdAndBack() throws Exception {
    Path there = directory.resolve("there.jsonl");
    Path back = directory.resolve("back.jsonl");
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        Store from = SqliteStore.open(directory.resolve("from.db"), HISTORY);
        Store etcd = EtcdStore.open(cluster.config("moved/"), HISTORY);
        Store to = SqliteStore.open(directory.resolve("to.db"), HISTORY)) {
      for (int i = 0; i < 2_345; i++) {
        from.commit(put("k/" + i, "{\"n\":" + i + ",\"text\":\"äöü\"}"));
      }
      new Exporter(from::range, Clock.systemUTC()).toFile(there);
      new Importer(etcd, new SecureRandom()).from(there, false);
      new Importer(etcd, new SecureRandom()).from(there, true);
      new Exporter(etcd::range, Clock.systemUTC()).toFile(back);
      new Importer(to, new SecureRandom()).from(back, false);
      assertThat(values(to)).isEqualTo(values(from)).hasSize(2_345);
    }
  }

  private static List<String> values(Store store) {
    return store.range(Range.first("k/", 10_000)).entries().stream()
        .map(it -> it.key() + " " + it.value())
        .toList();
  }
}
