package net.viaduct.vtep.waiting;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import net.viaduct.io.Offload;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.trace.Trace;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The queue of a host on its way to the underlay, in memory and in virtual time. */
class UnderlayQueueTest extends QueuedHost {
  private static final int RED = 200;
  private static final int TUNNEL_BYTES = 50; // IPv4, with the outer Ethernet header

  @Test
  void shouldLetPassAtOnceWhatTheRateAllows() {
    queue(TestQueues.LARGE);
    for (int i = 0; i < 10; i++) {
      a.inject(numbered(mac(1), 1, i, 100));
    }
    rig.settle();
    assertThat(sent()).hasSize(10);
    assertThat(counter("egress-queued-frames")).isZero();
  }

  @Test
  @DisplayName(
      "A rate counts what the underlay's link carries: the frame, its tunnel, the link's own")
  void shouldKeepTheRateWithAllOverhead() {
    int burstBytes =
        3_000; // more than comes in a step of time, or each packet would wait for a step
    QueueSettings told = TestQueues.limited(1_000_000, burstBytes, QueueConfig.Fifo.DEFAULT);
    queue(
        new QueueSettings(
            told.tree().withOverhead(LinkOverhead.ETHERNET), told.rateBitsPerSecond()));
    for (int i = 0; i < 400; i++) {
      a.inject(numbered(mac(1), 1, i, 1000));
    }
    long bytesOnTheLink = 1000 + 42 + TUNNEL_BYTES + 24;
    for (int i = 0; i < 1000; i++) {
      rig.advance(Duration.ofMillis(1));
    }
    long mayLeave = (1_000_000 / 8 + burstBytes) / bytesOnTheLink;
    assertThat((long) sent().size()).isBetween(mayLeave, mayLeave + 1);
  }

  @Test
  @DisplayName("A super-frame of 64 KB would hold a slow link for long: it is cut before it waits")
  void shouldCutSuperFramesOnASlowLink() {
    queue(20_000_000, QueueConfig.FqCodel.DEFAULT);
    byte[] whole = Frames.unfinished(Frames.tcp(FAR, mac(1), 7, 20 * 1400));
    a.inject(
        MemoryFrame.of(whole)
            .withChecksumPartial(Frames.TRANSPORT_OFFSET, 16)
            .withSegmentation(Offload.TCP_IPV4, 1400));
    a.inject(numbered(mac(1), 8, 0, 100));
    rig.settle();
    for (int i = 0; i < 3; i++) {
      rig.advance(Duration.ofMillis(1));
    }
    assertThat(sent())
        .as("what a ping does not wait for")
        .anyMatch(frame -> flow(frame) == 8)
        .hasSizeLessThan(10);
    for (int i = 0; i < 20; i++) {
      rig.advance(Duration.ofMillis(1));
    }
    assertThat(sent()).allMatch(frame -> frame.length == Frames.TCP_HEADERS_BYTES + 1400);
    assertThat(counter("egress-cut-frames")).isEqualTo(19);
    assertThat(counter("egress-sent-frames")).isEqualTo(21);
  }

  @Test
  void shouldLeaveSuperFramesWholeOnAFastLink() {
    queue(TestQueues.LARGE);
    byte[] whole = Frames.unfinished(Frames.tcp(FAR, mac(1), 7, 20 * 1400));
    a.inject(
        MemoryFrame.of(whole)
            .withChecksumPartial(Frames.TRANSPORT_OFFSET, 16)
            .withSegmentation(Offload.TCP_IPV4, 1400));
    rig.settle();
    assertThat(counter("egress-sent-frames")).isEqualTo(1);
    assertThat(counter("egress-sent-datagrams")).isEqualTo(20);
  }

  @Test
  @DisplayName("A port whose tenant has its part of the queue is not read; its queue fills instead")
  void shouldHoldAPortBackInsteadOfLosingItsFrames() {
    queue(1_000_000, new QueueConfig.Fifo(100, Long.MAX_VALUE));
    for (int i = 0; i < 3000; i++) {
      a.inject(numbered(mac(1), 1, i, 1000));
    }
    List<byte[]> all = new ArrayList<>();
    long mostWaiting = 0;
    for (int i = 0; all.size() < 3000 && i < 100_000; i++) {
      rig.advance(Duration.ofMillis(1));
      all.addAll(sent());
      mostWaiting =
          Math.max(
              mostWaiting, counter("egress-queued-frames") - counter("egress-unqueued-frames"));
    }
    assertThat(all).hasSize(3000);
    assertThat(mostWaiting).isLessThanOrEqualTo(100);
    assertThat(counter("egress-dropped-frames")).isZero();
    for (int i = 0; i < 3000; i++) {
      assertThat(number(all.get(i))).isEqualTo(i);
    }
  }

  @Test
  @DisplayName("One flow of a tenant gets as much as a thousand flows of another, within 1 %")
  void shouldShareEquallyBetweenTenants() {
    assertThat(partOfTenantA(Map.of())).isBetween(0.495, 0.505);
  }

  @Test
  void shouldShareByWeight() {
    assertThat(partOfTenantA(Map.of((long) BLUE, 3))).isBetween(0.745, 0.755);
  }

  /** The part of one flow in blue beside a thousand flows in red. */
  private double partOfTenantA(Map<Long, Integer> weights) {
    network(RED);
    MemoryPort b = port(RED, "b");
    queue(
        TestQueues.limited(
            100_000_000,
            12_500, // a millisecond's worth, as time goes by in such steps
            new QueueConfig.Share(
                FlowField.NETWORK, weights, 64, 1514, QueueConfig.FqCodel.DEFAULT)));
    SplittableRandom random = new SplittableRandom(7);
    Map<Integer, Long> bytes = new HashMap<>();
    for (int ms = 0; ms < 3000; ms++) {
      for (int i = 0; i < 12; i++) {
        a.inject(numbered(mac(1), 5, i, 1000));
        b.inject(numbered(mac(2), 1000 + random.nextInt(1000), i, 1000));
      }
      rig.advance(Duration.ofMillis(1));
      for (byte[] frame : sent()) {
        if (ms >= 500) {
          bytes.merge(flow(frame) < 1000 ? BLUE : RED, (long) frame.length, Long::sum);
        }
      }
    }
    double blue = bytes.get(BLUE);
    assertThat((blue + bytes.get(RED)) * 8 / 2.5)
        .as("the link is used")
        .isGreaterThan(0.92 * 100_000_000);
    return blue / (blue + bytes.get(RED));
  }

  @Test
  @DisplayName("1,000 changes under load: no packet of any flow is lost or out of order")
  void shouldChangeUnderLoadWithoutLossOrReordering() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    int[] sentOf = new int[50];
    int[] seenOf = new int[50];
    int whole = 0;
    for (int change = 0; change < 1000; change++) {
      rig.await(rig.control(0).changeUnderlayQueue(someQueue(random)));
      for (int i = 0; i < 20; i++) {
        int flow = random.nextInt(50);
        a.inject(numbered(mac(1), 100 + flow, sentOf[flow]++, 200));
        whole++;
      }
      rig.advance(Duration.ofNanos(400_000));
      follow(seenOf, seed);
    }
    rig.await(rig.control(0).changeUnderlayQueue(Optional.empty()));
    rig.settle();
    follow(seenOf, seed);
    assertThat(seenOf).containsExactly(sentOf);
    assertThat(counter("egress-sent-frames")).isEqualTo(whole);
    assertThat(counter("egress-queued-frames")).isGreaterThan(1000);
  }

  private void follow(int[] seenOf, long seed) {
    for (byte[] frame : sent()) {
      int flow = flow(frame) - 100;
      assertThat(number(frame)).as("flow %d, seed %d", flow, seed).isEqualTo(seenOf[flow]++);
    }
  }

  /** No two are the same kind for long; none drops for its length or for what waited. */
  private static Optional<QueueSettings> someQueue(SplittableRandom random) {
    long patientNs = Duration.ofHours(1).toNanos();
    QueueConfig codel =
        new QueueConfig.FqCodel(64, 50_000, 1L << 30, patientNs, patientNs, 1514, true);
    QueueConfig fifo = new QueueConfig.Fifo(50_000, Long.MAX_VALUE);
    QueueConfig chosen =
        switch (random.nextInt(5)) {
          case 0 -> codel;
          case 1 -> fifo;
          case 2 -> new QueueConfig.Share(FlowField.NETWORK, Map.of(), 16, 1514, codel);
          case 3 -> new QueueConfig.Share(FlowField.IIF, Map.of(), 16, 1514, fifo);
          default ->
              new QueueConfig.Sfq(
                  50_000, 64, 50_000, 1024, 1514, false, 0, QueueConfig.Perturbation.STICKY);
        };
    if (random.nextInt(20) == 0) {
      return Optional.empty();
    }
    QueueSettings settings =
        TestQueues.limited(20_000_000L + random.nextInt(200_000_000), 1, chosen);
    return Optional.of(
        random.nextBoolean()
            ? settings
            : new QueueSettings(
                settings.tree().withKeys(FlowField.OUTSIDE_ONLY, 0), settings.rateBitsPerSecond()));
  }

  @Test
  void shouldTellWhichQueueItIsAndWhatWaitsAndThatThePortIsHeldBack() {
    queue(8_000, new QueueConfig.Fifo(2, Long.MAX_VALUE));
    for (int i = 0; i < 5; i++) {
      a.inject(numbered(mac(1), 1, i, 100));
    }
    rig.settle();
    Trace trace = rig.await(rig.control(0).traceFromPort("a", broadcast(mac(1))));
    assertThat(trace.toString())
        .contains("queue 'all': 1 packets wait in it")
        .contains("the port is held back now: port a has 1 frames waiting");
    assertThat(rig.view(0).ports().getFirst().heldBecause())
        .isEqualTo("port a has as many frames waiting as it may");
    rig.await(rig.control(0).changeUnderlayQueue(Optional.empty()));
    assertThat(rig.view(0).ports().getFirst().heldBecause()).isEmpty();
  }

  @Test
  void shouldReadAHeldPortAgainWhenTheQueueIsTakenAway() {
    queue(8_000, new QueueConfig.Fifo(2, Long.MAX_VALUE));
    for (int i = 0; i < 50; i++) {
      a.inject(numbered(mac(1), 1, i, 100));
    }
    rig.settle();
    assertThat(sent()).hasSize(1);
    rig.await(rig.control(0).changeUnderlayQueue(Optional.empty()));
    rig.settle();
    assertThat(sent()).hasSize(49);
  }

  @Test
  void shouldDetachAPortThatIsHeldBack() {
    queue(8_000, new QueueConfig.Fifo(2, Long.MAX_VALUE));
    for (int i = 0; i < 5; i++) {
      a.inject(numbered(mac(1), 1, i, 100));
    }
    rig.settle();
    rig.await(rig.control(0).detachPort("a"));
    rig.attach(0, BLUE, a);
    rig.advance(Duration.ofSeconds(60));
    for (int i = 0; i < 10; i++) {
      rig.advance(Duration.ofSeconds(1));
    }
    assertThat(sent()).hasSize(5);
  }

  @Test
  @Tag("R26")
  void shouldMarkTheInnerFrameSoThatTheOuterHeaderTellsItToo() {
    queue(1_000_000, new QueueConfig.FqCodel(8, 1000, 1 << 24, 5_000_000, 100_000_000, 1514, true));
    for (int i = 0; i < 200; i++) {
      a.inject(Frames.withTrafficClass(numbered(mac(1), 1, i, 1000), 2));
    }
    for (int i = 0; i < 800; i++) {
      rig.advance(Duration.ofMillis(1));
    }
    List<MemoryDatagram> left = taken();
    assertThat(left)
        .anyMatch(it -> (it.trafficClass() & 3) == 3)
        .anyMatch(it -> it.trafficClass() == 2);
    assertThat(left)
        .allMatch(it -> (it.payload()[VXLAN_BYTES + 15] & 3) == (it.trafficClass() & 3));
    assertThat(rig.view(0).drops().get(DropReason.QUEUE_CODEL)).isZero();
  }
}
