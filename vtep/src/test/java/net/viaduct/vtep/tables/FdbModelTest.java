package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.BiPredicate;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.Moves;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The FDB against a slow and obvious model, under random sequences of everything it does. */
class FdbModelTest {
  private static final int NETWORKS = 3;
  private static final int PORTS = 4;
  private static final int REMOTES = 4;
  private static final int MACS = 60;
  private static final int AGEING_SECONDS = 300;
  private static final TableLimits LIMITS = new TableLimits(70, 40, 20, 25, 8, 8, 8);

  private static final StationPolicy POLICY =
      StationPolicy.USUAL.with(Moves.FOLLOW).with(WhenFull.REFUSE);

  private record Key(int network, long mac) {}

  private record Fact(int destination, Origin origin, int seenSeconds) {}

  /** What the FDB promises, in the words of design.md. */
  private static final class Model {
    final Map<Key, Fact> facts = new HashMap<>();

    /**
     * What was told of stations that were learned elsewhere, in networks where that counts more.
     */
    final Map<Key, Fact> told = new HashMap<>();

    final Set<Integer> outrankTold = new HashSet<>();

    void age(int now) {
      forget((_, fact) -> fact.origin == Origin.LEARNED && now - fact.seenSeconds > AGEING_SECONDS);
    }

    /** What was told before holds again, unless that is to be forgotten too. */
    void forget(BiPredicate<Key, Fact> which) {
      told.entrySet().removeIf(it -> which.test(it.getKey(), it.getValue()));
      for (Key key : Set.copyOf(facts.keySet())) {
        if (which.test(key, facts.get(key))) {
          forget(key);
        }
      }
    }

    void forget(Key key) {
      facts.remove(key);
      Fact before = told.remove(key);
      if (before != null) {
        facts.put(key, before);
      }
    }

    void outrankTold(int network, boolean value) {
      if (value) {
        outrankTold.add(network);
      } else if (outrankTold.remove(network)) {
        Set.copyOf(told.keySet()).stream()
            .filter(key -> key.network == network)
            .forEach(this::forget);
      }
    }

    boolean remove(Key key, Origin origin) {
      if (told.containsKey(key) && told.get(key).origin == origin) {
        told.remove(key);
        return true;
      }
      boolean isThere = facts.containsKey(key) && facts.get(key).origin == origin;
      if (isThere) {
        forget(key);
      }
      return isThere;
    }

    private static LearnOutcome outranked(Fact by, Fact fact) {
      return by.destination == fact.destination ? LearnOutcome.KNOWN : LearnOutcome.OUTRANKED;
    }

    LearnOutcome enter(Key key, Fact fact) {
      Fact before = told.get(key);
      if (before != null && fact.origin != Origin.LEARNED) {
        if (fact.origin.compareTo(before.origin) > 0) {
          return outranked(before, fact);
        }
        told.remove(key);
        before = null;
      }
      Fact old = facts.get(key);
      boolean overTold =
          fact.origin == Origin.LEARNED
              && old != null
              && old.origin == Origin.CONTROLLER
              && outrankTold.contains(key.network);
      if (old != null && fact.origin.compareTo(old.origin) > 0 && !overTold) {
        return outranked(old, fact);
      }
      if (old != null && old.destination == fact.destination) {
        if (!overTold) {
          facts.put(key, fact);
        }
        return LearnOutcome.KNOWN;
      }
      if (before != null && before.destination == fact.destination) {
        forget(key);
        return LearnOutcome.MOVED;
      }
      boolean port = StationEntry.isPort(fact.destination);
      long there = at(facts, fact.destination) + at(told, fact.destination);
      if (there >= (port ? LIMITS.stationsPerPort() : LIMITS.stationsPerRemote())) {
        return port ? LearnOutcome.PORT_FULL : LearnOutcome.REMOTE_FULL;
      }
      if (old == null && inNetwork(key.network) >= LIMITS.stationsPerNetwork()) {
        return LearnOutcome.NETWORK_FULL;
      }
      if (old == null && facts.size() >= LIMITS.stations()) {
        return LearnOutcome.TABLE_FULL;
      }
      if (overTold) {
        told.put(key, old);
      }
      facts.put(key, fact);
      return old == null ? LearnOutcome.NEW : LearnOutcome.MOVED;
    }

    static long at(Map<Key, Fact> facts, int destination) {
      return facts.values().stream().filter(f -> f.destination == destination).count();
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
        fdb.policy(network, POLICY);
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
            assertThat(fdb.remove(key.network, key.mac, origin))
                .as(at)
                .isEqualTo(model.remove(key, origin));
          }
          case 3 -> {
            if (random.nextInt(50) == 0) {
              retire(fdb, model, random, now);
            }
            if (random.nextInt(20) == 0) {
              boolean outranks = random.nextInt(3) > 0;
              fdb.policy(key.network, POLICY.outrankingTold(outranks));
              model.outrankTold(key.network, outranks);
              sweepAll(fdb, now); // or what was learned would count again with the next policy
            }
          }
          case 4, 5, 6, 7 -> learn(fdb, model, key, destination, now, at);
          default -> checkStation(fdb, model, key, now, at);
        }
      }
      checkAll(fdb, model, now, "seed " + seed);
    }
  }

  private static void learn(Fdb fdb, Model model, Key key, int destination, int now, String at) {
    int foretold = fdb.destinationAfterLearning(key.network, key.mac, destination, now);
    assertThat(fdb.learn(key.network, key.mac, destination, now))
        .as(at)
        .isEqualTo(model.enter(key, new Fact(destination, Origin.LEARNED, now)));
    Fact fact = model.facts.get(key);
    assertThat(foretold).as(at).isEqualTo(fact == null ? 0 : fact.destination);
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
        model.forget((_, fact) -> fact.destination == StationEntry.atPort(index));
        sweepAll(fdb, now);
        assertThat(fdb.portIsDeserted(index)).isTrue();
      }
      case 1 -> {
        fdb.retireRemote(index);
        model.forget((_, fact) -> fact.destination == StationEntry.atRemote(index));
        sweepAll(fdb, now);
        assertThat(fdb.remoteIsDeserted(index)).isTrue();
      }
      default -> {
        fdb.retireNetwork(index);
        model.forget((key, _) -> key.network == index);
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
      assertThat(StationEntry.isInsteadOfTold(entry)).as(at).isEqualTo(model.told.containsKey(key));
    }
  }

  private static void checkAll(Fdb fdb, Model model, int now, String at) {
    Set<Key> walked = new HashSet<>();
    try (FdbWalk walk = fdb.walk()) {
      while (walk.next(now)) {
        Key key = new Key(walk.network(), walk.mac());
        assertThat(walked.add(key)).as(at).isTrue();
        checkStation(fdb, model, key, now, at);
      }
    }
    assertThat(walked).as(at).isEqualTo(model.facts.keySet());
    for (int port = 0; port < PORTS; port++) {
      assertThat((long) fdb.countAtPort(port))
          .as(at)
          .isEqualTo(Model.at(model.facts, StationEntry.atPort(port)));
    }
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
  @Tag("R56")
  @DisplayName("R56: what is told holds again at once when it may not be outranked any more")
  void shouldBelieveWhatIsToldBeforeWhatWasLearnedIsSweptAway() {
    Fdb fdb = new Fdb(LIMITS, AGEING_SECONDS, 1);
    fdb.enter(0, 5, StationEntry.atRemote(1), Origin.CONTROLLER, 0);
    assertThat(fdb.learn(0, 5, StationEntry.atPort(0), 1)).isEqualTo(LearnOutcome.OUTRANKED);
    fdb.policy(0, StationPolicy.USUAL.outrankingTold(true));
    assertThat(fdb.learn(0, 5, StationEntry.atPort(0), 1)).isEqualTo(LearnOutcome.MOVED);
    assertThat(StationEntry.destination(fdb.find(0, 5, 1))).isEqualTo(StationEntry.atPort(0));
    assertThat(fdb.countAtRemote(1)).isZero();
    assertThat(StationEntry.destination(fdb.toldInstead(0, 5))).isEqualTo(StationEntry.atRemote(1));
    assertThat(StationEntry.destination(fdb.find(0, 5, 302)))
        .as("silent")
        .isEqualTo(StationEntry.atRemote(1));
    fdb.policy(0, StationPolicy.USUAL);
    assertThat(StationEntry.destination(fdb.find(0, 5, 2))).isEqualTo(StationEntry.atRemote(1));
    fdb.sweep((int) fdb.capacity(), 2);
    assertThat(fdb.countAtRemote(1)).isEqualTo(1);
    assertThat(fdb.countAtPort(0)).isZero();
  }

  @Test
  @Tag("R56")
  @DisplayName("R56: no frame outranks what the file says")
  void shouldNotLearnAStaticStationElsewhere() {
    Fdb fdb = new Fdb(LIMITS, AGEING_SECONDS, 1);
    fdb.policy(0, StationPolicy.USUAL.outrankingTold(true));
    fdb.enter(0, 5, StationEntry.atRemote(1), Origin.STATIC, 0);
    assertThat(fdb.learn(0, 5, StationEntry.atPort(0), 1)).isEqualTo(LearnOutcome.OUTRANKED);
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
