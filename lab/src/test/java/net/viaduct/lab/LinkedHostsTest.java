package net.viaduct.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.lab.link.LinkDrop;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.lab.topology.LabGround;
import net.viaduct.lab.topology.LabLinks;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.lab.topology.LabPlan.SwitchPlan;
import net.viaduct.lab.topology.LabPlan.Vtep;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.CountersSnapshot;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts behind emulated links, on real devices. */
class LinkedHostsTest {
  private static final long MS = 1_000_000;
  private static final IpAddress FIRST = IpAddress.parse("10.77.0.1");
  private static final IpAddress SECOND = IpAddress.parse("10.77.0.2");

  @TempDir private Path directory;

  private static LabPlan plan(LinkShape up, LinkShape down) {
    HostPlan first =
        new HostPlan("h1", FIRST, 24, "core", Optional.of(new LinkPlan(up, down)), Vtep.NONE);
    HostPlan second = new HostPlan("h2", SECOND, 24, "core", Optional.empty(), Vtep.NONE);
    return new LabPlan(
        "links",
        List.of(new SwitchPlan("core", 1500)),
        List.of(first, second),
        List.of(),
        List.of());
  }

  private interface Work {
    void run(LabGround ground, CountersFile counters) throws Exception;
  }

  private void with(LinkShape up, LinkShape down, Work work) throws Exception {
    LabPlan plan = plan(up, down);
    SystemClock clock = new SystemClock();
    DistinctErrors errors = new DistinctErrors(clock);
    try (Lab lab = LabProbe.open(directory);
        CountersFile counters = CountersFile.anonymous()) {
      LabGround ground = new LabGround(lab, plan);
      NetNamespace wire = ground.wire().orElseThrow();
      try (LabLinks links = wire.call(() -> LabLinks.start(plan, counters, errors, clock, 7))) {
        assertThat(links).isNotNull();
        ground.awaitCarrier(clock);
        work.run(ground, counters);
      }
      assertThat(errors.snapshot()).isEmpty();
    }
  }

  private static PingResult ping(LabGround ground, int count, long intervalNs, int bytes)
      throws InterruptedException {
    try (PingSocket socket = ground.host("h1").namespace().call(() -> PingSocket.open(false))) {
      PingFlow flow = new PingFlow("h1", "h2", socket, SECOND);
      PingPlan plan = new PingPlan(count, intervalNs, 2_000 * MS, bytes);
      return PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime)
          .await()
          .getFirst();
    }
  }

  private static long count(CountersSnapshot snapshot, String label, String name) {
    return snapshot.blocks().stream()
        .filter(block -> block.label().equals(label))
        .mapToLong(block -> block.values().getOrDefault(name, 0L))
        .sum();
  }

  @Test
  void shouldDelayEachWayByItsOwnTime() throws Exception {
    LinkShape up = LinkShape.CABLE.withRate(100_000_000).withDelay(30 * MS, 0);
    with(
        up,
        LinkShape.CABLE.withDelay(10 * MS, 0),
        (ground, counters) -> {
          PingResult result = ping(ground, 30, 20 * MS, 56);
          assertThat(result.lost()).isZero();
          assertThat(result.roundTrips().minimumNs()).isGreaterThan(40 * MS);
          assertThat(count(counters.snapshot(), "h1-up", "sent-frames")).isGreaterThanOrEqualTo(30);
        });
  }

  @Test
  void shouldLoseAndDuplicate() throws Exception {
    LinkShape up = LinkShape.CABLE.withFaults(0.2, 0.2, 0);
    with(
        up,
        LinkShape.CABLE,
        (ground, counters) -> {
          PingResult result = ping(ground, 300, MS, 56);
          CountersSnapshot snapshot = counters.snapshot();
          assertThat(result.lost()).isBetween(20, 100);
          assertThat(result.duplicates()).isBetween(20, 100);
          assertThat(count(snapshot, "h1-up", "drop-" + LinkDrop.LOST.label()))
              .isGreaterThanOrEqualTo(result.lost());
        });
  }

  @Test
  void shouldCarryTcpUnharmedAtItsRate() throws Exception {
    LinkShape up =
        LinkShape.CABLE
            .withRate(50_000_000)
            .withDelay(2 * MS, 0)
            .withQueue(TreeConfig.of(new QueueConfig.Fifo(60, Long.MAX_VALUE)));
    with(
        up,
        LinkShape.CABLE.withDelay(2 * MS, 0),
        (ground, counters) -> {
          byte[] content = new byte[4 << 20];
          new Random(3).nextBytes(content);
          long began = System.nanoTime();
          byte[] received = transfer(ground, content);
          double seconds = (System.nanoTime() - began) / 1e9;
          assertThat(Arrays.equals(received, content)).isTrue();
          CountersSnapshot snapshot = counters.snapshot();
          long bits = count(snapshot, "h1-up", "sent-bytes") * 8;
          assertThat(bits / seconds).as("faster than its rate").isLessThan(50_500_000);
          assertThat(count(snapshot, "h1-up", "drop-super-frame")).isZero();
          assertThat(count(snapshot, "h1-down", "drop-super-frame")).isZero();
        });
  }

  private static byte[] transfer(LabGround ground, byte[] content) throws Exception {
    InetSocketAddress address = new InetSocketAddress(SECOND.toString(), 5001);
    NetNamespace to = ground.host("h2").namespace();
    NetNamespace from = ground.host("h1").namespace();
    try (ServerSocketChannel server = to.call(ServerSocketChannel::open)) {
      server.bind(address);
      CompletableFuture<byte[]> received =
          CompletableFuture.supplyAsync(
              () -> readAll(server, content.length), Thread::startVirtualThread);
      try (SocketChannel client = from.call(SocketChannel::open)) {
        client.connect(address);
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
      }
      return received.get(60, java.util.concurrent.TimeUnit.SECONDS);
    }
  }

  private static byte[] readAll(ServerSocketChannel server, int bytes) {
    ByteBuffer all = ByteBuffer.allocate(bytes);
    try (SocketChannel connection = server.accept()) {
      while (all.hasRemaining() && connection.read(all) >= 0) {
        // until all is there
      }
      return all.array();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
