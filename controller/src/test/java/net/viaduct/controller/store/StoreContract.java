package net.viaduct.controller.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.controller.store.Operation.Delete;
import net.viaduct.controller.store.Operation.Put;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store has to do, whatever it keeps its values in. */
public abstract class StoreContract {
  private static final Duration NOW = Duration.ZERO;
  private static final Duration SOON = Duration.ofSeconds(20);

  protected Store store;

  /** Opens the store, with what is in it if there is something. */
  protected abstract Store open();

  @BeforeEach
  void start() {
    store = open();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private long put(String key, String value) {
    return committed(new Transaction(List.of(), List.of(new Put(key, value))));
  }

  private long delete(String key) {
    return committed(new Transaction(List.of(), List.of(new Delete(key))));
  }

  private long committed(Transaction transaction) {
    return switch (store.commit(transaction)) {
      case Outcome.Committed done -> done.revision();
      case Outcome.Refused no -> throw new AssertionError("refused: " + no.condition());
    };
  }

  private Outcome tryPut(Condition condition, String key, String value) {
    return store.commit(new Transaction(List.of(condition), List.of(new Put(key, value))));
  }

  @Test
  void shouldGiveBackWhatWasCommittedWhenAskedAndAfterOpeningAnew() {
    long first = put("a", "1");
    long second = put("a", "2 äöü \"\n");
    Entry expected = new Entry("a", "2 äöü \"\n", first, second);
    assertThat(store.get("a")).contains(expected);
    store.close();
    store = open();
    assertThat(store.get("a")).contains(expected);
    assertThat(store.revision()).isGreaterThanOrEqualTo(second);
  }

  @Test
  void shouldRaiseTheRevisionByOneWhenSomethingIsCommitted() {
    long before = store.revision();
    assertThat(put("a", "1")).isEqualTo(before + 1);
    assertThat(put("b", "1")).isEqualTo(before + 2);
    assertThat(delete("a")).isEqualTo(before + 3);
    assertThat(store.revision()).isEqualTo(before + 3);
  }

  @Test
  void shouldNotCountARevisionTwiceWhenTheNewestChangeWasForgotten() {
    put("a", "1");
    long last = delete("a");
    store.forgetBefore(last);
    store.close();
    store = open();
    assertThat(put("b", "1")).isGreaterThan(last);
  }

  @Test
  void shouldHaveNothingWhenAKeyWasDeleted() {
    put("a", "1");
    delete("a");
    assertThat(store.get("a")).isEmpty();
    long again = put("a", "2");
    assertThat(store.get("a")).contains(new Entry("a", "2", again, again));
  }

  @Test
  void shouldRefuseAllOfATransactionWhenAKeyWasChangedMeanwhile() {
    long first = put("a", "1");
    put("a", "2");
    long before = store.revision();
    Condition stale = new Condition.Unchanged("a", first);
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(new Condition.Exists("a"), stale),
                List.of(new Put("b", "1"), new Put("a", "3"))));
    assertThat(outcome).isEqualTo(new Outcome.Refused(stale));
    assertThat(store.get("b")).isEmpty();
    assertThat(store.get("a").map(Entry::value)).contains("2");
    assertThat(store.revision()).isEqualTo(before);
  }

  @Test
  void shouldHoldConditionsOnAbsenceAndPresence() {
    put("used/x/1", "");
    assertThat(tryPut(Condition.absent("used/x/1"), "n", "")).isInstanceOf(Outcome.Refused.class);
    assertThat(tryPut(new Condition.Exists("m"), "n", "")).isInstanceOf(Outcome.Refused.class);
    assertThat(tryPut(new Condition.NoneBelow("used/x/"), "n", ""))
        .isEqualTo(new Outcome.Refused(new Condition.NoneBelow("used/x/")));
    assertThat(tryPut(new Condition.NoneBelow("used/y/"), "n", ""))
        .isInstanceOf(Outcome.Committed.class);
    delete("used/x/1");
    assertThat(tryPut(new Condition.NoneBelow("used/x/"), "n", ""))
        .isInstanceOf(Outcome.Committed.class);
    assertThat(tryPut(Condition.absent("used/x/1"), "used/x/1", ""))
        .isInstanceOf(Outcome.Committed.class);
  }

  @Test
  void shouldListInTheOrderOfKeysAndOnlyWhatIsBelowThePrefix() {
    for (String key : List.of("p/b", "p/a", "p", "p/", "q", "p/a/1", "p0", "o~", "p/~")) {
      put(key, key);
    }
    assertThat(keys(Range.first("p/", 100))).containsExactly("p/", "p/a", "p/a/1", "p/b", "p/~");
    assertThat(keys(new Range("p/", "p/a/1", 100, Range.NEWEST))).containsExactly("p/b", "p/~");
    assertThat(keys(Range.first("", 100))).hasSize(9).startsWith("o~", "p", "p/");
  }

  private List<String> keys(Range range) {
    return store.range(range).entries().stream().map(Entry::key).toList();
  }

  @Test
  void shouldGoOnWithAListAsItWasWhenMuchChangesMeanwhile() {
    for (int i = 10; i < 60; i++) {
      put("s/" + i, "old");
    }
    List<Entry> all = new ArrayList<>();
    Page page = store.range(Range.first("s/", 7));
    all.addAll(page.entries());
    while (page.hasMore()) {
      delete("s/" + (20 + all.size()));
      put("s/" + (10 + all.size()), "new");
      put("s/" + (10 + all.size()) + "more", "new");
      page = store.range(Range.first("s/", 7).after(page));
      all.addAll(page.entries());
    }
    assertThat(all).hasSize(50).allSatisfy(entry -> assertThat(entry.value()).isEqualTo("old"));
    assertThat(all).extracting(Entry::key).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void shouldTellChangesInOrderWithWhatWasBefore() throws InterruptedException {
    put("w/a", "0");
    long start = store.revision();
    long first = put("w/a", "1");
    put("x/a", "1");
    long second =
        committed(new Transaction(List.of(), List.of(new Put("w/c", "1"), new Delete("w/a"))));
    try (Watch watch = store.watch("w/", start)) {
      assertThat(collect(watch, 3))
          .containsExactly(
              new Change(first, "w/a", "0", "1"),
              new Change(second, "w/a", "1", null),
              new Change(second, "w/c", null, "1"));
      assertThat(watch.next(NOW)).isEmpty();
      long third = put("w/a", "2");
      assertThat(collect(watch, 1)).containsExactly(new Change(third, "w/a", null, "2"));
      assertThat(watch.revision()).isEqualTo(third);
    }
  }

  private static List<Change> collect(Watch watch, int count) throws InterruptedException {
    List<Change> all = new ArrayList<>();
    while (all.size() < count) {
      List<Change> some = watch.next(SOON);
      assertThat(some).as("changes after " + all).isNotEmpty();
      all.addAll(some);
    }
    return all;
  }

  @Test
  void shouldWakeAWatcherWhenSomethingChanges() throws InterruptedException {
    try (Watch watch = store.watch("", store.revision())) {
      CompletableFuture<Long> committed = CompletableFuture.supplyAsync(() -> put("a", "1"));
      assertThat(collect(watch, 1).getFirst().key()).isEqualTo("a");
      assertThat(committed.join()).isEqualTo(store.revision());
    }
  }

  @Test
  void shouldEndTheWaitingWhenAWatchIsClosed() {
    Watch watch = store.watch("", store.revision());
    CompletableFuture<List<Change>> waiting =
        CompletableFuture.supplyAsync(() -> {
          try {
            return watch.next(Duration.ofHours(1));
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    watch.close();
    assertThat(waiting.join()).isEmpty();
  }

  @Test
  void shouldNotSplitARevisionWhenItHasManyChanges() throws InterruptedException {
    long start = store.revision();
    put("a", "");
    List<Operation> many =
        IntStream.range(0, 100).<Operation>mapToObj(i -> new Put("m/" + i, "")).toList();
    for (int i = 0; i < 25; i++) {
      committed(new Transaction(List.of(), many));
    }
    try (Watch watch = store.watch("", start)) {
      int count = 0;
      long last = start;
      while (count < 2501) {
        List<Change> some = watch.next(SOON);
        assertThat(some.getFirst().revision()).isGreaterThan(last);
        last = some.getLast().revision();
        count += some.size();
      }
      assertThat(count).isEqualTo(2501);
    }
  }

  @Test
  void shouldRefuseWhatWasForgottenAndKeepWhatIs() {
    put("kept", "1");
    long old = put("a", "1");
    put("a", "2");
    put("b", "1");
    long newest = delete("b");
    store.forgetBefore(newest);
    assertThatThrownBy(() -> store.range(new Range("", "", 10, old)))
        .isInstanceOf(HistoryGone.class)
        .hasMessageContaining("begin anew");
    try (Watch watch = store.watch("", old)) {
      assertThatThrownBy(() -> watch.next(NOW)).isInstanceOf(HistoryGone.class);
    }
    assertThat(keys(new Range("", "", 10, newest))).containsExactly("a", "kept");
    assertThat(store.oldestRevision()).isEqualTo(newest);
    assertThat(store.get("b")).isEmpty();
  }

  @Test
  void shouldRefuseARevisionThatNeverWas() {
    assertThatThrownBy(() -> store.range(new Range("", "", 1, store.revision() + 1)))
        .isInstanceOf(HistoryGone.class);
  }

  @Test
  void shouldLoseNoUpdateWhenManyWriteAtOnce() {
    put("counter", "0");
    int threads = 8;
    int each = 25;
    List<CompletableFuture<Void>> all =
        IntStream.range(0, threads)
            .mapToObj(
                i -> CompletableFuture.runAsync(() -> increment(each), Thread::startVirtualThread))
            .toList();
    all.forEach(CompletableFuture::join);
    assertThat(store.get("counter").map(Entry::value)).contains(String.valueOf(threads * each));
  }

  private void increment(int times) {
    int done = 0;
    while (done < times) {
      Entry now = store.get("counter").orElseThrow();
      Optional<Outcome> outcome =
          Optional.of(
              tryPut(
                  new Condition.Unchanged("counter", now.modified()),
                  "counter",
                  String.valueOf(Integer.parseInt(now.value()) + 1)));
      done += outcome.get() instanceof Outcome.Committed ? 1 : 0;
    }
  }

  @Test
  void shouldRefuseKeysThatAreNone() {
    assertThatThrownBy(() -> put("", "1")).hasMessageContaining("not a key");
    assertThatThrownBy(() -> put("a b", "1")).hasMessageContaining("not a key");
    assertThatThrownBy(() -> put("ä", "1")).hasMessageContaining("not a key");
    assertThatThrownBy(() -> put("a".repeat(Store.MOST_KEY_CHARACTERS + 1), "1"))
        .hasMessageContaining("not a key");
  }
}
