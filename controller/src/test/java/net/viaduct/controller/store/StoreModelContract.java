package net.viaduct.controller.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.viaduct.controller.store.Operation.Delete;
import net.viaduct.controller.store.Operation.Put;

/** Compares a store with a slow, obvious model: a map for each revision that there ever was. */
public final class StoreModelContract {
  private static final int KEYS = 12;

  private final Store store;
  private final Random random;
  private final NavigableMap<Long, NavigableMap<String, Entry>> history = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();

  /** A comparison with a store that nobody else writes to. */
  public StoreModelContract(Store store, long seed) {
    this.store = store;
    this.random = new Random(seed);
    store.commit(new Transaction(List.of(), List.of(new Delete("nothing")))); // 0 means now
    history.put(store.revision(), new TreeMap<>());
  }

  /** Does so many things at random; fails at the first difference. */
  public void run(int steps) throws InterruptedException {
    long start = store.revision();
    try (Watch watch = store.watch("", start)) {
      List<Change> seen = new ArrayList<>();
      for (int i = 0; i < steps; i++) {
        commit();
        read();
        if (random.nextInt(8) == 0) {
          seen.addAll(watch.next(Duration.ZERO));
        }
        if (random.nextInt(100) == 0) {
          seen.addAll(rest(watch, seen.size()));
          forget();
        }
      }
      seen.addAll(rest(watch, seen.size()));
      assertThat(seen).isEqualTo(changes);
    }
  }

  private List<Change> rest(Watch watch, int had) throws InterruptedException {
    List<Change> rest = new ArrayList<>();
    while (had + rest.size() < changes.size()) {
      rest.addAll(watch.next(Duration.ofSeconds(20)));
    }
    return rest;
  }

  private String key() {
    return (random.nextBoolean() ? "a/" : "b/") + random.nextInt(KEYS);
  }

  private void commit() {
    NavigableMap<String, Entry> now = history.lastEntry().getValue();
    List<Condition> conditions = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      conditions.add(condition(now));
    }
    Map<String, Operation> operations = new TreeMap<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String key = key();
      operations.put(
          key, random.nextInt(3) == 0 ? new Delete(key) : new Put(key, "v" + random.nextInt()));
    }
    Outcome outcome = store.commit(new Transaction(conditions, List.copyOf(operations.values())));
    long revision = history.lastKey() + 1;
    Outcome expected =
        conditions.stream()
            .filter(condition -> !isTrue(condition, now))
            .findFirst()
            .<Outcome>map(Outcome.Refused::new)
            .orElse(new Outcome.Committed(revision));
    assertThat(outcome).isEqualTo(expected);
    if (outcome instanceof Outcome.Committed) {
      apply(operations, revision, new TreeMap<>(now));
    }
  }

  private Condition condition(Map<String, Entry> now) {
    String key = key();
    long right = now.containsKey(key) ? now.get(key).modified() : 0;
    return switch (random.nextInt(4)) {
      case 0 -> new Condition.Exists(key);
      case 1 -> new Condition.NoneBelow(key);
      case 2 -> new Condition.Unchanged(key, random.nextInt(4) == 0 ? right + 1 : right);
      default -> new Condition.Unchanged(key, right);
    };
  }

  private static boolean isTrue(Condition condition, NavigableMap<String, Entry> now) {
    return switch (condition) {
      case Condition.Exists it -> now.containsKey(it.key());
      case Condition.Unchanged it ->
          it.modified() == (now.containsKey(it.key()) ? now.get(it.key()).modified() : 0);
      case Condition.NoneBelow it ->
          now.keySet().stream().noneMatch(k -> k.startsWith(it.prefix()));
    };
  }

  private void apply(
      Map<String, Operation> operations, long revision, NavigableMap<String, Entry> next) {
    for (Operation operation : operations.values()) {
      Entry before = next.get(operation.key());
      String had = before == null ? null : before.value();
      switch (operation) {
        case Put put -> {
          long created = before == null ? revision : before.created();
          next.put(put.key(), new Entry(put.key(), put.value(), created, revision));
          changes.add(new Change(revision, put.key(), had, put.value()));
        }
        case Delete delete -> {
          if (before != null) {
            next.remove(delete.key());
            changes.add(new Change(revision, delete.key(), had, null));
          }
        }
      }
    }
    history.put(revision, next);
  }

  private void read() {
    String prefix = List.of("", "a/", "b/", "b/1", "c").get(random.nextInt(5));
    String after = random.nextBoolean() ? "" : key();
    int limit = 1 + random.nextInt(8);
    long oldest = history.firstKey();
    long revision = oldest + random.nextInt((int) (history.lastKey() - oldest + 1));
    List<Entry> expected =
        history.get(revision).tailMap(after, false).values().stream()
            .filter(entry -> entry.key().startsWith(prefix))
            .toList();
    boolean more = expected.size() > limit;
    Page page = store.range(new Range(prefix, after, limit, revision));
    assertThat(page)
        .isEqualTo(new Page(revision, expected.subList(0, Math.min(limit, expected.size())), more));
  }

  private void forget() {
    long oldest = history.firstKey();
    long before = oldest + random.nextInt((int) (history.lastKey() - oldest + 1));
    store.forgetBefore(before);
    history.headMap(before, false).clear();
  }
}
