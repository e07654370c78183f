package net.viaduct.lab.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.lab.link.VirtualLink.Arrival;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CountersFile;
import org.junit.jupiter.api.Test;

/** One direction of a link, in virtual time. */
class LinkDirectionTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final long MEGABIT = 1_000_000;

  private static LinkShape withPackets(LinkShape shape, int packets) {
    return shape.withQueue(TreeConfig.of(new QueueConfig.Fifo(packets, Long.MAX_VALUE)));
  }

  @Test
  void shouldTakeAsLongAsItsRateAndDelayMake() {
    LinkShape shape = LinkShape.CABLE.withRate(100 * MEGABIT).withDelay(5 * MS, 0);
    try (VirtualLink link = new VirtualLink(shape, 1, 77)) {
      link.send(1_250); // 100 microseconds
      link.send(1_250);
      link.send(125);
      link.pass(SECOND);
      assertThat(link.arrivals)
          .extracting(Arrival::timeNs)
          .containsExactly(77 + 5_100_000L, 77 + 5_200_000L, 77 + 5_210_000L);
      link.send(1_250); // after a pause nothing is saved up
      link.pass(SECOND);
      assertThat(link.arrivals.getLast().timeNs()).isEqualTo(77 + SECOND + 5_100_000L);
    }
  }

  @Test
  void shouldCountTheOverheadAgainstTheRate() {
    LinkShape shape =
        new LinkShape(100 * MEGABIT, 24, 0, 0, 0, 0, 0, TreeConfig.of(QueueConfig.Fifo.DEFAULT));
    try (VirtualLink link = new VirtualLink(shape, 1)) {
      link.send(1_226);
      link.pass(SECOND);
      assertThat(link.arrivals.getFirst().timeNs()).isEqualTo(100_000);
    }
  }

  @Test
  void shouldKeepItsRateHoweverLateTheThreadIs() {
    LinkShape shape = withPackets(LinkShape.CABLE.withRate(10 * MEGABIT), 30_000);
    try (VirtualLink link = new VirtualLink(shape, 1)) {
      link.out.queueFrames(Integer.MAX_VALUE);
      Random random = new Random(4);
      int bytes = 0;
      for (int i = 0; i < 1_000; i++) {
        int length = random.nextInt(60, 1_500);
        bytes += length;
        link.send(length);
      }
      // only one look, long after: as if the thread had been away
      link.direction.deliver(bytes * 800L - 1);
      assertThat(link.out.takeAll()).hasSize(999);
      link.direction.deliver(bytes * 800L);
      assertThat(link.out.takeAll()).hasSize(1);
    }
  }

  @Test
  void shouldHoldAsManyPacketsAsTheQueueIsLong() {
    LinkShape shape = withPackets(LinkShape.CABLE.withRate(10 * MEGABIT), 20);
    try (VirtualLink link = new VirtualLink(shape, 1)) {
      IntStream.range(0, 30).forEach(i -> link.send(1_000));
      assertThat(link.counters.droppedFrames(LinkDrop.QUEUE)).isEqualTo(9); // one is leaving
      link.pass(SECOND);
      assertThat(link.numbers()).containsExactlyElementsOf(IntStream.range(0, 21).boxed().toList());
      assertThat(link.direction.present()).isZero();
    }
  }

  @Test
  void shouldHoldAsManyBytesAsTheQueueIsLong() {
    LinkShape shape = LinkShape.CABLE.withRate(10 * MEGABIT);
    try (VirtualLink link =
        new VirtualLink(shape.withQueue(TreeConfig.of(new QueueConfig.Fifo(9, 2_500))), 1)) {
      IntStream.range(0, 5).forEach(i -> link.send(1_000));
      link.send(400); // a small one still fits
      link.pass(SECOND);
      assertThat(link.numbers()).containsExactly(0, 1, 2, 5);
    }
  }

  @Test
  void shouldJitterWithinItsBoundsAndKeepTheOrder() {
    LinkShape shape = LinkShape.CABLE.withDelay(10 * MS, 4 * MS);
    try (VirtualLink link = new VirtualLink(shape, 9)) {
      for (int i = 0; i < 2_000; i++) {
        link.send(100);
        link.pass(MS);
      }
      link.pass(SECOND);
      assertThat(link.arrivals).hasSize(2_000);
      long[] delays =
          link.arrivals.stream().mapToLong(each -> each.timeNs() - each.number() * MS).toArray();
      assertThat(LongStream.of(delays)).allMatch(delay -> delay >= 6 * MS && delay <= 14 * MS);
      assertThat(LongStream.of(delays).distinct().count()).isGreaterThan(1_000);
      assertThat(link.numbers()).isSorted();
    }
  }

  @Test
  void shouldLoseDuplicateAndReorderAsOftenAsAsked() {
    LinkShape shape = LinkShape.CABLE.withDelay(3 * MS, 0).withFaults(0.1, 0.05, 0.2);
    try (VirtualLink link = new VirtualLink(shape, 12)) {
      int all = 20_000;
      for (int i = 0; i < all; i++) {
        link.send(100);
        link.pass(MS);
      }
      link.pass(SECOND);
      long lost = link.counters.droppedFrames(LinkDrop.LOST);
      assertThat(lost).isBetween(1_850L, 2_150L);
      assertThat(link.counters.duplicatedFrames()).isBetween(800L, 1_000L);
      assertThat(link.counters.reorderedFrames()).isBetween(3_500L, 4_100L);
      assertThat(link.arrivals).hasSize((int) (all - lost + link.counters.duplicatedFrames()));
      assertThat(link.numbers()).isNotEqualTo(link.numbers().stream().sorted().toList());
      assertThat(link.direction.present()).isZero();
    }
  }

  @Test
  void shouldBeTheSameForTheSameSeed() {
    LinkShape shape = LinkShape.CABLE.withDelay(3 * MS, MS).withFaults(0.1, 0.1, 0.1);
    assertThat(arrivals(shape, 5)).isEqualTo(arrivals(shape, 5)).isNotEqualTo(arrivals(shape, 6));
  }

  private static List<Arrival> arrivals(LinkShape shape, long seed) {
    try (VirtualLink link = new VirtualLink(shape, seed)) {
      for (int i = 0; i < 200; i++) {
        link.send(100);
        link.pass(MS / 2);
      }
      link.pass(SECOND);
      return List.copyOf(link.arrivals);
    }
  }

  @Test
  void shouldAccountForEveryFrame() {
    long start = Long.MAX_VALUE - 3 * MS; // a clock may overflow
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      LinkShape shape =
          withPackets(LinkShape.CABLE.withRate(20 * MEGABIT).withDelay(2 * MS, MS), 10)
              .withFaults(0.05, 0.05, 0.05);
      try (VirtualLink link = new VirtualLink(shape, seed, start)) {
        for (int i = 0; i < 3_000; i++) {
          link.send(random.nextInt(60, 1_514));
          link.pass(random.nextLong(800_000));
        }
        link.pass(SECOND);
        LinkCounters counters = link.counters;
        long dropped = LinkDrop.ALL.stream().mapToLong(counters::droppedFrames).sum();
        assertThat(counters.receivedFrames() + counters.duplicatedFrames())
            .as("seed %d", seed)
            .isEqualTo(counters.sentFrames() + dropped);
        assertThat(link.direction.present()).isZero();
        assertThat(link.arrivals).hasSize((int) counters.sentFrames());
        assertThat(link.arrivals)
            .isSortedAccordingTo(Comparator.comparingLong(a -> a.timeNs() - start));
      }
    }
  }

  @Test
  void shouldBecomeAnotherLinkWithoutLosingWhatWaits() {
    LinkShape slow = withPackets(LinkShape.CABLE.withRate(10 * MEGABIT), 100);
    LinkShape fair = slow.withQueue(TreeConfig.of(QueueConfig.Sfq.DEFAULT)).withRate(MEGABIT);
    try (VirtualLink link = new VirtualLink(slow, 1)) {
      IntStream.range(0, 50).forEach(i -> link.send(1_250)); // a millisecond each
      link.pass(10 * MS + MS / 2);
      link.change(fair);
      link.pass(SECOND);
      assertThat(link.numbers()).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
      long[] times = link.arrivals.stream().mapToLong(Arrival::timeNs).toArray();
      assertThat(times[10]).as("the one that was leaving").isEqualTo(11 * MS);
      assertThat(times[11]).as("the first of the slower link").isEqualTo(21 * MS);
      assertThat(times[49]).isEqualTo(21 * MS + 38 * 10 * MS);
      link.change(slow);
      link.send(1_250);
      link.pass(SECOND);
      assertThat(link.arrivals).hasSize(51);
    }
  }

  @Test
  void shouldKeepTheOrderWhenItsDelayBecomesShorter() {
    LinkShape slow = LinkShape.CABLE.withRate(10 * MEGABIT).withDelay(50 * MS, 0);
    try (VirtualLink link = new VirtualLink(slow, 1)) {
      for (int i = 0; i < 10; i++) {
        link.send(1_250);
      }
      link.pass(5 * MS);
      link.change(slow.withDelay(MS, 0));
      link.pass(SECOND);
      assertThat(link.numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      link.send(1_250);
      link.pass(SECOND);
      assertThat(link.arrivals.getLast().timeNs()).isEqualTo(5 * MS + SECOND + 2 * MS);
    }
  }

  @Test
  void shouldDropByTheQueuesOwnRules() {
    LinkShape shape =
        LinkShape.CABLE.withRate(MEGABIT).withQueue(TreeConfig.of(QueueConfig.FqCodel.DEFAULT));
    try (VirtualLink link = new VirtualLink(shape, 1)) {
      for (int i = 0; i < 2_000; i++) { // twice as much as there is room for
        link.send(1_250);
        link.pass(5 * MS);
      }
      link.pass(60 * SECOND);
      long dropped = link.counters.droppedFrames(LinkDrop.QUEUE);
      assertThat(dropped).isBetween(100L, 1_900L);
      assertThat(link.queues.snapshot().blocks())
          .anySatisfy(block -> {
            assertThat(block.label()).isEqualTo("link/queue");
            assertThat(block.values()).containsEntry("drop-codel", dropped);
          });
      assertThat(link.arrivals).hasSize((int) (2_000 - dropped));
      assertThat(link.direction.present()).isZero();
    }
  }

  @Test
  void shouldWaitForQueuesThatHaveARateOfTheirOwn() {
    HtbClass half =
        HtbClass.leaf("half", 5 * MEGABIT, 5 * MEGABIT, new QueueConfig.Fifo(100, Long.MAX_VALUE));
    LinkShape shape =
        LinkShape.CABLE
            .withRate(10 * MEGABIT)
            .withQueue(TreeConfig.of(new QueueConfig.Htb(List.of(half)), "half", List.of()));
    try (VirtualLink link = new VirtualLink(shape, 1)) {
      IntStream.range(0, 100).forEach(i -> link.send(1_250));
      link.pass(10 * SECOND);
      assertThat(link.arrivals).hasSize(100);
      assertThat(link.arrivals.getLast().timeNs()).isBetween(190 * MS, 201 * MS);
    }
  }

  @Test
  void shouldNameWhatNoWireCarries() {
    try (VirtualLink link = new VirtualLink(LinkShape.CABLE, 1)) {
      MemoryFrame frame = MemoryFrame.of(new byte[9_000]);
      link.send(frame.withChecksumPartial(34, 16).withSegmentation(Offload.TCP_IPV4, 1_448));
      link.send(frame);
      assertThat(link.counters.droppedFrames(LinkDrop.SUPER_FRAME)).isEqualTo(1);
      assertThat(link.counters.droppedFrames(LinkDrop.TOO_LARGE)).isEqualTo(1);
      link.out.refuse(SendResult.UNREACHABLE);
      link.send(100);
      link.pass(MS);
      assertThat(link.counters.droppedFrames(LinkDrop.DEVICE_REFUSED)).isEqualTo(1);
      assertThat(link.arrivals).isEmpty();
      assertThat(link.direction.present()).isZero();
    }
  }

  @Test
  void shouldFinishChecksumsThatWereLeftToIt() {
    try (VirtualLink link = new VirtualLink(LinkShape.CABLE.withDelay(MS, 0), 1)) {
      byte[] frame = new byte[60];
      frame[40] = 0x12;
      link.in.inject(MemoryFrame.of(frame).withChecksumPartial(34, 6));
      link.send(100);
      link.direction.deliver(MS);
      MemoryFrame left = link.out.takeAll().getFirst();
      // the sum over what is behind byte 34 is 0x1200
      assertThat(left.bytes()[40] & 0xff).isEqualTo(0xed);
      assertThat(left.bytes()[41] & 0xff).isEqualTo(0xff);
    }
  }

  @Test
  void shouldRefuseShapesThatCannotBe() {
    assertThatThrownBy(() -> LinkShape.CABLE.withRate(100)).hasMessageContaining("8k to 100G");
    assertThatThrownBy(() -> LinkShape.CABLE.withDelay(MS, 2 * MS)).hasMessageContaining("jitter");
    assertThatThrownBy(() -> LinkShape.CABLE.withFaults(1.5, 0, 0)).hasMessageContaining("loss");
  }

  @Test
  void shouldCountWhatItsLayoutNames() {
    CounterBlock block = CountersFile.anonymous().allocate(LinkCounters.LAYOUT, "x");
    LinkCounters counters = new LinkCounters(block);
    for (LinkDrop drop : LinkDrop.ALL) {
      counters.dropped(drop);
      int index = LinkCounters.LAYOUT.names().indexOf("drop-" + drop.label());
      assertThat(block.get(index)).as(drop.label()).isEqualTo(1);
      assertThat(drop.sentence()).endsWith(".");
      assertThat(drop.hint()).endsWith(".");
    }
  }
}
