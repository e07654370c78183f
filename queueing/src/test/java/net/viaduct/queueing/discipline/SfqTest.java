package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.QueueConfig.Perturbation;
import net.viaduct.queueing.config.TreeConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SfqTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000 * MS;

  private final QueueCounters counters = QueueCounters.unlisted("test");
  private final List<Packet> dropped = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  @DisplayName("Sends and drops the very packets that the kernel's rules say")
  void shouldDoAsTheModelDoes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int limit = 2 + random.nextInt(60);
    int depth = seed % 2 == 0 ? limit : 1 + random.nextInt(limit);
    int flows = 1 + random.nextInt(20);
    long[] hashes = distinct(flows, random);
    Sfq queue =
        new Sfq(
            new QueueConfig.Sfq(limit, 127, depth, 65_536, 1_514, false, 0, Perturbation.REHASH),
            random,
            counters,
            (packet, reason) -> dropped.add(packet));
    SfqModel model = new SfqModel(limit, depth, 1_514);
    List<Integer> sent = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    for (int id = 0; id < 50_000; id++) {
      int flow = random.nextInt(flows);
      int bytes = 60 + random.nextInt(1_454);
      if (random.nextInt(100) < ((id / 1_000) % 2 == 0 ? 60 : 40)) {
        queue.enqueue(packet(id, hashes[flow], bytes), 0, false);
        model.enqueue(id, flow, bytes);
      } else {
        Packet packet = queue.dequeue(0);
        Integer item = model.dequeue();
        sent.add(packet == null ? -1 : packet.slot());
        expected.add(item == null ? -1 : item);
      }
    }
    assertThat(sent).as("seed %d", seed).isEqualTo(expected);
    assertThat(dropped.stream().map(Packet::slot).toList()).isEqualTo(model.dropped).isNotEmpty();
  }

  private static long[] distinct(int flows, SplittableRandom random) {
    return random.longs(flows).toArray(); // two in one of 65,536 places would show as a failure
  }

  private static Packet packet(int id, long flow, int bytes) {
    Packet packet = new Packet(id);
    packet.linkBytes(bytes);
    packet.flow(flow);
    return packet;
  }

  @ParameterizedTest
  @EnumSource(Perturbation.class)
  @Tag("R31")
  @DisplayName("R31: when the hash changes, ours neither loses, reorders nor moves what waits")
  void shouldShowWhatAPerturbationDoes(Perturbation how) {
    int bulk = 12;
    Harness link =
        new Harness(
            TreeConfig.of(new QueueConfig.Sfq(1_000, 127, 1_000, 32, 1_514, false, SECOND, how)));
    byte[][] frames = new byte[bulk + 1][];
    for (int flow = 0; flow <= bulk; flow++) {
      frames[flow] = TestFrames.udpFrame(flow, 1_000 + flow, flow == bulk ? 60 : 1_200);
    }
    for (int i = 0; i < 20 * bulk; i++) {
      link.arrive(i % bulk, frames[i % bulk]);
    }
    for (int ms = 0; ms < 60_000; ms++) {
      int before = link.sent.size();
      link.run(MS, 10_000_000);
      for (Harness.Sent packet : List.copyOf(link.sent.subList(before, link.sent.size()))) {
        if (packet.flow() < bulk) {
          link.arrive(packet.flow(), frames[packet.flow()]); // a window of 20 packets
        }
      }
      if (ms % 50 == 0) {
        link.arrive(bulk, frames[bulk]);
      }
    }
    assertThat(link.dropped).isEmpty();
    assertThat(isOrdered(link.sent)).as("nothing overtakes").isEqualTo(how != Perturbation.ABANDON);
    long worstMs =
        link.sent.stream()
            .filter(packet -> packet.flow() == bulk)
            .mapToLong(packet -> packet.waitedNs() / MS)
            .max()
            .orElseThrow();
    if (how == Perturbation.STICKY) {
      assertThat(worstMs).as("a turn of each other flow").isLessThanOrEqualTo(2 * bulk);
    } else {
      assertThat(worstMs).as("in a queue with another flow's window").isGreaterThan(100);
    }
  }

  private static boolean isOrdered(List<Harness.Sent> sent) {
    try {
      Harness.requireOrder(sent);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }

  @Test
  void shouldTakeMoreThanTheLimitWhenTheyWereAdmittedElsewhere() {
    Sfq queue =
        new Sfq(
            QueueConfig.Sfq.DEFAULT.perturbed(SECOND, Perturbation.STICKY),
            new SplittableRandom(1),
            counters,
            (packet, reason) -> dropped.add(packet));
    for (int id = 0; id < 3_000; id++) {
      queue.enqueue(packet(id, id % 900 * 0x1234_5678_9abc_def1L, 100), 0, true);
    }
    int sent = 0;
    while (queue.dequeue(2 * SECOND * sent) != null) {
      sent++;
    }
    assertThat(sent).isEqualTo(3_000);
    assertThat(dropped).isEmpty();
  }
}
