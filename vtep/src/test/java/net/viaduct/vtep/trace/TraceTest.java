package net.viaduct.vtep.trace;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a trace tells, and that nothing comes of it. */
class TraceTest {
  private static final int BLUE = 100;
  private static final int GREEN = 200;

  private static final Door VXLAN = Door.udp(MemoryRig.PORT);

  private final MemoryRig rig = new MemoryRig();
  private final List<MemoryDatagram> sent = new ArrayList<>();
  private final MemoryPort vm1 = new MemoryPort("vm1");
  private final MemoryPort vm2 = new MemoryPort("vm2");

  @BeforeEach
  void attach() {
    FloodList remotes = new FloodList.Remotes(List.of(rig.endpoint(1)));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", remotes)));
    FloodList group = new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(GREEN, "green", group)));
    rig.attach(0, BLUE, vm1);
    rig.attach(0, BLUE, vm2);
    rig.network().observe(sent::add);
  }

  @AfterEach
  void close() {
    Conservation.check(rig.view(0));
    rig.close();
  }

  private Trace fromPort(byte[] frame) {
    return rig.await(rig.control(0).traceFromPort("vm1", frame));
  }

  private static String decision(Trace trace, String step) {
    return trace.steps().stream()
        .filter(candidate -> candidate.name().equals(step))
        .map(Step::decision)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldNameTheEntryItsOriginAndItsAgeWhenTheStationIsKnown() {
    vm2.inject(broadcast(mac(2)));
    rig.settle();
    rig.advance(Duration.ofSeconds(12));

    Trace trace = fromPort(frame(mac(2), mac(1)));

    assertThat(decision(trace, "look up"))
        .isEqualTo("02:00:00:00:00:02 is at port vm2, learned, heard of 12 s ago");
    assertThat(trace.outcomes()).containsExactly(new Outcome.Delivered("vm2"));
  }

  @Test
  void shouldTellTheRemoteWhenTheStationIsBehindOne() {
    Location there = new Location.AtRemote(rig.endpoint(2).address());
    rig.await(rig.control(0).addStation(BLUE, mac(9), there, Origin.STATIC));

    Trace trace = fromPort(frame(mac(9), mac(1)));

    assertThat(decision(trace, "look up"))
        .isEqualTo("02:00:00:00:00:09 is at remote 10.77.0.3, static");
    assertThat(trace.outcomes()).containsExactly(new Outcome.Sent(BLUE, rig.endpoint(2)));
  }

  @Test
  void shouldTellEachCopyWhenTheFrameIsFlooded() {
    Trace trace = fromPort(broadcast(mac(1)));

    assertThat(trace.outcomes())
        .containsExactlyInAnyOrder(
            new Outcome.Delivered("vm2"), new Outcome.Sent(BLUE, rig.endpoint(1)));
  }

  @Test
  void shouldLeaveTablesCountersAndDevicesAlone() {
    Map<String, Long> before = rig.view(0).counters().values();

    fromPort(frame(mac(2), mac(1)));
    byte[] datagram = vxlan(GREEN, broadcast(mac(7)));
    Endpoint stranger = new Endpoint(IpAddress.parse("192.0.2.1"), 5000);
    rig.await(rig.control(0).traceFromUnderlay(stranger, VXLAN, 0, datagram));

    assertThat(rig.view(0).counters().values()).isEqualTo(before);
    assertThat(rig.view(0).station(BLUE, mac(1))).isEmpty();
    assertThat(rig.view(0).station(GREEN, mac(7))).isEmpty();
    assertThat(rig.view(0).remotes()).hasSize(1);
    assertThat(vm2.takeAll()).isEmpty();
    assertThat(rig.network().unheard()).isZero();
  }

  @Test
  void shouldNotHastenProbesWhenALargeFrameIsTracedIntoAFlood() {
    FloodList back = new FloodList.Remotes(List.of(rig.endpoint(0)));
    rig.await(rig.control(1).addNetwork(new NetworkConfig(BLUE, "blue", back)));
    MemoryPort far = new MemoryPort("far");
    rig.attach(1, BLUE, far);
    far.inject(broadcast(mac(3)));
    pass(Duration.ofSeconds(30), false);
    int usual = pass(Duration.ofSeconds(20), false);
    assertThat(usual).isPositive();
    assertThat(pass(Duration.ofSeconds(20), true)).isLessThanOrEqualTo(usual + 2);
  }

  /** How many datagrams there are while time goes by. */
  private int pass(Duration time, boolean tracing) {
    int before = sent.size();
    for (long left = time.toMillis(); left > 0; left -= 100) {
      if (tracing) {
        fromPort(frame(mac(9), mac(1), 1400, 1));
      }
      rig.advance(Duration.ofMillis(100));
    }
    return sent.size() - before;
  }

  @Test
  void shouldNameTheProtocolOfAFrameThatIsInspected() {
    NeighbourSettings drop =
        NeighbourSettings.DEFAULT.suppressing(true).with(NeighbourSettings.Unknown.DROP);
    NetworkConfig blue = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(blue.with(blue.settings().with(drop))));
    byte[] question = new byte[ArpFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(question);
    ArpFrame.announcement(s, 0, mac(7), 0x0a00_0001);
    ArpPacket.target(s, EthernetHeader.SIZE_BYTES, 0, 0x0a00_0009);

    assertThat(fromPort(question).steps())
        .contains(new Step("inspect", "ARP, ND or DHCP: dropped as neighbour-unknown"));
  }

  @Test
  void shouldTellWhyWhenTheFrameWouldBeDropped() {
    Endpoint stranger = new Endpoint(IpAddress.parse("192.0.2.1"), 5000);

    Trace unknown =
        rig.await(
            rig.control(0).traceFromUnderlay(stranger, VXLAN, 0, vxlan(4711, broadcast(mac(7)))));
    Trace refused =
        rig.await(
            rig.control(0).traceFromUnderlay(stranger, VXLAN, 0, vxlan(BLUE, broadcast(mac(7)))));

    assertThat(unknown.outcomes())
        .containsExactly(new Outcome.Dropped(DropReason.UNKNOWN_VNI, null));
    assertThat(refused.outcomes())
        .containsExactly(new Outcome.Dropped(DropReason.SOURCE_NOT_AUTHORISED, null));
  }

  @Test
  void shouldWrapAsTheNetworkExpectsWhenARemoteSends() {
    for (EncapsulationType type : EncapsulationType.ALL) {
      int vni = 5000 + type.index();
      FloodList remotes = new FloodList.Remotes(List.of(rig.endpoint(1)));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(EncapsulationSettings.DEFAULT.with(type));
      rig.await(
          rig.control(0).addNetwork(new NetworkConfig(vni, type.label(), remotes).with(settings)));
      rig.attach(0, vni, new MemoryPort(type.label()));

      Trace trace =
          rig.await(
              rig.control(0).traceFromRemote(rig.endpoint(1).address(), vni, broadcast(mac(7))));

      assertThat(trace.outcomes())
          .as("%s: %s", type, trace)
          .containsExactly(new Outcome.Delivered(type.label()));
    }
  }

  @Test
  void shouldTellThatAFrameForItsOwnSenderStaysWhereItIs() {
    Trace trace = fromPort(frame(mac(1), mac(1)));

    assertThat(trace.outcomes()).containsExactly(new Outcome.Dropped(DropReason.SAME_PORT, "vm1"));
  }

  @Test
  void shouldForwardRealFramesAgainAfterATrace() {
    fromPort(broadcast(mac(1)));
    vm1.inject(broadcast(mac(1)));
    rig.settle();

    assertThat(vm2.takeAll()).hasSize(1);
    assertThat(rig.view(0).station(BLUE, mac(1))).isPresent();
  }

  @Test
  void shouldRefuseWhenThereIsNoSuchPort() {
    assertThatThrownBy(() -> rig.await(rig.control(0).traceFromPort("vm7", broadcast(mac(1)))))
        .hasCauseInstanceOf(CommandRefused.class)
        .hasMessageContaining("there is no port vm7");
  }
}
