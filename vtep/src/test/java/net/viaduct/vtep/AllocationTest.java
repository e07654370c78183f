package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendResult;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.RateSettings;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.multicast.MulticastRecord;
import net.viaduct.wire.tunnel.LifeMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No byte is allocated for a frame, whatever becomes of it. */
class AllocationTest {
  private static final int BLUE = 100;
  private static final int FRAMES = AllocationMeter.FRAMES;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);

  private final ManualClock clock = new ManualClock();
  private final AllocationMeter meter = new AllocationMeter(clock);
  private final EndlessUnderlay underlay = new EndlessUnderlay();
  private Vtep vtep;

  @BeforeEach
  void open() {
    VtepParts parts =
        new VtepParts(
            underlay,
            new SteadyReadiness(),
            clock,
            CountersFile.anonymous(),
            new DistinctErrors(clock));
    vtep = new Vtep(MemoryRig.impatient(VtepConfig.DEFAULT), parts);
  }

  @AfterEach
  void close() {
    vtep.onClose();
  }

  private <T> T run(CompletableFuture<T> command) {
    while (vtep.doWork() > 0) {}
    return command.join();
  }

  private void networkWithRemotes(int count) {
    List<Endpoint> remotes =
        IntStream.range(0, count)
            .mapToObj(i -> new Endpoint(IpAddress.ofIpv4(0x0a4d_0002 + i), 4789))
            .toList();
    StationPolicy policy = StationPolicy.USUAL.with(StationPolicy.Moves.FOLLOW);
    NetworkConfig network = new NetworkConfig(BLUE, "blue", new FloodList.Remotes(remotes));
    run(vtep.control().addNetwork(network.with(NetworkSettings.DEFAULT.with(policy))));
  }

  private EndlessPort port(String name, byte[]... frames) {
    EndlessPort port = new EndlessPort(name, frames);
    run(vtep.control().attachPort(BLUE, port));
    return port;
  }

  private long allocatedBy(EndlessFrames source, long frames) {
    return meter.allocatedBy(source, frames, vtep::doWork);
  }

  private void expectNoAllocation(EndlessFrames source) {
    meter.expectNoAllocation(source, vtep::doWork);
  }

  @Test
  void shouldNotAllocateWhenSwitchingBetweenPorts() {
    networkWithRemotes(1);
    EndlessPort a = port("a", frame(B, A));
    EndlessPort b = port("b", frame(A, B));
    allocatedBy(b.frames, 1);
    expectNoAllocation(a.frames);
    assertThat(counter("egress-unicast-frames")).isGreaterThanOrEqualTo(FRAMES);
  }

  @Test
  void shouldNotAllocateWhenSendingToKnownRemote() {
    networkWithRemotes(1);
    EndlessPort a = port("a", Frames.tcp(FAR, A, 5, 1000), Frames.udp(FAR, A, 6, 10));
    underlay.datagrams = new EndlessFrames(vxlan(BLUE, broadcast(FAR)));
    allocatedBy(underlay.datagrams, 1);
    expectNoAllocation(a.frames);
    assertThat(counter("egress-sent-frames")).isGreaterThanOrEqualTo(FRAMES);
  }

  @Test
  void shouldNotAllocateWhenFramesWaitInQueues() {
    networkWithRemotes(3);
    EndlessPort a = port("a", Frames.tcp(FAR, A, 5, 1000), Frames.udp(FAR, A, 6, 10), broadcast(A));
    QueueConfig codel =
        new QueueConfig.FqCodel(64, 10_240, 1 << 26, 5_000_000, 100_000_000, 1514, true);
    QueueConfig tenants = new QueueConfig.Share(FlowField.NETWORK, Map.of(), 4, 1514, codel);
    run(
        vtep.control()
            .changeUnderlayQueue(Optional.of(TestQueues.limited(2_000_000_000, 25_000, tenants))));
    RateSettings rate = new RateSettings(100_000_000_000L, 1 << 27, LinkOverhead.NONE);
    PortGroup group =
        new PortGroup(
            "g",
            Optional.of(rate),
            Optional.of(TestQueues.limited(100_000_000, 12_500, codel)),
            Optional.of(TrafficClassPolicy.DEFAULT),
            OptionalInt.empty());
    run(vtep.control().changePort("a", PortSettings.DEFAULT.with(group)));
    underlay.datagrams = new EndlessFrames(vxlan(BLUE, broadcast(FAR)));
    allocatedBy(underlay.datagrams, 1);
    long before = counter("egress-queued-frames");
    expectNoAllocation(a.frames);
    assertThat(counter("egress-queued-frames") - before).isGreaterThan(FRAMES / 2);
    assertThat(vtep.view().drops()).containsEntry(DropReason.QUEUE_FULL, 0L);
  }

  @Test
  void shouldNotAllocateWhenAFullUnderlayRefusesWhatQueuesLetGo() {
    networkWithRemotes(1);
    EndlessPort a = port("a", Frames.tcp(FAR, A, 5, 1000), Frames.udp(FAR, A, 6, 10));
    QueueConfig fifo = new QueueConfig.Fifo(10_000, Long.MAX_VALUE);
    run(
        vtep.control()
            .changeUnderlayQueue(
                Optional.of(TestQueues.limited(100_000_000_000L, 16 << 20, fifo))));
    underlay.datagrams = new EndlessFrames(vxlan(BLUE, broadcast(FAR)));
    allocatedBy(underlay.datagrams, 1);
    underlay.fullEvery = 16;
    expectNoAllocation(a.frames);
    assertThat(counter("egress-returned-frames")).isGreaterThan(500);
    assertThat(counter("egress-dropped-frames")).isZero();
  }

  @Test
  void shouldNotAllocateWhenAnsweringThatItLives() {
    run(vtep.control().watch(new WatchOrder("h1", Duration.ofSeconds(2), List.of())));
    underlay.datagrams =
        new EndlessFrames(
            Frames.lifeMessage(LifeMessage.QUESTION, 3, "h1", 77),
            Frames.lifeMessage(LifeMessage.QUESTION, 3, "h2", 77));
    expectNoAllocation(underlay.datagrams);
    assertThat(counter("egress-sent-frames")).isGreaterThanOrEqualTo(FRAMES / 2);
    assertThat(counter("drop-unexpected-life-message")).isGreaterThanOrEqualTo(FRAMES / 2);
  }

  @Test
  void shouldNotAllocateWhenFlooding() {
    networkWithRemotes(100);
    EndlessPort a = port("a", broadcast(A), frame(B, A));
    port("b");
    port("c");
    expectNoAllocation(a.frames);
    assertThat(counter("egress-replicas")).isGreaterThanOrEqualTo(100L * FRAMES);
  }

  @Test
  void shouldNotAllocateWhenSendingToListenersWithinLimits() {
    networkWithRemotes(3);
    RateLimit plenty = new RateLimit(1_000_000_000, 0);
    StormLimits limits = new StormLimits(plenty, plenty, plenty);
    NetworkConfig network = vtep.view().networks().getFirst().config();
    run(
        vtep.control()
            .changeNetwork(
                network.with(
                    network
                        .settings()
                        .with(MulticastSettings.DEFAULT.with(SnoopingSettings.ON))
                        .with(new StormSettings(limits, limits, LoopSettings.ON)))));
    EndlessPort a = port("a", MulticastFrames.toGroup(A, 0x0a00_0001, 0xef01_0101));
    EndlessPort b = port("b", MulticastFrames.join(B, 0x0a00_0002, 0xef01_0101));
    clock.advanceNs(60_000_000_000L);
    allocatedBy(b.frames, 1);
    expectNoAllocation(a.frames);
    assertThat(counter("egress-flooded-frames")).isGreaterThanOrEqualTo(FRAMES);
  }

  @Test
  void shouldNotAllocateWhenReportingForMachines() {
    networkWithRemotes(3);
    NetworkConfig network = vtep.view().networks().getFirst().config();
    MulticastSettings proxy =
        MulticastSettings.DEFAULT.with(SnoopingSettings.ON.with(SnoopingSettings.Reports.PROXY));
    run(vtep.control().changeNetwork(network.with(network.settings().with(proxy))));
    int group = 0xef01_0101;
    int[] sources = {0x0a00_0001, 0x0a00_0002};
    EndlessPort a =
        port(
            "a",
            MulticastFrames.join(A, 0x0a00_0001, group),
            MulticastFrames.report3(
                A, 0x0a00_0001, MulticastRecord.MODE_IS_INCLUDE, group + 1, sources),
            MulticastFrames.report6(
                A, MulticastRecord.MODE_IS_EXCLUDE, IpAddress.parse("ff02::1:ff00:1")));
    clock.advanceNs(60_000_000_000L);
    allocatedBy(a.frames, 100);
    expectNoAllocation(a.frames);
    assertThat(counter("egress-consumed-frames")).isGreaterThanOrEqualTo(FRAMES);
    assertThat(counter("egress-originated-frames")).as("repeats, answers").isPositive();
  }

  @Test
  void shouldNotAllocateWhenLearningMoves() {
    networkWithRemotes(1);
    byte[][] hellos =
        IntStream.range(0, 5000).mapToObj(i -> broadcast(mac(1000 + i))).toArray(byte[][]::new);
    EndlessPort a = port("a", hellos);
    EndlessPort b = port("b", hellos);
    allocatedBy(a.frames, 5000);
    allocatedBy(b.frames, 5000);
    long before = counter("stations-moved");
    long least = Long.MAX_VALUE;
    for (int i = 0; i < AllocationMeter.MOST_ROUNDS; i++) {
      least = Math.min(least, allocatedBy(i % 2 == 0 ? a.frames : b.frames, 5000));
    }
    assertThat(counter("stations-moved") - before).isEqualTo(AllocationMeter.MOST_ROUNDS * 5000);
    assertThat(least).isZero();
  }

  @Test
  void shouldAllocateOnlyForTablesWhenLearningNewStations() {
    networkWithRemotes(1);
    byte[][] hellos =
        IntStream.range(0, 16_000).mapToObj(i -> broadcast(mac(1000 + i))).toArray(byte[][]::new);
    EndlessPort a = port("a", broadcast(A));
    allocatedBy(a.frames, FRAMES);
    EndlessPort b = port("b", hellos);
    long allocated = allocatedBy(b.frames, 16_000);
    assertThat(counter("stations-learned")).isEqualTo(16_001);
    assertThat(allocated).as("bytes on the heap for 16000 new stations").isLessThan(16_000);
  }

  @Test
  void shouldNotAllocateWhenDeliveringFromTunnel() {
    networkWithRemotes(1);
    EndlessPort a = port("a", broadcast(A));
    port("b");
    allocatedBy(a.frames, 1);
    underlay.datagrams =
        new EndlessFrames(
            vxlan(BLUE, frame(A, FAR)),
            vxlan(BLUE, broadcast(FAR)),
            vxlan(BLUE, Frames.tcp(A, FAR, 5, 1000)),
            vxlan(BLUE, Frames.unfinished(Frames.tcp(A, FAR, 5, 1900))),
            vxlan(BLUE, Frames.unfinished(Frames.udp(A, FAR, 5, 500))));
    expectNoAllocation(underlay.datagrams);
    assertThat(counter("ingress-delivered-frames")).isGreaterThanOrEqualTo(FRAMES);
  }

  @Test
  void shouldNotAllocateWhenPuttingSegmentsTogether() {
    networkWithRemotes(1);
    EndlessPort a = port("a", frame(FAR, A));
    allocatedBy(a.frames, 1);
    byte[] datagram = vxlan(BLUE, Frames.unfragmentable(Frames.udp(A, FAR, 6, 64)));
    byte[] train = new byte[16 * datagram.length];
    for (int i = 0; i < 16; i++) {
      System.arraycopy(datagram, 0, train, i * datagram.length, datagram.length);
    }
    underlay.datagrams = new EndlessFrames(train);
    underlay.trainOf = datagram.length;
    expectNoAllocation(underlay.datagrams);
    assertThat(counter("ingress-received-datagrams"))
        .as("four messages of 16, and a kernel takes no more datagrams than 64 at once")
        .isEqualTo(64 * counter("ingress-received-frames"))
        .isGreaterThanOrEqualTo(16 * FRAMES);
  }

  @Test
  void shouldNotAllocateWhenDroppingWhatPortsGive() {
    networkWithRemotes(1);
    EndlessPort a =
        port(
            "a",
            new byte[13],
            frame(B, 0),
            frame(0x0180_c200_0000L, A),
            Frames.tagged(frame(B, A), 5),
            frame(A, A),
            frame(B, A, 1900, 1));
    EndlessPort b = port("b", broadcast(B));
    allocatedBy(b.frames, 1);
    b.result = SendResult.FULL;
    underlay.result = SendResult.UNREACHABLE;
    expectNoAllocation(a.frames);
    assertThat(counter("egress-dropped-frames")).isGreaterThanOrEqualTo(FRAMES);
  }

  @Test
  void shouldNotAllocateWhenDroppingWhatTheUnderlayGives() {
    networkWithRemotes(1);
    port("a").result = SendResult.FULL;
    byte[] noFlag = vxlan(BLUE, frame(A, FAR));
    noFlag[0] = 0;
    underlay.datagrams =
        new EndlessFrames(
            new byte[3],
            noFlag,
            vxlan(77, frame(A, FAR)),
            vxlan(BLUE, new byte[5]),
            vxlan(BLUE, frame(A, 0)),
            vxlan(BLUE, frame(FAR, FAR)),
            vxlan(BLUE, frame(A, FAR)));
    expectNoAllocation(underlay.datagrams);
    underlay.source = IpAddress.parse("10.99.0.1");
    expectNoAllocation(underlay.datagrams);
    assertThat(counter("drop-source-not-authorised")).isGreaterThan(FRAMES / 2);
    assertThat(counter("ingress-delivered-frames")).isZero();
  }

  private long counter(String name) {
    return vtep.view().counters().values().get(name);
  }
}
