package net.viaduct.vtep.waiting;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A queue whose link takes less than its rate says: the underlay's socket is full now and then. */
class FullUnderlayTest extends QueuedHost {
  private static final Duration A_WHILE = Duration.ofMillis(1);
  private static final Duration LONGER_THAN_IT_IS_WAITED_FOR = Duration.ofMillis(101);
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final int FLOWS = 5;

  /** Of the few frames that are read at a time, they fill a batch, and are no divisor of it. */
  private static final int COPIES = 40;

  private static final int TCP_CHECKSUM = 16;

  private final int[] sentOf = new int[FLOWS];
  private final int[] seenOf = new int[FLOWS];

  private MemoryUnderlay own() {
    return rig.host(0).underlay();
  }

  private void send(int frames, SplittableRandom random) {
    for (int i = 0; i < frames; i++) {
      int flow = random.nextInt(FLOWS);
      a.inject(numbered(mac(1), flow, sentOf[flow]++, 100));
    }
    rig.settle();
  }

  private void see() {
    for (byte[] frame : sent()) {
      assertThat(number(frame)).as("flow %d", flow(frame)).isEqualTo(seenOf[flow(frame)]++);
    }
  }

  private long waiting() {
    return counter("egress-queued-frames") - counter("egress-unqueued-frames");
  }

  @Test
  @DisplayName("Whatever the link takes at a time: nothing is lost, and no flow gets out of order")
  void shouldKeepWhatAFullSocketDoesNotTake() {
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    queue(
        TestQueues.limited(
            100_000_000_000L, 16 << 20, new QueueConfig.Fifo(50_000, Long.MAX_VALUE)));
    for (int i = 0; i < 500; i++) {
      own().room(random.nextInt(12));
      send(10, random);
      rig.advance(A_WHILE);
      see();
    }
    own().room(Integer.MAX_VALUE);
    rig.advance(A_WHILE);
    see();
    assertThat(seenOf).as("seed %d", seed).containsExactly(sentOf);
    assertThat(counter("egress-returned-frames")).isPositive();
    assertThat(counter("egress-dropped-frames")).isZero();
    assertThat(waiting()).isZero();
  }

  @Test
  @DisplayName("A device that refuses one frame and takes the next loses it, but reorders no flow")
  void shouldNotSendAFrameAgainThatOthersOfItsFlowHavePassed() {
    long seed = 6;
    SplittableRandom random = new SplittableRandom(seed);
    queue(
        TestQueues.limited(
            100_000_000_000L, 16 << 20, new QueueConfig.Fifo(50_000, Long.MAX_VALUE)));
    own().refusesEach(7);
    List<byte[]> all = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      send(10, random);
      rig.advance(A_WHILE);
      all.addAll(sent());
    }
    own().refusesEach(0);
    rig.advance(A_WHILE);
    all.addAll(sent());
    for (byte[] frame : all) {
      int next = seenOf[flow(frame)];
      assertThat(number(frame))
          .as("flow %d, seed %d", flow(frame), seed)
          .isGreaterThanOrEqualTo(next);
      seenOf[flow(frame)] = number(frame) + 1;
    }
    assertThat(counter("egress-returned-frames")).as("the last ones of a flow").isPositive();
    long dropped = rig.view(0).drops().get(DropReason.UNDERLAY_QUEUE_FULL);
    assertThat(dropped).isPositive();
    assertThat(all.size() + dropped).isEqualTo(IntStream.of(sentOf).sum());
  }

  @Test
  @DisplayName("Queues do not empty into a full socket: ports are held back instead")
  void shouldHoldPortsBackWhileTheSocketIsFull() {
    queue(TestQueues.limited(1_000_000_000, 10_000, new QueueConfig.Fifo(100, Long.MAX_VALUE)));
    own().room(0);
    send(1000, new SplittableRandom(1));
    for (int i = 0; i < 50; i++) {
      rig.advance(A_WHILE);
    }
    assertThat(waiting()).isLessThanOrEqualTo(100);
    assertThat(rig.view(0).ports().getFirst().heldBecause()).contains("port a has as many");
    assertThat(counter("egress-dropped-frames")).isZero();
    own().room(Integer.MAX_VALUE);
    for (int i = 0; i < 50; i++) {
      rig.advance(A_WHILE);
    }
    see();
    assertThat(seenOf).containsExactly(sentOf);
  }

  @Test
  void shouldNotWaitForAnUnderlayThatTakesNothingForLong() {
    queue(TestQueues.LARGE);
    own().room(0);
    send(10, new SplittableRandom(1));
    rig.advance(LONGER_THAN_IT_IS_WAITED_FOR);
    assertThat(waiting()).isZero();
    assertThat(rig.view(0).drops().get(DropReason.UNDERLAY_QUEUE_FULL)).isEqualTo(10);
    send(1, new SplittableRandom(1));
    assertThat(rig.view(0).drops().get(DropReason.UNDERLAY_QUEUE_FULL))
        .as("nor again")
        .isEqualTo(11);
    own().room(1);
    send(2, new SplittableRandom(1));
    assertThat(waiting()).as("it goes on, so it is waited for").isEqualTo(1);
  }

  @Test
  void shouldWaitAgainAfterASilence() {
    queue(TestQueues.LARGE);
    own().room(0);
    send(10, new SplittableRandom(1));
    rig.advance(LONGER_THAN_IT_IS_WAITED_FOR);
    assertThat(waiting()).isZero();
    rig.advance(SILENCE);
    send(3, new SplittableRandom(1));
    assertThat(waiting()).as("nobody tried for a second").isEqualTo(3);
    rig.advance(A_WHILE);
    assertThat(waiting()).as("each try goes on with it").isEqualTo(3);
    rig.advance(LONGER_THAN_IT_IS_WAITED_FOR);
    assertThat(waiting()).isZero();
  }

  @Test
  void shouldWaitAgainAfterAPartOfASuperFrameLeft() {
    queue(
        TestQueues.limited(100_000_000_000L, 16 << 20, new QueueConfig.Fifo(1000, Long.MAX_VALUE)));
    own().room(0);
    send(1, new SplittableRandom(1));
    rig.advance(LONGER_THAN_IT_IS_WAITED_FOR);
    send(1, new SplittableRandom(1));
    assertThat(waiting()).isZero();
    own().cutsAtTheEnd(true);
    a.inject(
        MemoryFrame.of(Frames.unfinished(Frames.tcp(FAR, mac(1), 1234, 3000)))
            .withChecksumPartial(Frames.TRANSPORT_OFFSET, TCP_CHECKSUM)
            .withSegmentation(Offload.TCP_IPV4, 1000));
    rig.settle();
    assertThat(sent()).as("its first segment").hasSize(1);
    send(1, new SplittableRandom(1));
    assertThat(waiting()).isEqualTo(1);
  }

  @Test
  @DisplayName("What fills the batch does not overtake what comes back when it is sent")
  void shouldNotOvertakeWhatComesBackBehindAFullBatch() {
    List<MemoryUnderlay> remotes = new ArrayList<>(List.of(far));
    for (int i = 1; i < COPIES; i++) {
      MemoryUnderlay other =
          rig.network().open(List.of(IpAddress.parse("10.77.0." + (50 + i))), Tunnel.PORT);
      other.queueDatagrams(1000);
      remotes.add(other);
    }
    FloodList everywhere =
        new FloodList.Remotes(remotes.stream().map(MemoryUnderlay::local).toList());
    rig.await(
        rig.control(0)
            .addNetwork(
                new NetworkConfig(200, "wide", everywhere, Set.of(), NetworkSettings.DEFAULT)));
    MemoryPort wide = port(200, "wide");
    queue(TestQueues.limited(100_000_000_000L, 16 << 20, new QueueConfig.Fifo(5000, 1 << 30)));
    own().room(100);
    for (int i = 0; i < 60; i++) {
      wide.inject(numbered(mac(1), 0, i, 100));
    }
    rig.settle();
    own().room(Integer.MAX_VALUE);
    rig.advance(A_WHILE);
    assertThat(counter("egress-dropped-frames")).isZero();
    for (MemoryUnderlay remote : remotes) {
      assertThat(numbers(remote))
          .as("at %s", remote.local())
          .containsExactlyElementsOf(IntStream.range(0, 60).boxed().toList());
    }
  }

  private static List<Integer> numbers(MemoryUnderlay remote) {
    List<Integer> all = new ArrayList<>();
    for (MemoryDatagram it = remote.take(); it != null; it = remote.take()) {
      byte[] payload = it.payload();
      all.add(number(Arrays.copyOfRange(payload, VXLAN_BYTES, payload.length)));
    }
    return all;
  }

  @Test
  void shouldDropWhatIsRefusedForAnotherReason() {
    queue(TestQueues.LARGE);
    own().refuse(SendResult.UNREACHABLE);
    send(10, new SplittableRandom(1));
    assertThat(waiting()).isZero();
    assertThat(rig.view(0).drops().get(DropReason.UNDERLAY_UNREACHABLE)).isEqualTo(10);
    assertThat(counter("egress-returned-frames")).isZero();
  }

  @Test
  void shouldEndAQueueWhileTheSocketIsFull() {
    queue(TestQueues.LARGE);
    own().room(4);
    send(10, new SplittableRandom(1));
    rig.await(rig.control(0).changeUnderlayQueue(Optional.empty()));
    assertThat(waiting()).isZero();
    assertThat(sent()).hasSize(4);
    assertThat(rig.view(0).drops().get(DropReason.UNDERLAY_QUEUE_FULL)).isEqualTo(6);
  }

  @Test
  void shouldSendWhatCameBackAlsoWhenItsPortIsGone() {
    queue(TestQueues.LARGE);
    own().room(0);
    send(10, new SplittableRandom(1));
    rig.await(rig.control(0).detachPort("a"));
    own().room(Integer.MAX_VALUE);
    rig.advance(A_WHILE);
    assertThat(sent()).hasSize(10);
    assertThat(waiting()).isZero();
  }
}
