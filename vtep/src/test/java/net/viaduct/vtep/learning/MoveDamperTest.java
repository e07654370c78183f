package net.viaduct.vtep.learning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.viaduct.vtep.settings.StationPolicy.Moves;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may move how often. Places are plain numbers here. */
@Tag("P16")
class MoveDamperTest {
  private static final int NETWORKS = 4;
  private static final long STATION = 0x0200_0000_0001L;
  private static final int HERE = 1;
  private static final int THERE = 2;

  private final MoveDamper damper = new MoveDamper(NETWORKS, 7);

  private static long key(int network, long mac) {
    return (long) network << 48 | mac;
  }

  @Test
  void shouldFollowAStationThatMovesNowAndThen() {
    int place = HERE;
    for (int move = 0; move < 100; move++) {
      int to = place == HERE ? THERE : HERE;
      assertThat(damper.mayMove(key(0, STATION), place, to, move * 12)).isTrue();
      place = to;
    }
    damper.publish(1200);
    assertThat(damper.flaps()).isEmpty();
  }

  @Test
  @DisplayName("P16: two ports with one MAC: damped, and both are named")
  void shouldHoldAStationThatTwoPlacesClaim() {
    int place = HERE;
    int moves = 0;
    for (int tenth = 0; tenth < 36_000; tenth++) { // both speak ten times a second, for an hour
      int speaker = tenth % 2 == 0 ? THERE : HERE;
      if (speaker != place && damper.mayMove(key(1, STATION), place, speaker, tenth / 10)) {
        place = speaker;
        moves++;
      }
    }
    assertThat(moves).isBetween(50, 75);
    damper.publish(3600);
    assertThat(damper.flaps()).hasSize(1);
    Flap flap = damper.flaps().getFirst();
    assertThat(flap.mac()).isEqualTo(STATION);
    assertThat(flap.network()).isEqualTo(1);
    assertThat(flap.place()).isEqualTo(place);
    assertThat(flap.claim()).isEqualTo(place == HERE ? THERE : HERE);
    assertThat(flap.heldSeconds()).isBetween(0, MoveDamper.LONGEST_HOLD_SECONDS);
  }

  @Test
  void shouldLoseASecondWhenAnHonestStationMovesInHaste() {
    int now = 1000;
    for (int move = 0; move <= MoveDamper.MOST_MOVES; move++) {
      assertThat(damper.mayMove(key(0, STATION), move, move + 1, now)).isTrue();
    }
    assertThat(damper.mayMove(key(0, STATION), 6, 7, now)).isFalse();
    assertThat(damper.mayMove(key(0, STATION), 6, 7, now + 1)).isTrue();
  }

  @Test
  void shouldForgetAFlapWhenItIsOver() {
    shouldLoseASecondWhenAnHonestStationMovesInHaste();
    damper.publish(1002);
    assertThat(damper.flaps()).hasSize(1);
    damper.publish(1002 + 7 * MoveDamper.SECONDS_PER_MOVE);
    assertThat(damper.flaps()).isEmpty();
  }

  @Test
  @DisplayName("P16: virtual routers move without being frozen, VRRP 1,000 times")
  void shouldNeverHoldVirtualRouters() {
    for (long mac :
        new long[] {
          0x0000_5e00_0101L,
          0x0000_5e00_02ffL,
          0x0000_0c07_ac01L,
          0x0000_0c9f_f123L,
          0x0005_73a0_0fffL
        }) {
      for (int move = 0; move < 1000; move++) {
        assertThat(damper.mayMove(key(0, mac), move % 2, (move + 1) % 2, 0)).isTrue();
      }
    }
    for (long mac : new long[] {0x0000_5e00_0301L, 0x0000_0c9f_e123L, 0x0005_73a0_1000L}) {
      assertThat(VirtualRouters.isVirtual(mac)).isFalse();
    }
  }

  @Test
  void shouldNeverMoveStickyStations() {
    damper.policy(2, Moves.NEVER);
    assertThat(damper.mayMove(key(2, STATION), HERE, THERE, 5)).isFalse();
    assertThat(damper.mayMove(key(2, 0x0000_5e00_0101L), HERE, THERE, 5)).isFalse();
    damper.publish(5);
    assertThat(damper.flaps()).contains(new Flap(2, STATION, HERE, THERE, 0)).hasSize(2);
  }

  @Test
  void shouldAlwaysMoveWhereNetworksWantThat() {
    damper.policy(0, Moves.FOLLOW);
    for (int move = 0; move < 1000; move++) {
      assertThat(damper.mayMove(key(0, STATION), move, move + 1, 0)).isTrue();
    }
  }

  @Test
  void shouldBeBoundedWhenEverybodyMoves() {
    for (int i = 0; i < 100_000; i++) {
      for (int move = 0; move < 7; move++) {
        damper.mayMove(key(i % NETWORKS, STATION + i), move, move + 1, i / 1000);
      }
    }
    damper.publish(100);
    assertThat(damper.flaps()).hasSizeBetween(1, 256);
  }

  @Test
  @DisplayName("The same decisions as a slow and obvious model, under random sequences")
  void shouldAgreeWithModel() {
    for (long seed : new long[] {1, 2, System.nanoTime()}) {
      Random random = new Random(seed);
      MoveDamper each = new MoveDamper(NETWORKS, random.nextLong());
      Map<Long, Model> models = new HashMap<>();
      int now = 0;
      for (int step = 0; step < 100_000; step++) {
        now += random.nextInt(3) == 0 ? random.nextInt(20) : 0;
        long key = key(random.nextInt(2), STATION + random.nextInt(5));
        boolean expected = models.computeIfAbsent(key, _ -> new Model()).mayMove(now);
        assertThat(each.wouldMove(key, now)).as("seed %d, step %d", seed, step).isEqualTo(expected);
        assertThat(each.mayMove(key, HERE, THERE, now))
            .as("seed %d, step %d", seed, step)
            .isEqualTo(expected);
      }
    }
  }

  /** One station: second by second. */
  private static final class Model {
    private int penalty;
    private int toNextPayment = 12;
    private int hold;
    private int heldFor;
    private int seen;

    boolean mayMove(int now) {
      for (; seen < now; seen++) {
        heldFor = Math.max(0, heldFor - 1);
        toNextPayment--;
        if (toNextPayment == 0) {
          penalty = Math.max(0, penalty - 1);
          toNextPayment = 12;
        }
        if (penalty == 0) {
          hold = 0;
          toNextPayment = 12;
        }
      }
      if (heldFor > 0) {
        toNextPayment = 12;
        penalty = Math.max(1, penalty);
        hold = Math.max(1, hold);
        return false;
      }
      penalty++;
      if (penalty > 5) {
        hold = Math.min(64, Math.max(1, hold * 2));
        heldFor = hold;
      }
      return true;
    }
  }
}
