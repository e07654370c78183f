package net.viaduct.vtep.neighbour;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of addresses against a slow and obvious model. */
class NeighbourTableTest {
  private static final int NETWORKS = 4;
  private static final int LIMIT = 300;
  private static final int STEPS = 100_000;
  private static final int OLDEST_SECONDS = 500;

  private record Key(int network, long high, long low) {}

  private record Fact(long mac, int flags, int seen) {}

  private NeighbourTable table = new NeighbourTable(512, NETWORKS, 1);
  private final Map<Key, Fact> model = new HashMap<>();
  private Random random = new Random(1);

  @Test
  void shouldAgreeWithModelUnderRandomSequences() {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      random = new Random(seed);
      table = new NeighbourTable(512, NETWORKS, random.nextLong());
      table.limit(3, LIMIT);
      model.clear();
      int now = 0;
      for (int step = 0; step < STEPS; step++) {
        String at = "seed " + seed + ", step " + step;
        now += random.nextInt(3);
        doSomething(now, at);
        Key key = anyKey();
        check(key, table.find(key.network, key.high, key.low), now, at);
        if (step % 5000 == 0) {
          checkAll(now, at);
        }
      }
    }
  }

  private Key anyKey() {
    long low = random.nextInt(200);
    return new Key(random.nextInt(NETWORKS), random.nextInt(2), low);
  }

  private void doSomething(int now, String at) {
    Key key = anyKey();
    long mac = 1 + random.nextInt(10);
    int record = table.find(key.network, key.high, key.low);
    switch (random.nextInt(12)) {
      case 0 -> {
        if (record != NeighbourTable.NONE) {
          table.remove(record);
          model.remove(key);
        }
      }
      case 1 -> {
        if (random.nextInt(200) == 0) {
          table.forget(key.network);
          model.keySet().removeIf(other -> other.network == key.network);
        }
      }
      case 2 -> {
        if (random.nextInt(20) == 0) {
          table.sweep(1024, OLDEST_SECONDS, now);
          model
              .values()
              .removeIf(
                  f -> (f.flags & NeighbourTable.STATIC) == 0 && now - f.seen > OLDEST_SECONDS);
        }
      }
      case 3 -> {
        if (record != NeighbourTable.NONE) {
          table.move(record, mac, now);
          model.put(key, new Fact(mac, 0, now));
        }
      }
      case 4 -> {
        if (record != NeighbourTable.NONE) {
          int flags = random.nextInt(16);
          table.flags(record, flags);
          table.seen(record, now);
          model.put(key, new Fact(model.get(key).mac, flags, now));
        }
      }
      default -> {
        if (record == NeighbourTable.NONE) {
          enter(key, mac, now, at);
        }
      }
    }
  }

  private void enter(Key key, long mac, int now, String at) {
    long ofStation =
        model.entrySet().stream()
            .filter(e -> e.getKey().network == key.network && e.getValue().mac == mac)
            .count();
    boolean room = ofStation < NeighbourTable.MOST_PER_STATION;
    if (key.network == 3) {
      room &= model.keySet().stream().filter(k -> k.network == 3).count() < LIMIT;
    }
    int record = table.enter(key.network, key.high, key.low, mac, now);
    if (record == NeighbourTable.NONE) { // what was forgotten takes room until it is swept
      assertThat(room && table.end() < 512).as(at).isFalse();
    } else {
      assertThat(room).as(at).isTrue();
      model.put(key, new Fact(mac, 0, now));
    }
  }

  private void check(Key key, int record, int now, String at) {
    Fact fact = model.get(key);
    assertThat(record != NeighbourTable.NONE).as(at).isEqualTo(fact != null);
    if (fact != null) {
      assertThat(table.mac(record)).as(at).isEqualTo(fact.mac);
      assertThat(table.flags(record)).as(at).isEqualTo(fact.flags);
      assertThat(table.ageSeconds(record, now)).as(at).isEqualTo(now - fact.seen);
    }
  }

  private void checkAll(int now, String at) {
    Set<Key> walked = new HashSet<>();
    for (int record = 0; record < table.end(); record++) {
      if (table.isThere(record)) {
        Key key = new Key(table.network(record), table.high(record), table.low(record));
        assertThat(walked.add(key)).as(at).isTrue();
        check(key, record, now, at);
      }
    }
    assertThat(walked).as(at).isEqualTo(model.keySet());
    for (int network = 0; network < NETWORKS; network++) {
      for (long mac = 1; mac <= 10; mac++) {
        Set<Key> ofStation = new HashSet<>();
        for (int r = table.firstOf(network, mac); r != NeighbourTable.NONE; r = table.nextOf(r)) {
          ofStation.add(new Key(network, table.high(r), table.low(r)));
        }
        Set<Key> expected = new HashSet<>();
        for (Map.Entry<Key, Fact> entry : model.entrySet()) {
          if (entry.getKey().network == network && entry.getValue().mac == mac) {
            expected.add(entry.getKey());
          }
        }
        assertThat(ofStation).as(at).isEqualTo(expected);
      }
    }
  }
}
