package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The map behind the FDB, against a HashMap, and under readers on other threads. */
class StationMapTest {
  private static final long[] SEEDS = {1, System.nanoTime()};

  @ParameterizedTest
  @ValueSource(ints = {10, 300, 5_000, 60_000})
  void shouldAgreeWithHashMapUnderRandomOperations(int keys) {
    for (long seed : SEEDS) {
      Random random = new Random(seed);
      StationMap map = new StationMap(keys, random.nextLong());
      Map<Long, Long> model = new HashMap<>();
      for (int i = 0; i < 300_000; i++) {
        long key = 1 + random.nextInt(keys) * 0x1_0000_0001L;
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> {
            long value = 1 + random.nextInt(Integer.MAX_VALUE);
            map.put(key, value);
            model.put(key, value);
          }
          case 3, 4 -> {
            map.put(key, StationMap.ABSENT);
            model.remove(key);
          }
          case 5 -> map.tidy(random.nextInt(100));
          default ->
              assertThat(map.get(key))
                  .as("seed %d, step %d", seed, i)
                  .isEqualTo(model.getOrDefault(key, StationMap.ABSENT));
        }
        if (i % 50_000 == 0) {
          checkWalk(map, model, seed);
        }
      }
      assertThat(map.size()).as("seed %d", seed).isEqualTo(model.size());
      checkWalk(map, model, seed);
    }
  }

  private static void checkWalk(StationMap map, Map<Long, Long> model, long seed) {
    Map<Long, Long> walked = new HashMap<>();
    try (StationMap.Cursor cursor = map.cursor()) {
      while (cursor.next()) {
        assertThat(walked.put(cursor.key(), cursor.value())).as("met once; seed %d", seed).isNull();
      }
    }
    assertThat(walked).as("seed %d", seed).isEqualTo(model);
  }

  @Test
  @DisplayName("R10: a flood of new addresses does not make the map grow for ever")
  void shouldKeepItsSizeWhenKeysComeAndGo() {
    StationMap map = new StationMap(1 << 20, 7);
    for (long key = 1; key <= 1_000_000; key++) {
      map.put(key, key);
      if (key > 1000) {
        map.put(key - 1000, StationMap.ABSENT);
      }
    }
    assertThat(map.size()).isEqualTo(1000);
    assertThat(map.capacity()).isLessThanOrEqualTo(8192);
  }

  @Test
  @DisplayName("a million stations take less than 64 MB, also when they come and go")
  void shouldHoldAMillionInLessThan64Megabytes() {
    int most = 1 << 20;
    StationMap map = new StationMap(most, 5);
    long heldBytes = 0;
    for (long key = 1; key <= 4L * most; key++) {
      if (key > most) {
        map.put(key - most, StationMap.ABSENT);
      }
      map.put(key, key);
      heldBytes = Math.max(heldBytes, map.heldBytes());
    }
    assertThat(map.size()).isEqualTo(most);
    assertThat(heldBytes).as("bytes at most").isLessThan(64_000_000);
  }

  @Test
  void shouldHoldMoreThanWasPromised() {
    StationMap map = new StationMap(100, 5);
    for (long key = 1; key <= 10_000; key++) {
      map.put(key, -key & Long.MAX_VALUE);
    }
    for (long key = 1; key <= 10_000; key++) {
      assertThat(map.get(key)).isEqualTo(-key & Long.MAX_VALUE);
    }
  }

  /**
   * A writer counts up the values of lasting keys, while keys that come and go force rehashes.
   * Readers must find each lasting key always, with a value that is its own and that never goes
   * back.
   */
  @Test
  @Timeout(120)
  void shouldNeverMislayOrTurnBackKeyWhenOthersWrite() throws InterruptedException {
    int lasting = 500;
    StationMap map = new StationMap(5000, 3);
    for (int k = 1; k <= lasting; k++) {
      map.put(k, value(k, 0));
    }
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<AssertionError> failure = new AtomicReference<>();
    Thread[] readers = {
      reader(() -> readAll(map, lasting, done), failure),
      reader(() -> walkAll(map, lasting, done), failure)
    };
    Random random = new Random(11);
    long version = 0;
    for (int i = 0; i < 1_500_000 && failure.get() == null; i++) {
      int k = 1 + random.nextInt(lasting);
      map.put(k, value(k, ++version));
      long passing = 1_000_000L + random.nextInt(3000);
      map.put(passing, random.nextBoolean() ? value(7, 1) : StationMap.ABSENT);
      map.put(10_000_000L + i, 5);
      map.put(10_000_000L + i, StationMap.ABSENT);
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    if (failure.get() != null) {
      throw failure.get();
    }
  }

  private static long value(long key, long version) {
    return key << 40 | version;
  }

  private static Thread reader(Runnable work, AtomicReference<AssertionError> failure) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            work.run();
          } catch (AssertionError e) {
            failure.compareAndSet(null, e);
          } catch (RuntimeException e) {
            failure.compareAndSet(null, new AssertionError(e));
          }
        });
  }

  private static void readAll(StationMap map, int lasting, AtomicBoolean done) {
    long[] last = new long[lasting + 1];
    while (!done.get()) {
      for (int k = 1; k <= lasting; k++) {
        checkValue(map.get(k), k, last);
      }
    }
  }

  private static void checkValue(long value, int key, long[] last) {
    if (value >>> 40 != key || value < last[key]) {
      throw new AssertionError("key %d: value %x after %x".formatted(key, value, last[key]));
    }
    last[key] = value;
  }

  private static void walkAll(StationMap map, int lasting, AtomicBoolean done) {
    long[] last = new long[lasting + 1];
    while (!done.get()) {
      int met = 0;
      try (StationMap.Cursor cursor = map.cursor()) {
        while (cursor.next()) {
          if (cursor.key() <= lasting) {
            met++;
            checkValue(cursor.value(), (int) cursor.key(), last);
          }
        }
      }
      if (met != lasting) {
        throw new AssertionError("a walk met " + met + " of " + lasting + " keys");
      }
    }
  }
}
