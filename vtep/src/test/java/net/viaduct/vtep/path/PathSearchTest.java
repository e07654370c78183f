package net.viaduct.vtep.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.show.PathPhase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The search on a path in memory, whose true MTU is the judge. */
@Tag("R32")
class PathSearchTest {
  private static final long MS = 1_000_000L;
  private static final long TICK_NS = 100 * MS;
  private static final SearchRules RULES = SearchRules.DEFAULT;

  private record Answer(long dueNs, long token, int bytes) {}

  /** A path that carries what is not larger than its MTU, and a remote that answers. */
  private static final class Lab {
    final ManualClock clock = new ManualClock(Long.MAX_VALUE - 3_000_000_000L);
    final Random random;
    final Deque<Answer> answers = new ArrayDeque<>();
    final List<Integer> sent = new ArrayList<>();
    final PathSearch search;
    int pathMtuBytes;
    int reportedMtuBytes;
    double loss;
    boolean answering = true;
    boolean forging;

    Lab(int maxBytes, int pathMtuBytes, long seed) {
      this.pathMtuBytes = pathMtuBytes;
      random = new Random(seed);
      search = new PathSearch(RULES, maxBytes, now(), random::nextLong);
    }

    long now() {
      return clock.nanoTime();
    }

    void run(long ms) {
      for (long passed = 0; passed < ms; passed += TICK_NS / MS) {
        clock.advanceNs(TICK_NS);
        while (!answers.isEmpty() && answers.peek().dueNs - now() <= 0) {
          Answer answer = answers.remove();
          if (random.nextDouble() >= loss) {
            search.onAnswer(answer.token, answer.bytes, now());
            assertThat(answer.bytes).isLessThanOrEqualTo(search.usableBytes());
          }
        }
        if (forging) {
          search.onAnswer(random.nextLong(), 9000, now());
        }
        step();
      }
    }

    private void step() {
      int count = search.poll(now());
      for (int i = 0; i < count; i++) {
        int bytes = search.probeBytes(i);
        sent.add(bytes);
        boolean passes = bytes <= pathMtuBytes && random.nextDouble() >= loss;
        if (passes && answering) {
          answers.add(new Answer(now() + 20 * MS, search.token(), bytes));
        } else if (bytes > pathMtuBytes && reportedMtuBytes > 0) {
          search.onTooBig(reportedMtuBytes, now());
        }
      }
    }
  }

  @Test
  void shouldConfirmTheBaseFirstAndThenTheWholePath() {
    Lab lab = new Lab(1500, 1500, 1);
    lab.run(1000);
    assertThat(lab.sent).startsWith(RULES.smallestBytes(), 1200, 1500);
    assertThat(lab.search.phase()).isEqualTo(PathPhase.SEARCH_COMPLETE);
    assertThat(lab.search.usableBytes()).isEqualTo(1500);
    assertThat(lab.search.isBlackHole()).isFalse();
  }

  @Test
  void shouldFindEveryMtuToTheByte() {
    for (int mtu = 1200; mtu <= 1500; mtu += 7) {
      Lab lab = new Lab(1500, mtu, mtu);
      lab.run(10_000);
      assertThat(lab.search.usableBytes()).isEqualTo(mtu);
      assertThat(lab.search.phase()).isEqualTo(PathPhase.SEARCH_COMPLETE);
      assertThat(lab.search.isBlackHole()).as("nobody said so").isTrue();
    }
    Lab jumbo = new Lab(9000, 8951, 1);
    jumbo.run(10_000);
    assertThat(jumbo.search.usableBytes()).isEqualTo(8951);
  }

  @Test
  @Tag("P1")
  void shouldNameABlackHoleWithinTenSecondsAndInTwoWhileItMatters() {
    Lab idle = new Lab(1500, 1500, 1);
    idle.run(20_000);
    idle.pathMtuBytes = 1400;
    idle.run(9_000);
    assertThat(idle.search.usableBytes()).isEqualTo(1400);
    assertThat(idle.search.isBlackHole()).isTrue();

    Lab busy = new Lab(1500, 1500, 1);
    busy.run(20_000);
    busy.pathMtuBytes = 1400;
    busy.search.used();
    busy.run(2_000);
    assertThat(busy.search.usableBytes()).isEqualTo(1400);
  }

  @Test
  void shouldLoseAsManyProbesAsTheRfcWantsBeforeItCallsASizeLost() {
    Lab lab = new Lab(1500, 1500, 1);
    lab.run(20_000);
    lab.pathMtuBytes = 1400;
    lab.sent.clear();
    while (lab.search.usableBytes() == 1500) {
      lab.run(100);
    }
    assertThat(lab.sent.stream().filter(bytes -> bytes == 1500))
        .as("with the first one of the next round")
        .hasSize(RULES.maxProbes() + 1);
  }

  @Test
  void shouldRaiseAgainAfterTenMinutes() {
    Lab lab = new Lab(1500, 1400, 1);
    lab.run(20_000);
    lab.pathMtuBytes = 1500;
    lab.run(500_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1400);
    lab.run(110_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1500);
    assertThat(lab.search.isBlackHole()).isFalse();
  }

  @Test
  void shouldStayWhenRaisingFindsNothing() {
    Lab lab = new Lab(1500, 1400, 1);
    lab.run(1_900_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1400);
    assertThat(lab.search.phase()).isEqualTo(PathPhase.SEARCH_COMPLETE);
    assertThat(lab.search.isBlackHole()).isTrue();
  }

  @Test
  void shouldNotCallItABlackHoleWhenIcmpTellsTheMtu() {
    Lab lab = new Lab(1500, 1400, 1);
    lab.reportedMtuBytes = 1400;
    lab.run(5_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1400);
    assertThat(lab.search.isBlackHole()).isFalse();
    lab.run(700_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1400);
    assertThat(lab.search.isBlackHole()).as("raising was tried, and was told again").isFalse();
  }

  @Test
  @Tag("R33")
  void shouldBelieveProbesRatherThanIcmp() {
    Lab lab = new Lab(1500, 1500, 1);
    lab.run(5_000);
    for (int i = 0; i < 1000; i++) {
      lab.search.onTooBig(576 + i % 900, lab.now());
      lab.run(100);
      assertThat(lab.search.usableBytes()).isEqualTo(1500);
    }
    assertThat(lab.sent).as("a flood of ICMP makes no flood of probes").hasSizeLessThan(30_000);
  }

  @Test
  @Tag("R33")
  void shouldFollowIcmpAtOnceWhenProbesAgree() {
    Lab lab = new Lab(1500, 1500, 1);
    lab.run(5_000);
    lab.pathMtuBytes = 1333;
    lab.search.onTooBig(1333, lab.now());
    lab.run(600);
    assertThat(lab.search.usableBytes()).isEqualTo(1333);
    assertThat(lab.search.isBlackHole()).isFalse();
  }

  @Test
  void shouldIgnoreAnswersToProbesThatWereNotSent() {
    Lab lab = new Lab(9000, 1500, 1);
    lab.forging = true;
    lab.run(60_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1500);
  }

  @Test
  void shouldGreetASilentRemoteEverMoreSeldomAndBelieveItsDevice() {
    Lab lab = new Lab(1500, 1400, 1);
    lab.answering = false;
    lab.run(600_000);
    assertThat(lab.search.phase()).isEqualTo(PathPhase.DISABLED);
    assertThat(lab.search.isHeard()).isFalse();
    assertThat(lab.search.usableBytes()).isEqualTo(1500);
    assertThat(lab.sent).hasSizeLessThan(20).containsOnly(RULES.smallestBytes());
    lab.answering = true;
    lab.search.onHeard(lab.now());
    lab.run(6_000);
    assertThat(lab.search.usableBytes()).isEqualTo(1400);
  }

  @Test
  void shouldNotCallALostPathNarrow() {
    Lab lab = new Lab(1500, 1500, 1);
    lab.run(20_000);
    lab.answering = false;
    lab.run(60_000);
    assertThat(lab.search.phase()).isEqualTo(PathPhase.DISABLED);
    assertThat(lab.search.usableBytes()).isEqualTo(1500);
    assertThat(lab.search.isBlackHole()).isFalse();
    lab.answering = true;
    lab.run(62_000);
    assertThat(lab.search.phase()).isEqualTo(PathPhase.SEARCH_COMPLETE);
  }

  @Test
  void shouldUseWhatPassesEvenIfItIsLessThanTheBase() {
    Lab lab = new Lab(1500, 700, 1);
    lab.run(4_000);
    assertThat(lab.search.usableBytes()).isBetween(160, 700);
    lab.run(20_000);
    assertThat(lab.search.usableBytes()).isEqualTo(700);
  }

  @Test
  void shouldFollowItsOwnDevice() {
    Lab lab = new Lab(1500, 9000, 1);
    lab.run(5_000);
    lab.search.maxBytes(1300, lab.now());
    assertThat(lab.search.usableBytes()).isEqualTo(1300);
    lab.run(5_000);
    lab.search.maxBytes(9000, lab.now());
    lab.run(5_000);
    assertThat(lab.search.usableBytes()).isEqualTo(9000);
    assertThat(lab.search.isBlackHole()).isFalse();
  }

  @Test
  void shouldSendFewProbesWhenNothingChanges() {
    Lab lab = new Lab(1500, 1400, 1);
    lab.run(20_000);
    lab.sent.clear();
    lab.run(100_000);
    assertThat(lab.sent).hasSizeBetween(18, 22).containsOnly(1400);
  }

  @Test
  void shouldFollowAPathThatChangesAndLosesPackets() {
    long seed = Long.getLong("viaduct.fuzz.seed", 8899);
    Random random = new Random(seed);
    int exact = 0;
    for (int run = 0; run < 40; run++) {
      int maxBytes = random.nextBoolean() ? 1500 : 9000;
      Lab lab = new Lab(maxBytes, 1500, random.nextLong());
      lab.loss = random.nextDouble() * 0.05;
      for (int change = 0; change < 12; change++) {
        int mtu = 1200 + random.nextInt(maxBytes - 1199);
        lab.pathMtuBytes = mtu;
        lab.reportedMtuBytes = random.nextInt(3) == 0 ? mtu : 0;
        lab.run(12_000);
        assertThat(lab.search.usableBytes())
            .as("seed %d, run %d, change %d: never more than passes", seed, run, change)
            .isLessThanOrEqualTo(mtu);
        lab.run(630_000);
        exact += lab.search.usableBytes() == mtu ? 1 : 0;
      }
    }
    // a size that passes is called lost if its three probes are, until the path is tried again
    assertThat(exact).as("seed %d: 480 changes, followed to the byte", seed).isGreaterThan(450);
  }
}
