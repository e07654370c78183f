package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.LeafNames;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtbTest {
  private static final long SECOND = 1_000_000_000L;
  private static final QueueConfig SHORT = new QueueConfig.Fifo(1_000, 1L << 40);

  @ParameterizedTest
  @ValueSource(longs = {100_000, 20_000_000, 1_000_000_000, 40_000_000_000L})
  void shouldKeepARateWithinOnePercent(long rate) {
    HtbClass root = HtbClass.leaf("all", rate, rate, SHORT);
    long forNs = (long) (200e6 / rate * SECOND);
    Map<String, Double> rates = measured(root, List.of("all"), 400, forNs);
    assertThat(rates.get("all")).isCloseTo(rate, Percentage.withPercentage(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "voice",
        "bulk",
        "rest",
        "voice bulk",
        "voice rest",
        "bulk rest",
        "voice bulk rest"
      })
  @DisplayName("Classes have their rates, and borrow by priority and quantum, within 1 %")
  void shouldShareAsTheModelSays(String busy) {
    HtbClass root =
        HtbClass.inner(
            "link",
            10_000_000,
            10_000_000,
            HtbClass.leaf("voice", 1_000_000, 4_000_000, SHORT),
            HtbClass.inner(
                "data",
                6_000_000,
                10_000_000,
                HtbClass.leaf("bulk", 2_000_000, 10_000_000, SHORT).withPriority(1),
                HtbClass.leaf("rest", 3_000_000, 8_000_000, SHORT).withPriority(1)));
    requireAsModel(root, List.of(busy.split(" ")));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("Random trees, random leaves busy: rates within 1 % of the link")
  void shouldShareAsTheModelSaysInRandomTrees(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> leaves = new ArrayList<>();
    long rate = 20_000_000;
    HtbClass root = inner("root", rate, rate, 1 + random.nextInt(2), random, leaves);
    List<String> busy = new ArrayList<>(leaves);
    while (busy.size() > 1 && random.nextBoolean()) {
      busy.remove(random.nextInt(busy.size()));
    }
    requireAsModel(root, busy);
  }

  private static HtbClass inner(
      String name, long rate, long ceil, int levels, SplittableRandom random, List<String> leaves) {
    int count = 2 + random.nextInt(3);
    HtbClass[] below = new HtbClass[count];
    for (int i = 0; i < count; i++) {
      long share = rate / (count + 1);
      long most = share + random.nextLong(ceil - share + 1);
      String own = name + "." + i;
      if (levels > 1 && random.nextBoolean()) {
        below[i] = inner(own, share, Math.max(share, most), levels - 1, random, leaves);
      } else {
        leaves.add(own);
        below[i] = HtbClass.leaf(own, share, most, SHORT).withPriority(random.nextInt(2));
      }
    }
    return HtbClass.inner(name, rate, ceil, below);
  }

  private static void requireAsModel(HtbClass root, List<String> busy) {
    Map<String, Double> expected = RateModel.rates(root, busy);
    Map<String, Double> measured = measured(root, busy, 400, 20 * SECOND);
    double onePercent = root.rateBitsPerSecond() / 100.0;
    for (String leaf : busy) {
      assertThat(measured.get(leaf))
          .as("%s of %s, expected %s, measured %s", leaf, busy, expected, measured)
          .isCloseTo(expected.get(leaf), within(onePercent));
    }
  }

  /** The rates of leaves that always have something to send. */
  private static Map<String, Double> measured(
      HtbClass root, List<String> busy, long steps, long forNs) {
    List<String> leaves =
        LeafNames.of(new QueueConfig.Named("tree", new QueueConfig.Htb(List.of(root))));
    List<ClassRule> rules = new ArrayList<>();
    for (String leaf : leaves) {
      rules.add(
          new ClassRule(leaf, List.of(ClassRule.number(FlowField.MARK, leaves.indexOf(leaf)))));
    }
    Harness link =
        new Harness(TreeConfig.of(new QueueConfig.Htb(List.of(root)), leaves.get(0), rules));
    byte[][] frames = new byte[4][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = TestFrames.udpFrame(i, 1_000 + i, 1_200);
    }
    long startNs = 0;
    Map<String, Long> before = new HashMap<>();
    for (long step = 0; step < steps; step++) {
      for (String leaf : busy) {
        QueueCounters counters = link.tree().counters().get(leaf);
        while (counters.backlogPackets() < 900) {
          link.arrive(leaves.indexOf(leaf), leaves.indexOf(leaf), frames[0]);
        }
      }
      if (step == steps / 4) {
        leaves.forEach(l -> before.put(l, link.tree().counters().get(l).sentBytes()));
        startNs = link.nowNs;
      }
      link.sent.clear();
      link.run(forNs / steps, 0);
    }
    long tookNs = link.nowNs - startNs;
    Map<String, Double> rates = new HashMap<>();
    for (String leaf : busy) {
      long sent = link.tree().counters().get(leaf).sentBytes() - before.get(leaf);
      rates.put(leaf, sent * 8e9 / tookNs);
    }
    return rates;
  }
}
