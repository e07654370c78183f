package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who is forgotten when there is no room. */
@Tag("P10")
class FairForgettingTest {
  private static final int BLUE = 0;
  private static final int RED = 1;
  private static final int HONEST = 40;
  private static final TableLimits LIMITS = new TableLimits(1000, 800, 600, 600, 8, 8, 8);
  private static final int FLOODER = StationEntry.atPort(3);

  private final Fdb fdb = new Fdb(LIMITS, 300, 1);

  private static long mac(int number) {
    return 0x0200_0000_0000L + Integer.toUnsignedLong(number);
  }

  private void learnHonest(int network, int destination, int now) {
    for (int i = 0; i < HONEST; i++) {
      fdb.learn(network, mac(i), destination, now);
    }
  }

  private int honest(int network, int now) {
    int found = 0;
    for (int i = 0; i < HONEST; i++) {
      found += fdb.find(network, mac(i), now) == Fdb.NOWHERE ? 0 : 1;
    }
    return found;
  }

  private void flood(int network, int destination, int stations, int from, int seconds) {
    for (int i = 0; i < stations; i++) {
      fdb.learn(
          network, mac(destination * 1_000_000 + i), destination, from + i * seconds / stations);
    }
  }

  @Test
  @DisplayName("P10: who floods addresses from a port loses his own, and nobody else's")
  void shouldForgetOnlyTheFloodersStations() {
    learnHonest(BLUE, StationEntry.atPort(1), 0);
    learnHonest(RED, StationEntry.atRemote(1), 0);
    flood(BLUE, FLOODER, 100_000, 0, 100);
    flood(RED, FLOODER + 1, 100_000, 100, 100);
    assertThat(honest(BLUE, 200)).isEqualTo(HONEST);
    assertThat(honest(RED, 200)).isEqualTo(HONEST);
    assertThat(fdb.size()).isLessThanOrEqualTo(1000);
    assertThat(fdb.countAtPort(3)).isLessThanOrEqualTo(600);
  }

  @Test
  @DisplayName("P10: an honest newcomer gets the place of a flooder's station")
  void shouldMakeRoomForNewcomers() {
    flood(BLUE, FLOODER, 600, 0, 1);
    flood(BLUE, StationEntry.atPort(4), 200, 0, 1);
    assertThat(fdb.countInNetwork(BLUE)).isEqualTo(800);
    for (int second = 10; second < 15; second++) { // they speak again when nobody answers
      learnHonest(BLUE, StationEntry.atPort(1), second);
    }
    assertThat(honest(BLUE, 15)).isEqualTo(HONEST);
    assertThat(fdb.countAtPort(4)).as("the less greedy port").isGreaterThanOrEqualTo(195);
    assertThat(fdb.countInNetwork(BLUE)).isEqualTo(800);
    assertThat(fdb.forgotten()).isGreaterThanOrEqualTo(HONEST);
  }

  @Test
  void shouldForgetNobodyWhoSpokeJustNow() {
    flood(BLUE, FLOODER, 600, 0, 1);
    assertThat(fdb.learn(BLUE, mac(7), FLOODER, 4)).isEqualTo(LearnOutcome.PORT_FULL);
    assertThat(fdb.forgotten()).isZero();
  }

  @Test
  void shouldNotForgetWhatWasSaid() {
    for (int i = 0; i < 600; i++) {
      fdb.enter(BLUE, mac(5000 + i), FLOODER, Origin.STATIC, 0);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(fdb.learn(BLUE, mac(i), FLOODER, 100)).isEqualTo(LearnOutcome.PORT_FULL);
    }
  }

  @Test
  void shouldRefuseWhereTheNetworkWantsThat() {
    fdb.policy(BLUE, StationPolicy.USUAL.with(WhenFull.REFUSE));
    flood(BLUE, FLOODER, 600, 0, 1);
    assertThat(fdb.learn(BLUE, mac(7), FLOODER, 100)).isEqualTo(LearnOutcome.PORT_FULL);
  }

  @Test
  @DisplayName("Limits hold and nobody greedier gains from somebody less greedy, at random")
  void shouldKeepLimitsUnderRandomSequences() {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      TableLimits small = new TableLimits(70, 40, 20, 25, 8, 8, 8);
      Fdb table = new Fdb(small, 300, random.nextLong());
      int now = 0;
      for (int step = 0; step < 50_000; step++) {
        now += random.nextInt(3);
        int destination =
            random.nextBoolean()
                ? StationEntry.atPort(random.nextInt(4))
                : StationEntry.atRemote(random.nextInt(4));
        Origin origin = random.nextInt(10) == 0 ? Origin.STATIC : Origin.LEARNED;
        int network = random.nextInt(3);
        long mac = mac(random.nextInt(200));
        if (origin == Origin.STATIC && random.nextBoolean()) {
          table.remove(network, mac, origin);
        } else {
          table.enter(network, mac, destination, origin, now);
        }
        checkLimits(table, "seed " + seed + ", step " + step);
      }
    }
  }

  private static void checkLimits(Fdb table, String at) {
    int sum = 0;
    for (int i = 0; i < 4; i++) {
      assertThat(table.countAtPort(i)).as(at).isBetween(0, 20);
      assertThat(table.countAtRemote(i)).as(at).isBetween(0, 25);
      assertThat(table.countInNetwork(i)).as(at).isBetween(0, 40);
      sum += table.countAtPort(i) + table.countAtRemote(i);
    }
    assertThat(table.size()).as(at).isEqualTo(sum).isLessThanOrEqualTo(70);
  }
}
