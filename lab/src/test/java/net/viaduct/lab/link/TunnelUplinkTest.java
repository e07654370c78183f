package net.viaduct.lab.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An uplink of 20 Mbit/s with 40 ms of delay there and back, which carries one VXLAN tunnel with
 * four bulk uploads and a sparse flow, in virtual time: what issue 6 asks for. On real devices:
 * docs/experiments/queues.yaml.
 */
class TunnelUplinkTest {
  private static final long MS = 1_000_000;
  private static final long SECOND = 1_000_000_000;
  private static final long RATE = 20_000_000;
  private static final long DELAY_NS = 20 * MS;
  private static final long DURATION_NS = 40 * SECOND;
  private static final long PROBE_NS = 20 * MS;
  private static final int FLOWS = 4;
  private static final int BULK_BYTES = 1_514;
  private static final int PROBE_BYTES = 148;
  private static final int PROBES = FLOWS; // the flow's number
  private static final int FLOW_BITS = 3;

  private static final int OUTER_UDP = 34;
  private static final int INNER_ETHERNET = 50;
  private static final int INNER_IP = 64;
  private static final int INNER_PORTS = 84;
  private static final int NUMBER_OFFSET = 104;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private record Acknowledgement(long timeNs, int flow, long number) {}

  /**
   * What came out.
   *
   * @param p99Ms of what the queue added to the sparse flow's way
   * @param fairness of the bulk flows, by Jain's index
   * @param use of the link, 0 to 1
   */
  private record Outcome(double p99Ms, double fairness, double use) {}

  private static Outcome run(TreeConfig queue) {
    LinkShape shape = LinkShape.CABLE.withRate(RATE).withDelay(DELAY_NS, 0).withQueue(queue);
    List<BulkSender> senders = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      senders.add(new BulkSender());
    }
    Deque<Acknowledgement> way = new ArrayDeque<>();
    List<Long> probesSentNs = new ArrayList<>();
    List<Double> addedMs = new ArrayList<>();
    try (VirtualLink link = VirtualLink.ofNumbersAt(shape, 1, NUMBER_OFFSET)) {
      long now = 0;
      int seen = 0;
      while (now < DURATION_NS) {
        long tick = now + MS - now % MS;
        long next = way.isEmpty() ? tick : Math.min(tick, way.getFirst().timeNs());
        link.pass(next - now);
        now = next;
        for (; seen < link.arrivals.size(); seen++) {
          VirtualLink.Arrival arrival = link.arrivals.get(seen);
          int flow = arrival.number() & (1 << FLOW_BITS) - 1;
          long number = arrival.number() >>> FLOW_BITS;
          if (flow == PROBES) {
            long took = arrival.timeNs() - probesSentNs.get((int) number);
            long alone = DELAY_NS + PROBE_BYTES * 8 * SECOND / RATE;
            addedMs.add((took - alone) / (double) MS);
          } else {
            way.add(new Acknowledgement(arrival.timeNs() + DELAY_NS, flow, number));
          }
        }
        while (!way.isEmpty() && way.getFirst().timeNs() <= now) {
          Acknowledgement one = way.removeFirst();
          senders.get(one.flow()).acknowledged(one.number(), now);
        }
        for (int flow = 0; flow < FLOWS; flow++) {
          BulkSender sender = senders.get(flow);
          sender.tick(now);
          while (sender.maySend()) {
            link.send(frame(flow, TCP, sender.send(now), BULK_BYTES));
          }
        }
        if (now % PROBE_NS == 0) {
          link.send(frame(PROBES, UDP, probesSentNs.size(), PROBE_BYTES));
          probesSentNs.add(now);
        }
      }
      double bits = link.counters.sentBytes() * 8.0;
      return new Outcome(p99(addedMs), fairness(senders), bits * SECOND / (RATE * (double) now));
    }
  }

  /** A frame of the tunnel: outside it is the same for all flows. */
  private static MemoryFrame frame(int flow, int protocol, long number, int bytes) {
    ByteBuffer frame = ByteBuffer.allocate(bytes);
    frame.putShort(12, (short) 0x0800);
    ip(frame, 14, UDP, 0x0a4d_0001, 0x0a4d_0002);
    frame.putShort(OUTER_UDP, (short) 50_000).putShort(OUTER_UDP + 2, (short) 4789);
    frame.putInt(OUTER_UDP + 8, 0x0800_0000).putInt(OUTER_UDP + 12, 100 << 8);
    frame.putShort(INNER_ETHERNET + 12, (short) 0x0800);
    ip(frame, INNER_IP, protocol, 0xc0a8_6401, 0xc0a8_6402);
    frame.putShort(INNER_PORTS, (short) (40_000 + flow)).putShort(INNER_PORTS + 2, (short) 7411);
    frame.putInt(NUMBER_OFFSET, (int) number << FLOW_BITS | flow);
    return MemoryFrame.of(frame.array());
  }

  private static void ip(ByteBuffer frame, int at, int protocol, int from, int to) {
    frame.put(at, (byte) 0x45).putShort(at + 2, (short) (frame.capacity() - at));
    frame.put(at + 8, (byte) 64).put(at + 9, (byte) protocol);
    frame.putInt(at + 12, from).putInt(at + 16, to);
  }

  private static double p99(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length * 99 / 100];
  }

  private static double fairness(List<BulkSender> senders) {
    double[] all = senders.stream().mapToDouble(BulkSender::arrived).toArray();
    double sum = Arrays.stream(all).sum();
    return sum * sum / (all.length * Arrays.stream(all).map(each -> each * each).sum());
  }

  @Test
  @Tag("R29")
  void shouldHardlyDelayASparseFlowOfTheTunnelWithFqCodel() {
    Outcome outcome = run(TreeConfig.of(QueueConfig.FqCodel.DEFAULT));
    assertThat(outcome.p99Ms()).as("added, at the 99th percentile").isBetween(0.0, 10.0);
    assertThat(outcome.fairness()).isGreaterThanOrEqualTo(0.99);
    assertThat(outcome.use()).isBetween(0.95, 1.0);
  }

  @Test
  void shouldMakeItWaitForTheWholeQueueOfAFifo() {
    Outcome outcome = run(TreeConfig.of(new QueueConfig.Fifo(256, Long.MAX_VALUE)));
    assertThat(outcome.p99Ms()).as("added, at the 99th percentile").isBetween(100.0, 161.0);
    assertThat(outcome.use()).isBetween(0.95, 1.0);
  }
}
