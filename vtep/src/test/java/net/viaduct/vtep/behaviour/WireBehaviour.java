package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.io.Transport;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.wire.tunnel.TunnelEcn;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is on the wire, as a host sees and makes it that is no VTEP. */
abstract class WireBehaviour extends ForwardingBehaviour {
  private static final int FLOWS = 200;
  private static final int FLOWS_AT_ONCE = 20;
  private static final int TRAFFIC_CLASSES = 256;
  private static final int AT_ONCE = 64;

  WireBehaviour() {}

  /** A network of host 0 whose only remote is the foreign host. */
  private void networkWith(ForeignHost foreign, TrafficClassPolicy policy) {
    NetworkConfig config = network(BLUE, new FloodList.Remotes(List.of(foreign.endpoint())));
    rig.await(
        rig.control(0)
            .addNetwork(
                config.with(
                    config.settings().with(config.settings().encapsulation().with(policy)))));
  }

  /** What a foreign host got since it was asked last; so many datagrams are waited for. */
  private List<ForeignHost.Datagram> received(ForeignHost foreign, int count) {
    List<ForeignHost.Datagram> datagrams = new ArrayList<>();
    for (int i = 0; datagrams.size() < count && i < MOST_SETTLES; i++) {
      rig.settle();
      for (var next = foreign.receive(); next != null; next = foreign.receive()) {
        datagrams.add(next);
      }
    }
    assertThat(datagrams).hasSize(count);
    return datagrams;
  }

  @Test
  @DisplayName("R1, R4, R5, R18, R23, R24: the header byte by byte, and a flow keeps its way")
  void shouldSendForeignHostWhatTheEncapsulationSays() {
    ForeignHost foreign = rig.foreignHost();
    networkWith(foreign, TrafficClassPolicy.DEFAULT);
    Machine a = rig.machine(0, BLUE, "a");
    Set<Integer> ways = new HashSet<>();
    for (int first = 0; first < FLOWS; first += FLOWS_AT_ONCE) {
      List<byte[]> frames = new ArrayList<>();
      for (int flow = first; flow < first + FLOWS_AT_ONCE; flow++) {
        byte[] frame = Frames.udp(B, A, 1000 + flow, 20);
        frames.add(frame);
        frames.add(frame);
      }
      frames.forEach(a::send);
      Map<String, Set<Integer>> waysOfFlows = new HashMap<>();
      List<byte[]> arrived = new ArrayList<>();
      for (ForeignHost.Datagram datagram : received(foreign, frames.size())) {
        assertThat(datagram.source().address()).isEqualTo(reach(0, foreign).address());
        byte[] payload = datagram.payload();
        byte[] frame = Arrays.copyOfRange(payload, TunnelBytes.HEADER_BYTES, payload.length);
        arrived.add(frame);
        waysOfFlows
            .computeIfAbsent(HexFormat.of().formatHex(frame), _ -> new HashSet<>())
            .add(wayOf(datagram));
        assertThat(payload).isEqualTo(wrapped(BLUE, frame));
      }
      assertThat(arrived).containsExactlyInAnyOrderElementsOf(frames);
      assertThat(waysOfFlows).hasSize(FLOWS_AT_ONCE);
      waysOfFlows.forEach((flow, way) -> assertThat(way).as("ways of %s", flow).hasSize(1));
      waysOfFlows.values().forEach(ways::addAll);
    }
    assertThat(ways).as("ways of %d flows", FLOWS).hasSizeGreaterThan(20);
  }

  /** What tells a flow from others: the source port, or NVGRE's flow id, which is taken out. */
  private static int wayOf(ForeignHost.Datagram datagram) {
    if (datagram.source().transport() == Transport.GRE) {
      int flowId = datagram.payload()[TunnelBytes.FLOW_ID_OFFSET];
      datagram.payload()[TunnelBytes.FLOW_ID_OFFSET] = 0;
      return flowId;
    }
    assertThat(datagram.source().port()).isBetween(32_768, 65_535);
    return datagram.source().port();
  }

  @Test
  @DisplayName("R4: a remote that was learned is sent to at the configured port, not at its source")
  void shouldSendToConfiguredPortOfRemoteThatWasLearned() {
    ForeignHost foreign = rig.foreignHost();
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(reach(0, foreign), wrapped(BLUE, broadcast(B)));
    expect(a, broadcast(B));
    byte[] answer = frame(B, A);
    send(a, answer);
    assertThat(received(foreign, 1))
        .singleElement()
        .satisfies(
            datagram -> assertThat(datagram.payload()).endsWith(answer).hasSize(8 + answer.length));
  }

  @Test
  @DisplayName("R12: only remotes of the network are heard")
  void shouldDropDatagramOfForeignHostWhenRemotesAreListed() {
    networkByRemotes(BLUE);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(reach(0, foreign), wrapped(BLUE, broadcast(B)));
    rig.settle();
    expect(a);
    expectDrops(0, DropReason.SOURCE_NOT_AUTHORISED, 1);
    assertThat(rig.view(0).station(BLUE, B)).isEmpty();
  }

  @Test
  @DisplayName("R2, R3, R18, R23, R24: what cannot be read is a drop; reserved bits are ignored")
  void shouldRefuseUnreadableHeadersAndIgnoreReservedBits() {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    byte[] frame = broadcast(B);
    foreign.send(
        reach(0, foreign), TunnelBytes.unreadable(rig.tunnel().type(), wrapped(BLUE, frame)));
    foreign.send(
        reach(0, foreign), TunnelBytes.withReservedBits(rig.tunnel().type(), wrapped(BLUE, frame)));
    rig.settle();
    expect(a, frame);
    expectDrops(0, TunnelBytes.refusal(rig.tunnel().type()), 1);
  }

  // ---- DSCP and ECN --------------------------------------------------------------------------

  @Test
  @DisplayName("P23, R26, R28: all 256 classes are copied outwards where the network says so")
  void shouldCopyEachClassOutwards() {
    ForeignHost foreign = rig.foreignHost();
    networkWith(foreign, new TrafficClassPolicy(EcnMode.NORMAL, DscpMode.UNIFORM, 0));
    Machine a = rig.machine(0, BLUE, "a");
    for (int first = 0; first < TRAFFIC_CLASSES; first += AT_ONCE) {
      for (int inner = first; inner < first + AT_ONCE; inner++) {
        a.send(Frames.withTrafficClass(Frames.udp(B, A, 1, 20), inner));
      }
      List<ForeignHost.Datagram> datagrams = received(foreign, AT_ONCE);
      for (int i = 0; i < AT_ONCE; i++) {
        assertThat(datagrams.get(i).trafficClass()).isEqualTo(first + i);
      }
    }
  }

  @Test
  @DisplayName("P23, R27, R28: 16 rows of ECN, and 64 DSCP values, on their way inwards")
  void shouldCombineClassesOnTheWayIn() {
    ForeignHost foreign = rig.foreignHost();
    networkWith(foreign, new TrafficClassPolicy(EcnMode.NORMAL, DscpMode.UNIFORM, 0));
    Machine a = rig.machine(0, BLUE, "a");
    int dropped = 0;
    for (int innerEcn = 0; innerEcn < 4; innerEcn++) {
      List<byte[]> expected = new ArrayList<>();
      for (int outer = 0; outer < TRAFFIC_CLASSES; outer++) {
        byte[] frame = Frames.udp(A, B, 1, 20);
        int inner = (TRAFFIC_CLASSES - 1 - outer) & 0xfc | innerEcn;
        foreign.send(
            reach(0, foreign), outer, wrapped(BLUE, Frames.withTrafficClass(frame, inner)));
        int ecn = TunnelEcn.combine(innerEcn, outer & 3);
        if (ecn == TunnelEcn.DROP) {
          dropped++;
        } else {
          expected.add(Frames.withTrafficClass(frame, outer & 0xfc | ecn));
        }
      }
      expect(a, expected);
    }
    expectDrops(0, DropReason.CONGESTION_NOT_UNDERSTOOD, dropped);
  }
}
