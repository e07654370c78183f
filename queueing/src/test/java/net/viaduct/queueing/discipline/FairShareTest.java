package net.viaduct.queueing.discipline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import net.viaduct.queueing.Harness;
import net.viaduct.queueing.TestFrames;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FairShareTest {
  private static final long MS = 1_000_000;
  private static final long LINK = 10_000_000;
  private static final QueueConfig EACH =
      new QueueConfig.FqCodel(1_024, 1 << 30, 1L << 40, 5 * MS, 100 * MS, 1_514, true);

  @Test
  @DisplayName("One flow of tenant A against 1,000 flows of tenant B: half each")
  void shouldShareBetweenTenantsAboveFlows() {
    Harness link = new Harness(tenants(Map.of(), 64));
    byte[] ofA = frame(100, 1);
    byte[][] ofB = new byte[1_000][];
    for (int flow = 0; flow < ofB.length; flow++) {
      ofB[flow] = frame(200, flow);
    }
    for (int step = 0; step < 4_000; step++) {
      link.arrive(100, ofA);
      link.arrive(100, ofA);
      for (int i = 0; i < 4; i++) {
        link.arrive(200, ofB[(step * 4 + i) % 1_000]);
      }
      link.run(2 * MS, LINK);
    }
    long all = link.sentBytes(100) + link.sentBytes(200);
    assertThat((double) link.sentBytes(100) / all).isCloseTo(0.5, within(0.005));
  }

  @Test
  void shouldShareByWeight() {
    Harness link = new Harness(tenants(Map.of(100L, 3), 64));
    for (int step = 0; step < 2_000; step++) {
      for (int i = 0; i < 3; i++) {
        link.arrive(100, frame(100, 1));
        link.arrive(200, frame(200, 1));
      }
      link.run(2 * MS, LINK);
    }
    assertThat((double) link.sentBytes(100) / link.sentBytes(200)).isCloseTo(3, within(0.03));
  }

  @Test
  @DisplayName("Port groups within tenants: a quarter of the link for each of two, half for one")
  void shouldShareWithinShares() {
    QueueConfig groups = new QueueConfig.Share(FlowField.MARK, Map.of(), 8, 1_514, EACH);
    Harness link =
        new Harness(
            TreeConfig.of(new QueueConfig.Share(FlowField.TUNNEL_ID, Map.of(), 8, 1_514, groups)));
    for (int step = 0; step < 2_000; step++) {
      for (int i = 0; i < 3; i++) {
        link.arrive(1, 1, frame(100, 1));
        link.arrive(2, 2, frame(100, 2));
        link.arrive(3, 1, frame(200, 3));
      }
      link.run(2 * MS, LINK);
    }
    double all = link.sentBytes(1) + link.sentBytes(2) + link.sentBytes(3);
    assertThat(link.sentBytes(1) / all).isCloseTo(0.25, within(0.003));
    assertThat(link.sentBytes(2) / all).isCloseTo(0.25, within(0.003));
  }

  @Test
  void shouldLoseNothingWhenThereAreMoreTenantsThanPlaces() {
    Harness link = new Harness(tenants(Map.of(), 3));
    for (int round = 0; round < 50; round++) {
      for (int vni = 1; vni <= 10; vni++) {
        link.arrive(vni, frame(vni, 1));
      }
      if (round % 7 == 0) {
        link.run(3 * MS, LINK);
      }
    }
    link.run(10_000 * MS, LINK);
    assertThat(link.tree().isEmpty()).isTrue();
    assertThat(link.dropped.size() + link.sent.size()).isEqualTo(500);
    Harness.requireOrder(link.sent);
  }

  @Test
  @DisplayName("A tenant that shared a place does not overtake itself when another becomes free")
  void shouldKeepTheOrderOfATenantThatSharesAPlace() {
    for (int guest = 3; guest < 20; guest++) { // at home with either of the two
      Harness link = new Harness(tenants(Map.of(), 2));
      link.arrive(1, frame(1, 1));
      for (int i = 0; i < 9; i++) {
        link.arrive(2, frame(2, 1));
      }
      link.arrive(guest, frame(guest, 1));
      for (int i = 0; i < 4; i++) {
        link.arrive(guest, frame(guest, 1));
        link.leave();
      }
      link.run(1_000 * MS, LINK);
      assertThat(link.sent).hasSize(15);
      Harness.requireOrder(link.sent);
    }
  }

  private static TreeConfig tenants(Map<Long, Integer> weights, int most) {
    return TreeConfig.of(new QueueConfig.Share(FlowField.TUNNEL_ID, weights, most, 1_514, EACH));
  }

  private static final Map<Integer, byte[]> FRAMES = new HashMap<>();

  private static byte[] frame(int vni, int flow) {
    return FRAMES.computeIfAbsent(
        vni * 10_000 + flow,
        key ->
            TestFrames.ethernet(
                EtherType.IPV4,
                TestFrames.ipv4(
                    "172.16.0.1",
                    "172.16.0.2",
                    IpProtocol.UDP,
                    TestFrames.vxlan(vni, TestFrames.udpFrame(flow, 1_000, 1_000)))));
  }
}
