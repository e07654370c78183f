package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.Moves;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The FDB against a slow and obvious model, under random sequences of everything it does. */
class FdbModelTest {
  private static final int NETWORKS = 3;
  private static final int PORTS = 4;
  private static final int REMOTES = 4;
  private static final int MACS = 60;
  private static final int AGEING_SECONDS = 300;
  private static final TableLimits LIMITS = new TableLimits(70, 40, 20, 25, 8, 8, 8);

  private record Key(int network, long mac) {}

  private record Fact(int destination, Origin origin, int seenSeconds) {}

  /** What the FDB promises, in the words of design.md. */
  private static final class Model {
    final Map<Key, Fact> facts = new HashMap<>();

    void age(int now) {
      facts
          .values()
          .removeIf(
              fact -> fact.origin == Origin.LEARNED && now - fact.seenSeconds > AGEING_SECONDS);
    }

    LearnOutcome enter(Key key, Fact fact) {
      Fact old = facts.get(key);
      if (old != null && fact.origin.compareTo(old.origin) > 0) {
        return old.destination == fact.destination ? LearnOutcome.KNOWN : LearnOutcome.OUTRANKED;
      }
      if (old != null && old.destination == fact.destination) {
        facts.put(key, fact);
        return LearnOutcome.KNOWN;
      }
      boolean port = StationEntry.isPort(fact.destination);
      long there = facts.values().stream().filter(f -> f.destination == fact.destination).count();
      if (there >= (port ? LIMITS.stationsPerPort() : LIMITS.stationsPerRemote())) {
        return port ? LearnOutcome.PORT_FULL : LearnOutcome.REMOTE_FULL;
      }
      if (old == null && inNetwork(key.network) >= LIMITS.stationsPerNetwork()) {
        return LearnOutcome.NETWORK_FULL;
      }
      if (old == null && facts.size() >= LIMITS.stations()) {
        return LearnOutcome.TABLE_FULL;
      }
      facts.put(key, fact);
      return old == null ? LearnOutcome.NEW : LearnOutcome.MOVED;
    }

    long inNetwork(int network) {
      return facts.keySet().stream().filter(key -> key.network == network).count();
    }
  }

  @Test
  @DisplayName("R10: precedence of origins, moves, bounds and ageing under random sequences")
  void shouldAgreeWithModel() {
    for (long seed : new long[] {1, 2, 3, System.nanoTime()}) {
      Random random = new Random(seed);
      Fdb fdb = new Fdb(LIMITS, AGEING_SECONDS, random.nextLong());
      for (int network = 0; network < NETWORKS; network++) {
        fdb.policy(network, StationPolicy.USUAL.with(Moves.FOLLOW).with(WhenFull.REFUSE));
      }
      Model model = new Model();
      int now = 0;
      for (int step = 0; step < 60_000; step++) {
        String at = "seed " + seed + ", step " + step;
        Key key = new Key(random.nextInt(NETWORKS), 1 + random.nextInt(MACS));
        int destination =
            random.nextBoolean()
                ? StationEntry.atPort(random.nextInt(PORTS))
                : StationEntry.atRemote(random.nextInt(REMOTES));
        switch (random.nextInt(12)) {
          case 0 -> {
            now += random.nextInt(40);
            model.age(now);
            sweepAll(fdb, now);
          }
          case 1 -> {
            Origin origin = Origin.values()[random.nextInt(4)];
            Fact fact = new Fact(destination, origin, now);
            assertThat(fdb.enter(key.network, key.mac, destination, origin, now))
                .as(at)
                .isEqualTo(model.enter(key, fact));
          }
          case 2 -> {
            Origin origin = Origin.values()[random.nextInt(4)];
            Fact fact = model.facts.get(key);
            boolean expected = fact != null && fact.origin == origin;
            assertThat(fdb.remove(key.network, key.mac, origin)).as(at).isEqualTo(expected);
            if (expected) {
              model.facts.remove(key);
            }
          }
          case 3 -> {
            if (random.nextInt(50) == 0) {
              retire(fdb, model, random, now);
            }
          }
          case 4, 5, 6, 7 ->
              assertThat(fdb.learn(key.network, key.mac, destination, now))
                  .as(at)
                  .isEqualTo(model.enter(key, new Fact(destination, Origin.LEARNED, now)));
          default -> checkStation(fdb, model, key, now, at);
        }
      }
      checkAll(fdb, model, now, "seed " + seed);
    }
  }

  private static void sweepAll(Fdb fdb, int now) {
    for (int i = 0; i < 4; i++) {
      fdb.sweep((int) fdb.capacity(), now);
    }
  }

  private static void retire(Fdb fdb, Model model, Random random, int now) {
    int index = random.nextInt(3);
    switch (random.nextInt(3)) {
      case 0 -> {
        fdb.retirePort(index);
        model.facts.values().removeIf(f -> f.destination == StationEntry.atPort(index));
        sweepAll(fdb, now);
        assertThat(fdb.portIsDeserted(index)).isTrue();
      }
      case 1 -> {
        fdb.retireRemote(index);
        model.facts.values().removeIf(f -> f.destination == StationEntry.atRemote(index));
        sweepAll(fdb, now);
        assertThat(fdb.remoteIsDeserted(index)).isTrue();
      }
      default -> {
        fdb.retireNetwork(index);
        model.facts.keySet().removeIf(key -> key.network == index);
        sweepAll(fdb, now);
        assertThat(fdb.networkIsDeserted(index)).isTrue();
      }
    }
    assertThat(fdb.hasRetiredStations()).isFalse();
  }

  private static void checkStation(Fdb fdb, Model model, Key key, int now, String at) {
    long entry = fdb.find(key.network, key.mac, now);
    Fact fact = model.facts.get(key);
    if (fact == null) {
      assertThat(entry).as(at).isEqualTo(Fdb.NOWHERE);
    } else {
      assertThat(StationEntry.destination(entry)).as(at).isEqualTo(fact.destination);
      assertThat(StationEntry.origin(entry)).as(at).isEqualTo(fact.origin);
      assertThat(StationEntry.ageSeconds(entry, now)).as(at).isEqualTo(now - fact.seenSeconds);
    }
  }

  private static void checkAll(Fdb fdb, Model model, int now, String at) {
    Set<Key> walked = new HashSet<>();
    try (Fdb.Walk walk = fdb.walk()) {
      while (walk.next(now)) {
        Key key = new Key(walk.network(), walk.mac());
        assertThat(walked.add(key)).as(at).isTrue();
        checkStation(fdb, model, key, now, at);
      }
    }
    assertThat(walked).as(at).isEqualTo(model.facts.keySet());
    for (int network = 0; network < NETWORKS; network++) {
      assertThat((long) fdb.countInNetwork(network)).as(at).isEqualTo(model.inNetwork(network));
    }
    assertThat(fdb.size()).as(at).isEqualTo(model.facts.size());
  }

  @Test
  @DisplayName("R10: an entry that is too old counts for nothing before it is swept away")
  void shouldForgetAtOnceButSweepLater() {
    Fdb fdb = new Fdb(LIMITS, AGEING_SECONDS, 1);
    fdb.learn(0, 5, StationEntry.atPort(0), 10);
    assertThat(fdb.find(0, 5, 310)).isNotEqualTo(Fdb.NOWHERE);
    assertThat(fdb.find(0, 5, 311)).isEqualTo(Fdb.NOWHERE);
    assertThat(fdb.size()).isEqualTo(1);
    assertThat(fdb.sweep((int) fdb.capacity(), 311)).isEqualTo(1);
    assertThat(fdb.size()).isZero();
  }

  @Test
  @DisplayName("R10: static stations never age")
  void shouldNotForgetStaticStation() {
    Fdb fdb = new Fdb(LIMITS, AGEING_SECONDS, 1);
    fdb.enter(0, 5, StationEntry.atPort(0), Origin.STATIC, 0);
    fdb.sweep((int) fdb.capacity(), 1_000_000);
    assertThat(fdb.find(0, 5, 1_000_000)).isNotEqualTo(Fdb.NOWHERE);
  }

  @Test
  @DisplayName("R10: with an ageing time of 0 nothing is forgotten")
  void shouldNeverForgetWhenAgeingIsZero() {
    Fdb fdb = new Fdb(LIMITS, 0, 1);
    fdb.learn(0, 5, StationEntry.atPort(0), 0);
    assertThat(fdb.find(0, 5, 100_000_000)).isNotEqualTo(Fdb.NOWHERE);
  }

  @Test
  void shouldFindManyStations() {
    Fdb fdb = new Fdb(TableLimits.DEFAULT, AGEING_SECONDS, 1);
    int count = 200_000;
    for (int i = 0; i < count; i++) {
      fdb.learn(i & 7, 0x0200_0000_0000L | i, StationEntry.atRemote(i % 1000), i & 255);
    }
    for (int i = 0; i < count; i++) {
      long entry = fdb.find(i & 7, 0x0200_0000_0000L | i, 255);
      assertThat(StationEntry.index(StationEntry.destination(entry))).isEqualTo(i % 1000);
    }
  }
}
