package net.viaduct.queueing.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.QueueConfig.Named;
import net.viaduct.queueing.config.QueueConfig.Perturbation;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class QueueTreeTest {
  private static final long MS = 1_000_000;
  private static final int FLOWS = 40;

  // so patient that nothing is dropped: what is lost is lost by the change
  private static final QueueConfig FQ_CODEL =
      new QueueConfig.FqCodel(64, 1 << 20, 1L << 40, 3_600_000 * MS, 3_600_000 * MS, 1_514, true);
  private static final QueueConfig FIFO = new QueueConfig.Fifo(1 << 20, 1L << 40);
  private static final QueueConfig SFQ =
      new QueueConfig.Sfq(1 << 16, 500, 1 << 16, 1_024, 1_514, false, 10 * MS, Perturbation.STICKY);

  @Test
  @Tag("R31")
  @DisplayName("1,000 changes under load: no packet is lost, none of a flow overtakes another")
  void shouldLoseAndReorderNothingByChanges() {
    SplittableRandom random = new SplittableRandom(31);
    Harness link = new Harness(config(random));
    byte[][] frames = new byte[FLOWS][];
    for (int flow = 0; flow < FLOWS; flow++) {
      frames[flow] = frame(flow);
    }
    int arrived = 0;
    for (int change = 0; change < 1_000; change++) {
      for (int i = random.nextInt(60); i > 0; i--) {
        int flow = random.nextInt(FLOWS);
        link.arrive(flow, frames[flow]);
        arrived++;
      }
      link.run(random.nextLong(2 * MS), 100_000_000);
      link.tree().change(link.tree().prepare(config(random)), link.nowNs);
    }
    assertThat(link.tree().isEmpty()).as("there was something to lose").isFalse();
    link.run(3_600_000 * MS, 100_000_000);
    assertThat(link.dropped).isEmpty();
    assertThat(link.sent).hasSize(arrived);
    Harness.requireOrder(link.sent);
    for (QueueCounters counters : link.tree().counters().values()) {
      assertThat(counters.backlogPackets()).isZero();
      assertThat(counters.backlogBytes()).isZero();
    }
  }

  /** Other keys, depths, seeds, overheads, kinds of queues, limits, rates and classes. */
  private static TreeConfig config(SplittableRandom random) {
    QueueConfig queue = any(random);
    TreeConfig config =
        switch (random.nextInt(4)) {
          case 0 -> TreeConfig.of(queue);
          case 1 ->
              TreeConfig.of(
                  new QueueConfig.Priority(
                      List.of(new Named("a", any(random)), new Named("b", any(random)))),
                  "b",
                  List.of(flows("a", 10)));
          case 2 ->
              TreeConfig.of(
                  new QueueConfig.Share(FlowField.TUNNEL_ID, Map.of(3L, 2), 8, 1_514, queue));
          default ->
              TreeConfig.of(
                  new QueueConfig.Htb(
                      List.of(
                          HtbClass.inner(
                              "link",
                              50_000_000 + random.nextInt(50_000_000),
                              100_000_000,
                              HtbClass.leaf("a", 10_000_000, 60_000_000, any(random)),
                              HtbClass.leaf("b", 20_000_000, 100_000_000, any(random))))),
                  "a",
                  List.of(flows("b", 20)));
        };
    if (random.nextBoolean()) {
      return config;
    }
    Set<FlowField> keys = random.nextBoolean() ? FlowField.INSIDE_TUNNELS : FlowField.OUTSIDE_ONLY;
    return config
        .withKeys(keys, random.nextInt(3))
        .withSeed(random.nextInt(2))
        .withOverhead(random.nextBoolean() ? LinkOverhead.ETHERNET : LinkOverhead.PPPOE_ATM);
  }

  private static QueueConfig any(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> FIFO;
      case 1 -> SFQ;
      default -> FQ_CODEL;
    };
  }

  private static ClassRule flows(String queue, int below) {
    return new ClassRule(
        queue, List.of(ClassRule.range(FlowField.TUNNEL_PROTO_SRC, 1_000, 1_000 + below)));
  }

  private static byte[] frame(int flow) {
    byte[] inner = TestFrames.udpFrame(flow, 1_000 + flow, 300 + 10 * flow);
    return TestFrames.ethernet(
        EtherType.IPV4,
        TestFrames.ipv4(
            "172.16.0.1", "172.16.0.2", IpProtocol.UDP, TestFrames.vxlan(flow % 4, inner)));
  }

  @Test
  @DisplayName("Tunnel keys switched on while a queue is full: the ping waits no longer")
  void shouldServeByNewKeysWhatWaitsAlready() {
    TreeConfig blind = TreeConfig.of(FQ_CODEL).withKeys(FlowField.OUTSIDE_ONLY, 0);
    Harness link = new Harness(blind);
    for (int i = 0; i < 100; i++) {
      link.arrive(1, frame(1));
    }
    link.arrive(2, frame(2));
    TreeConfig seeing = blind.withKeys(FlowField.INSIDE_TUNNELS, 2);
    link.tree().change(link.tree().prepare(seeing), link.nowNs);
    link.run(1, 0);
    int place = link.sent.stream().map(Harness.Sent::flow).toList().indexOf(2);
    assertThat(place).isLessThan(6);
    assertThat(link.sent).hasSize(101);
    Harness.requireOrder(link.sent);
  }

  @Test
  void shouldGoOnWithTheSameQueueWhenOnlyItsLimitsChange() {
    Harness link = new Harness(TreeConfig.of(new QueueConfig.Fifo(10, 1L << 40)));
    for (int i = 0; i < 10; i++) {
      link.arrive(1, frame(1));
    }
    TreeConfig smaller = TreeConfig.of(new QueueConfig.Fifo(5, 1L << 40));
    link.tree().change(link.tree().prepare(smaller), link.nowNs);
    link.arrive(1, frame(1));
    assertThat(link.dropped).as("the one that came, not those that waited").hasSize(1);
    link.run(1, 0);
    assertThat(link.sent).hasSize(10);
    assertThat(link.tree().counters().get("queue").receivedPackets()).isEqualTo(11);
  }

  @Test
  @DisplayName("A rate holds over changes: nobody gets a burst by changing again and again")
  void shouldNotGiveABurstWithEachChange() {
    TreeConfig limited =
        TreeConfig.of(
            new QueueConfig.Htb(List.of(HtbClass.leaf("all", 1_000_000, 1_000_000, FIFO))),
            "all",
            List.of());
    Harness link = new Harness(limited);
    for (int i = 0; i < 1_000; i++) {
      link.arrive(1, frame(20));
    }
    for (int change = 0; change < 1_000; change++) {
      link.run(MS, 0);
      link.tree().change(link.tree().prepare(limited), link.nowNs);
    }
    assertThat(link.sentBytes(1) * 8).isBetween(990_000L, 1_040_000L);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    TreeConfig twice =
        TreeConfig.of(
            new QueueConfig.Priority(List.of(new Named("a", FIFO), new Named("a", FIFO))),
            "a",
            List.of());
    assertThatThrownBy(() -> new Harness(twice)).hasMessageContaining("twice");
    TreeConfig unknown = TreeConfig.of(FIFO, "other", List.of());
    assertThatThrownBy(() -> new Harness(unknown)).hasMessageContaining("no queue 'other'");
    Harness link = new Harness(TreeConfig.of(FIFO));
    link.arrive(1, frame(1));
    assertThatThrownBy(() -> link.tree().prepare(unknown)).hasMessageContaining("other");
    link.run(1, 0);
    assertThat(link.sent).as("the old one is still in use").hasSize(1);
  }

  @Test
  void shouldSayHowLongNothingMayGo() {
    Harness link =
        new Harness(
            TreeConfig.of(
                new QueueConfig.Htb(List.of(HtbClass.leaf("all", 8_000_000, 8_000_000, FIFO))),
                "all",
                List.of()));
    assertThat(link.tree().waitNs(link.nowNs)).isEqualTo(Discipline.NOTHING_WAITS);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      frames.add(frame(1));
    }
    frames.forEach(f -> link.arrive(1, f));
    while (link.leave() != null) {}
    long waitNs = link.tree().waitNs(link.nowNs);
    assertThat(waitNs).isPositive().isLessThan(MS);
    link.nowNs += waitNs - 1;
    assertThat(link.leave()).isNull();
    link.nowNs += 1;
    assertThat(link.leave()).isNotNull();
  }

  @Test
  void shouldHaveEveryFieldAsAKey() {
    Set<FlowField> all = new HashSet<>(EnumSet.allOf(FlowField.class));
    Harness link = new Harness(TreeConfig.of(FQ_CODEL).withKeys(all, 8));
    link.arrive(1, frame(1));
    link.run(1, 0);
    assertThat(link.sent).hasSize(1);
  }
}
