package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.ip.Ipv4Header;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R29")
class FqCodelTest {
  private static final long MS = 1_000_000;
  private static final QueueConfig.FqCodel ENDLESS =
      new QueueConfig.FqCodel(1_024, 1 << 30, 1L << 40, 5 * MS, 100 * MS, 1_514, true);

  private final QueueCounters counters = QueueCounters.unlisted("test");
  private final List<Packet> dropped = new ArrayList<>();

  @Test
  @DisplayName("R29: the defaults are those of RFC 8290")
  void shouldHaveTheDefaultsOfTheRfc() {
    assertThat(QueueConfig.FqCodel.DEFAULT.targetNs()).isEqualTo(5 * MS);
    assertThat(QueueConfig.FqCodel.DEFAULT.intervalNs()).isEqualTo(100 * MS);
    assertThat(QueueConfig.FqCodel.DEFAULT.quantumBytes()).isEqualTo(1_514);
    assertThat(QueueConfig.FqCodel.DEFAULT.flows()).isEqualTo(1_024);
    assertThat(QueueConfig.FqCodel.DEFAULT.packets()).isEqualTo(10_240);
    assertThat(QueueConfig.FqCodel.DEFAULT.ecn()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  @DisplayName("R29: sends, marks and drops the very packets that the pseudo-code of the RFCs does")
  void shouldDoAsTheModelDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    FqCodel queue = new FqCodel(ENDLESS, counters, (packet, reason) -> dropped.add(packet));
    CodelModel model = new CodelModel(5 * MS, 100 * MS, 1_514);
    List<Integer> sent = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    List<Integer> marks = new ArrayList<>();
    int flows = 1 + random.nextInt(12);
    long nowNs = random.nextLong(1L << 50); // the model's doubles are exact so far
    for (int id = 0; id < 60_000; id++) {
      // in some seconds more comes than goes, in others less
      boolean busy = (id / 6_000) % 2 == 0;
      nowNs += random.nextInt((int) MS);
      int flow = random.nextInt(flows);
      int bytes = 60 + random.nextInt(1_454);
      boolean ect = flow % 3 == 0;
      if (random.nextInt(100) < (busy ? 60 : 40)) {
        queue.enqueue(packet(id, flow, bytes, ect, nowNs), nowNs, false);
        model.enqueue(new CodelModel.Item(id, flow, bytes, ect, nowNs));
      } else {
        long markedBefore = counters.markedPackets();
        Packet packet = queue.dequeue(nowNs);
        CodelModel.Item item = model.dequeue(nowNs);
        sent.add(packet == null ? -1 : packet.slot());
        expected.add(item == null ? -1 : item.id());
        if (counters.markedPackets() > markedBefore && packet != null) {
          marks.add(packet.slot());
        }
      }
    }
    assertThat(sent).as("seed %d", seed).isEqualTo(expected);
    assertThat(dropped.stream().map(Packet::slot).toList()).isEqualTo(model.dropped);
    assertThat(marks).isEqualTo(model.marked);
    assertThat(model.dropped.size() + model.marked.size()).as("it was a test").isPositive();
  }

  private static Packet packet(int id, int flow, int bytes, boolean ect, long nowNs) {
    int trafficClass = ect ? Ecn.ECT_0 : Ecn.NOT_ECT;
    byte[] ip = TestFrames.ipv4("10.0.0.1", "10.0.0.2", 17, trafficClass, 0, new byte[8]);
    Packet packet = new Packet(id);
    TestFrames.into(packet, TestFrames.ethernet(EtherType.IPV4, ip));
    packet.linkBytes(bytes);
    packet.flow((flow + 1) * 0x1234_5678_9abc_def1L);
    packet.ipOffset(14);
    packet.arrived(nowNs, id);
    return packet;
  }

  @Test
  @DisplayName("R29: ECN: marks before it drops, with a checksum that is right")
  void shouldMarkWhoSpeaksEcn() {
    FqCodel queue = new FqCodel(ENDLESS, counters, (packet, reason) -> dropped.add(packet));
    for (int id = 0; id < 1_000; id++) {
      queue.enqueue(packet(id, 1, 1_514, true, 0), 0, false);
    }
    int marked = 0;
    for (long nowNs = 6 * MS; !queue.isEmpty(); nowNs += MS) {
      Packet packet = queue.dequeue(nowNs);
      if (packet != null
          && InnerTrafficClass.read(packet.memory(), packet.start() + 14) == Ecn.CE) {
        marked++;
        assertThat(Ipv4Header.hasValidChecksum(packet.memory(), packet.start() + 14)).isTrue();
      }
    }
    assertThat(marked).isEqualTo((int) counters.markedPackets()).isGreaterThan(20);
    assertThat(dropped).isEmpty();
  }

  @Test
  void shouldDropOfTheLongestFlowWhenFull() {
    QueueConfig.FqCodel small =
        new QueueConfig.FqCodel(64, 100, 1L << 40, 5 * MS, 100 * MS, 1_514, true);
    FqCodel queue = new FqCodel(small, counters, (packet, reason) -> dropped.add(packet));
    queue.enqueue(packet(0, 7, 60, false, 0), 0, false);
    for (int id = 1; id < 1_000; id++) {
      queue.enqueue(packet(id, 1, 1_514, false, 0), 0, false);
    }
    assertThat(dropped).isNotEmpty().noneMatch(packet -> packet.slot() == 0);
    assertThat(counters.droppedPackets(QueueDrop.LONGEST_FLOW)).isEqualTo(dropped.size());
    assertThat(counters.backlogPackets()).isLessThanOrEqualTo(100);
  }

  @Test
  @DisplayName("Flows share a queue only if all that they may take are used")
  void shouldKeepFlowsApart() {
    FqCodel queue = new FqCodel(ENDLESS, counters, (packet, reason) -> dropped.add(packet));
    SplittableRandom random = new SplittableRandom(3);
    int flows = 200;
    for (int flow = 0; flow < flows; flow++) {
      long hash = random.nextLong();
      for (int i = 0; i < 2; i++) {
        Packet packet = packet(flow * 2 + i, 0, 1_514, false, 0);
        packet.flow(hash);
        queue.enqueue(packet, 0, false);
      }
    }
    for (int i = 0; i < flows; i++) {
      Packet packet = queue.dequeue(0);
      assertThat(packet).isNotNull();
      assertThat(packet.slot() % 2).as("first packets of all flows first").isZero();
    }
  }

  @Test
  @DisplayName("A flow that shared a queue does not overtake itself when another becomes free")
  void shouldKeepTheOrderOfAFlowThatSharesAQueue() {
    QueueConfig few = new QueueConfig.FqCodel(8, 1_000, 1L << 20, 5 * MS, 100 * MS, 1_514, true);
    FqCodel queue =
        new FqCodel((QueueConfig.FqCodel) few, counters, (packet, reason) -> dropped.add(packet));
    for (int flow = 1; flow <= 8; flow++) {
      for (int i = 0; i < (flow == 1 ? 1 : 4); i++) {
        queue.enqueue(ofFlow(flow * 10 + i, flow), 0, false);
      }
    }
    int guest = 9 + 16; // at home where flow 2 or a later one is, not where flow 1 was
    queue.enqueue(ofFlow(900, guest), 0, false);
    assertThat(Stream.generate(() -> queue.dequeue(0)).limit(9).map(Packet::slot))
        .as("flow 1 has nothing left, and its queue is free")
        .contains(10)
        .doesNotContain(900);
    queue.enqueue(ofFlow(901, guest), 0, false);
    List<Integer> rest = new ArrayList<>();
    for (Packet packet = queue.dequeue(0); packet != null; packet = queue.dequeue(0)) {
      rest.add(packet.slot());
    }
    assertThat(rest).containsSubsequence(900, 901);
  }

  private static Packet ofFlow(int slot, long flow) {
    Packet packet = packet(slot, 0, 1_514, false, 0);
    packet.flow(flow);
    return packet;
  }

  @Test
  @DisplayName("Four greedy flows share a slow link within 1 %, a sparse one does not wait")
  void shouldBeFairAndFast() {
    Harness link = new Harness(TreeConfig.of(ENDLESS));
    byte[][] frames = new byte[5][];
    for (int flow = 0; flow < 5; flow++) {
      frames[flow] = TestFrames.udpFrame(flow, 1_000 + flow, flow == 4 ? 60 : 200 + 300 * flow);
    }
    for (int step = 0; step < 20_000; step++) {
      for (int flow = 0; flow < 4; flow++) {
        if (step % (flow + 1) == 0) {
          link.arrive(flow, frames[flow]);
        }
      }
      if (step % 80 == 0) {
        link.arrive(4, frames[4]);
      }
      link.run(MS / 4, 5_000_000);
    }
    long[] shares = new long[4];
    for (int flow = 0; flow < 4; flow++) {
      shares[flow] = link.sentBytes(flow);
    }
    assertThat(Harness.jain(shares)).isGreaterThan(0.9999);
    long worstNs =
        link.sent.stream()
            .filter(s -> s.flow() == 4)
            .skip(1) // at first all flows are new
            .mapToLong(Harness.Sent::waitedNs)
            .max()
            .orElseThrow();
    assertThat(worstNs).isLessThan(5 * MS);
    Harness.requireOrder(link.sent);
  }

  @Test
  void shouldGiveAllAwayInOrder() {
    FqCodel queue = new FqCodel(ENDLESS, counters, (packet, reason) -> dropped.add(packet));
    for (int id = 0; id < 100; id++) {
      queue.enqueue(packet(id, id % 7, 100, false, 0), 0, false);
    }
    PacketList all = new PacketList();
    queue.takeAll(all);
    assertThat(all.size()).isEqualTo(100);
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.dequeue(0)).isNull();
    assertThat(counters.backlogPackets()).isZero();
  }
}
