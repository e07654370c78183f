package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.classify.ClassRule;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.QueueConfig.Named;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R28")
class StrictPriorityTest {
  private static final QueueConfig FIFO = QueueConfig.Fifo.DEFAULT;

  private final Harness link =
      new Harness(
          TreeConfig.of(
              new QueueConfig.Priority(
                  List.of(
                      new Named("voice", FIFO), new Named("rest", FIFO), new Named("scrap", FIFO))),
              "rest",
              List.of(
                  new ClassRule("voice", List.of(ClassRule.range(FlowField.PRIORITY, 40, 63))),
                  new ClassRule("scrap", List.of(ClassRule.number(FlowField.PRIORITY, 8))))));

  @Test
  void shouldSendTheMostUrgentFirst() {
    arrive(1, 8 << 2);
    arrive(2, 0);
    arrive(3, 46 << 2);
    arrive(4, 0);
    link.run(1, 0);
    assertThat(link.sent.stream().map(Harness.Sent::flow)).containsExactly(3, 2, 4, 1);
  }

  @Test
  @DisplayName("R28: packets that were marked stay in their band: nothing of a flow overtakes")
  void shouldKeepMarkedPacketsInTheirBand() {
    for (int ecn = 0; ecn < 4; ecn++) {
      arrive(1, ecn);
      arrive(1, 3 - ecn);
    }
    link.run(1, 0);
    Harness.requireOrder(link.sent);
    assertThat(link.tree().counters().get("rest").sentPackets()).isEqualTo(8);
  }

  private void arrive(int flow, int trafficClass) {
    byte[] datagram = TestFrames.udp(1, 2, new byte[4]);
    byte[] ip = TestFrames.ipv4("10.0.0.9", "10.0.0.8", IpProtocol.UDP, trafficClass, 0, datagram);
    link.arrive(flow, TestFrames.ethernet(EtherType.IPV4, ip));
  }
}
