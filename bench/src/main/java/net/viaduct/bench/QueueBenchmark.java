package net.viaduct.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.QueueTree;
import net.viaduct.runtime.CountersFile;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.tunnel.VxlanHeader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A packet of a VXLAN tunnel is classified by both sides of it, queued and given away again, while
 * as many as there are flows wait.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class QueueBenchmark {
  private static final int STRIDE_BYTES = 2_048;
  private static final int OUTER_BYTES = 50;
  private static final int LENGTH_BYTES = OUTER_BYTES + 98;
  private static final int OUTER_IP_BYTES = LENGTH_BYTES - 14;
  private static final long STEP_NS = 1_000;

  /** Which queues. */
  public enum Queues {
    /** One queue. */
    FIFO(QueueConfig.Fifo.DEFAULT),
    /** A queue for each flow. */
    SFQ(
        new QueueConfig.Sfq(
            1_000, 500, 1_000, 1_024, 1_514, false, 0, QueueConfig.Perturbation.STICKY)),
    /** FQ-CoDel by itself. */
    FQ_CODEL(QueueConfig.FqCodel.DEFAULT),
    /** As a gateway has it: a rate, tenants, and FQ-CoDel for each. */
    HTB_SHARE_FQ_CODEL(
        new QueueConfig.Htb(
            List.of(
                HtbClass.leaf(
                    "queue",
                    100_000_000_000L,
                    100_000_000_000L,
                    new QueueConfig.Share(
                        FlowField.TUNNEL_ID, Map.of(), 8, 1_514, QueueConfig.FqCodel.DEFAULT)))));

    @SuppressWarnings("ImmutableEnumChecker") // records all the way down
    private final QueueConfig config;

    Queues(QueueConfig config) {
      this.config = config;
    }
  }

  /** What is measured. */
  @Param public Queues queues = Queues.FQ_CODEL;

  /** How many flows, each with one packet waiting. */
  @Param({"1", "200"})
  public int flows = 200;

  private final MemorySegment memory = Arena.ofAuto().allocate(256L * STRIDE_BYTES, 64);
  private QueueTree tree =
      new QueueTree(
          TreeConfig.of(queues.config),
          CountersFile.anonymous(),
          "",
          (packet, reason) -> {},
          new SplittableRandom(1));
  private Packet free = new Packet(0);
  private long nowNs;

  /** For JMH. */
  public QueueBenchmark() {}

  /** Lets a packet of each flow wait. */
  @Setup
  public void fill() {
    tree =
        new QueueTree(
            TreeConfig.of(queues.config).withOverhead(LinkOverhead.ETHERNET),
            CountersFile.anonymous(),
            "",
            (packet, reason) -> {
              throw new IllegalStateException("dropped: " + reason);
            },
            new SplittableRandom(1));
    long before = 0;
    for (int i = 0; i <= flows; i++) {
      long at = (long) i * STRIDE_BYTES;
      SampleFrame.IPV4_TCP.write(memory, at);
      MemorySegment.copy(memory, at, memory, at + OUTER_BYTES, LENGTH_BYTES - OUTER_BYTES);
      NetworkOrder.u16(memory, at + OUTER_BYTES + 34, 1_000 + i);
      Ipv4Header.begin(memory, at + 14, 20, OUTER_IP_BYTES);
      Ipv4Header.protocol(memory, at + 14, IpProtocol.UDP);
      Ipv4Header.source(memory, at + 14, 0x0a4d_0001);
      Ipv4Header.destination(memory, at + 14, 0x0a4d_0002);
      UdpHeader.write(memory, at + 34, 50_000, 4_789, OUTER_IP_BYTES - 20);
      VxlanHeader.write(memory, at + 42, 100 + i % 4);
      Packet packet = new Packet(i);
      packet.frame(memory, at, LENGTH_BYTES);
      if (i < flows) {
        tree.enqueue(packet, nowNs);
      } else {
        free = packet;
      }
      if (i == 1 && packet.flow() == before) {
        throw new IllegalStateException("flows inside the tunnel are not told apart");
      }
      before = packet.flow();
    }
  }

  /** One packet comes, one goes. */
  @Benchmark
  public int classifyAndQueue() {
    nowNs += STEP_NS;
    Packet packet = free;
    packet.frame(memory, (long) packet.slot() * STRIDE_BYTES, LENGTH_BYTES);
    tree.enqueue(packet, nowNs);
    Packet next = tree.dequeue(nowNs);
    if (next == null) {
      throw new IllegalStateException("nothing waits");
    }
    free = next;
    return next.slot();
  }
}
