package net.viaduct.queueing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.QueueConfig.Named;
import net.viaduct.queueing.config.QueueConfig.Perturbation;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.CountersFile;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The standing rule: nothing is allocated per frame. */
class AllocationTest {
  private static final int PACKETS = 256;
  private static final int ROUNDS = 200;

  /** The JIT compiler may still be replacing code that allocates when the first one runs. */
  private static final int ATTEMPTS = 60;

  private final Packet[] free = new Packet[PACKETS];
  private int freeCount;
  private long nowNs;

  static Stream<TreeConfig> trees() {
    QueueConfig codel = QueueConfig.FqCodel.DEFAULT;
    QueueConfig share =
        new QueueConfig.Share(FlowField.TUNNEL_ID, Map.of(1L, 2, 2L, 3), 8, 1_514, codel);
    QueueConfig priority =
        new QueueConfig.Priority(
            List.of(new Named("a", new QueueConfig.Fifo(10, 1L << 40)), new Named("b", share)));
    HtbClass htb =
        HtbClass.inner(
            "link",
            500_000_000,
            500_000_000,
            HtbClass.leaf("x", 100_000_000, 500_000_000, priority),
            HtbClass.leaf("y", 100_000_000, 500_000_000, codel));
    return Stream.of(
        TreeConfig.of(codel),
        TreeConfig.of(QueueConfig.Sfq.DEFAULT.perturbed(1_000, Perturbation.STICKY)),
        TreeConfig.of(QueueConfig.Sfq.DEFAULT.perturbed(1_000, Perturbation.REHASH)),
        TreeConfig.of(
            new QueueConfig.Htb(List.of(htb)),
            "b",
            List.of(
                new ClassRule("a", List.of(ClassRule.number(FlowField.TUNNEL_ID, 3))),
                new ClassRule("y", List.of(ClassRule.number(FlowField.TUNNEL_ID, 4))))));
  }

  @ParameterizedTest
  @MethodSource("trees")
  @DisplayName("Classifying, queueing, dropping and marking allocate nothing")
  void shouldAllocateNothingPerPacket(TreeConfig config) {
    QueueTree tree =
        new QueueTree(
            config,
            CountersFile.anonymous(),
            "",
            (packet, reason) -> free[freeCount++] = packet,
            new SplittableRandom(1));
    byte[][] frames = new byte[40][];
    for (int i = 0; i < frames.length; i++) {
      byte[] inner = TestFrames.udpFrame(i, 1_000, 500);
      byte[] tunnel = TestFrames.vxlan(i % 5, inner);
      frames[i] =
          TestFrames.ethernet(
              EtherType.IPV4,
              TestFrames.ipv4("10.0.0.1", "10.0.0.2", IpProtocol.UDP, i & 1, 0, tunnel));
    }
    for (int i = 0; i < PACKETS; i++) {
      Packet packet = new Packet(i);
      TestFrames.into(packet, frames[i % frames.length]);
      free[freeCount++] = packet;
    }
    long fewest = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && fewest > 0; attempt++) {
      fewest = Math.min(fewest, allocatedBytes(() -> run(tree)));
    }
    assertThat(fewest).isZero();
    assertThat(tree.counters().values().stream().mapToLong(QueueCounters::sentPackets).sum())
        .isPositive();
  }

  private void run(QueueTree tree) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < PACKETS && freeCount > 0; i++) { // what is dropped comes again
        Packet packet = free[--freeCount];
        packet.frame(packet.memory(), 0, packet.lengthBytes());
        tree.enqueue(packet, nowNs);
        nowNs += 1_000;
      }
      nowNs += 2_000_000;
      for (Packet p = tree.dequeue(nowNs); p != null; p = tree.dequeue(nowNs)) {
        free[freeCount++] = p;
        nowNs += 20_000;
      }
    }
  }

  private static long allocatedBytes(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadAllocatedBytes();
    long ofMeasuring = threads.getCurrentThreadAllocatedBytes() - start;
    start = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - start - ofMeasuring;
  }
}
