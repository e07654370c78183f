package net.viaduct.vtep.neighbour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.show.NeighbourStatus;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of stations: learned, answered for, contested, announced; two hosts in memory. */
@Tag("R52")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class NeighbourTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long C = mac(3);
  private static final int IP_A = 0x0a00_0001;
  private static final int IP_B = 0x0a00_0002;
  private static final IpAddress SIX_A = IpAddress.parse("fe80::a");
  private static final IpAddress SIX_B = IpAddress.parse("fd00::b");
  private static final NeighbourSettings ANSWERS = NeighbourSettings.DEFAULT.suppressing(true);

  private final MemoryRig rig;
  private Machine a;
  private Machine b;
  private Machine c;

  NeighbourTest(int threads) {
    rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @BeforeEach
  void open() {
    networks(ANSWERS, StationPolicy.USUAL);
    a = rig.machine(0, BLUE, "a");
    b = rig.machine(1, BLUE, "b");
    c = rig.machine(1, BLUE, "c");
  }

  @AfterEach
  void close() {
    Conservation.check(rig.view(0));
    Conservation.check(rig.view(1));
    rig.close();
  }

  private void networks(NeighbourSettings neighbours, StationPolicy stations) {
    for (int host = 0; host < 2; host++) {
      FloodList other = new FloodList.Remotes(List.of(rig.endpoint(1 - host)));
      NetworkConfig config =
          new NetworkConfig(
              BLUE,
              "blue",
              other,
              Set.of(),
              NetworkSettings.DEFAULT.with(neighbours).with(stations));
      boolean known = !rig.view(host).networks().isEmpty();
      rig.await(
          known ? rig.control(host).changeNetwork(config) : rig.control(host).addNetwork(config));
    }
  }

  private void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  private void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 100) {
      rig.advance(Duration.ofMillis(100));
    }
  }

  private static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  private static byte[] question(long asking, int askingIp, int ip) {
    byte[] frame = announcement(asking, askingIp);
    ArpPacket.target(MemorySegment.ofArray(frame), EthernetHeader.SIZE_BYTES, 0, ip);
    return frame;
  }

  private static byte[] announcement(long mac, int ip) {
    byte[] frame = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.announcement(MemorySegment.ofArray(frame), 0, mac, ip);
    return frame;
  }

  private static byte[] reply(long mac, int ip, long to, int toIp) {
    byte[] frame = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reply(MemorySegment.ofArray(frame), 0, mac, ip);
    ArpFrame.answer(MemorySegment.ofArray(frame), 0, to, toIp);
    return frame;
  }

  private static byte[] advertisement(long mac, IpAddress ip, int flags, boolean toA) {
    byte[] frame = new byte[NeighbourFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(frame);
    NeighbourFrame.beginAdvertisement(s, 0, flags);
    NeighbourFrame.owner(s, 0, mac, ip.high(), ip.low());
    if (toA) {
      NeighbourFrame.answer(s, 0, A, SIX_A.high(), SIX_A.low());
    }
    NeighbourFrame.finish(s, 0);
    return frame;
  }

  /** As a station asks everybody: to the solicited-node group. */
  private static byte[] solicitation(IpAddress target) {
    byte[] frame = new byte[NeighbourFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(frame);
    NeighbourFrame.beginSolicitation(s, 0, A);
    NeighbourFrame.asked(s, 0, 0x3333_ff00_000bL, target.high(), target.low());
    net.viaduct.wire.ip.Ipv6Header.source(s, 14, SIX_A.high(), SIX_A.low());
    NeighbourFrame.finish(s, 0);
    return frame;
  }

  private List<NeighbourStatus> known(int host) {
    return rig.await(rig.control(host).addresses(0)).addresses();
  }

  private Map<String, Long> counters(int host) {
    return rig.view(host).counters().values();
  }

  @Test
  void shouldAnswerAtTheFirstHostInTheWordsOfTheStation() {
    send(b, announcement(B, IP_B));
    assertThat(received(a)).hasSize(1);
    received(c);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).containsExactly(reply(B, IP_B, A, IP_A));
    assertThat(received(b)).as("nobody else is asked").isEmpty();
    assertThat(received(c)).isEmpty();
    assertThat(counters(0)).containsEntry("neighbours-answered", 1L);
  }

  @Test
  void shouldLetEveryQuestionPassWithoutSuppression() {
    networks(NeighbourSettings.DEFAULT, StationPolicy.USUAL);
    send(b, announcement(B, IP_B));
    received(a);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).isEmpty();
    assertThat(received(b)).containsExactly(question(A, IP_A, IP_B));
  }

  @Test
  void shouldNotAnswerForAStationThatIsGoneOrSilent() {
    send(b, announcement(B, IP_B));
    received(a);
    received(c);
    pass(Duration.ofSeconds(62));
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).as("silent for longer than believed").isEmpty();
    assertThat(received(b)).hasSize(1);
    send(b, reply(B, IP_B, A, IP_A));
    assertThat(received(a)).hasSize(1);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).as("its answer made it believable again").hasSize(1);
    pass(Duration.ofSeconds(301));
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).as("forgotten").isEmpty();
  }

  @Test
  void shouldNotAnswerForAStationWhosePortWent() {
    Machine d = rig.machine(0, BLUE, "d");
    send(d, announcement(C, IP_B));
    received(a);
    rig.await(rig.control(0).detachPort("d"));
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).isEmpty();
    assertThat(received(b)).hasSize(2);
  }

  @Test
  void shouldLetProbesAnnouncementsAndUnicastQuestionsPass() {
    send(b, announcement(B, IP_B));
    received(a);
    received(c);
    byte[] probe = question(A, 0, IP_B);
    byte[] unicast = question(A, IP_A, IP_B);
    EthernetHeader.destination(MemorySegment.ofArray(unicast), 0, B);
    send(a, probe);
    send(a, unicast);
    assertThat(received(a)).isEmpty();
    assertThat(received(b)).containsExactly(probe, unicast);
  }

  @Test
  @DisplayName("R52: neighbour solicitations are answered with the flags that the station told")
  void shouldKeepRouterAndOverrideFlags() {
    int router = NeighbourDiscovery.ROUTER_FLAG;
    send(b, advertisement(B, SIX_B, router, false));
    received(a);
    received(c);
    received(b);
    send(a, solicitation(SIX_B));
    assertThat(received(a)).containsExactly(advertisement(B, SIX_B, router, true));
    assertThat(received(b)).isEmpty();
    send(b, advertisement(B, SIX_B, NeighbourDiscovery.OVERRIDE_FLAG, false));
    received(a);
    send(a, solicitation(SIX_B));
    assertThat(received(a))
        .containsExactly(advertisement(B, SIX_B, NeighbourDiscovery.OVERRIDE_FLAG, true));
  }

  @Test
  void shouldNotAnswerForAStationWhoseFlagsNobodyKnows() {
    send(a, solicitation(SIX_B)); // tells where SIX_A is, but not whether it is a router
    Machine d = rig.machine(0, BLUE, "d");
    byte[] asks = solicitation(SIX_A);
    EthernetHeader.source(MemorySegment.ofArray(asks), 0, C);
    send(d, asks);
    assertThat(received(d)).isEmpty();
    assertThat(received(a)).hasSize(1);
  }

  @Test
  @DisplayName("R52: the old station is asked before an address is another one's")
  void shouldKeepAnAddressWhoseStationAnswers() {
    send(b, announcement(B, IP_B));
    send(c, announcement(C, IP_B));
    received(a);
    received(b);
    assertThat(counters(0)).containsEntry("neighbours-contested", 1L);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).as("nobody answers while it is contested").isEmpty();
    received(b);
    pass(Duration.ofMillis(200));
    List<byte[]> probes = received(b);
    long prober = HostAddress.mac(rig.endpoint(0).address());
    byte[] expected = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.probe(MemorySegment.ofArray(expected), 0, B, IP_B, prober);
    assertThat(probes).as("each host asks for itself").hasSize(2).contains(expected);
    for (byte[] probe : probes) {
      long asking = EthernetHeader.source(MemorySegment.ofArray(probe), 0);
      send(b, reply(B, IP_B, asking, 0));
    }
    pass(Duration.ofSeconds(5));
    assertThat(known(0)).extracting(NeighbourStatus::mac).contains(B).doesNotContain(C);
    assertThat(received(a)).as("answers to probes go no further").isEmpty();
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).containsExactly(reply(B, IP_B, A, IP_A));
  }

  @Test
  void shouldGiveAnAddressToAnotherStationWhenTheOldOneIsSilent() {
    send(b, announcement(B, IP_B));
    send(c, announcement(C, IP_B));
    pass(Duration.ofSeconds(4));
    received(a);
    assertThat(received(b).size()).as("its probes").isGreaterThanOrEqualTo(3);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).containsExactly(reply(C, IP_B, A, IP_A));
  }

  @Test
  void shouldNotBelieveAStationAboutAnotherOne() {
    byte[] lie = announcement(B, IP_B);
    EthernetHeader.source(MemorySegment.ofArray(lie), 0, C);
    send(c, lie);
    assertThat(known(0)).isEmpty();
  }

  @Test
  void shouldAnswerForWhatWasSaid() {
    NeighbourSettings.Known known = new NeighbourSettings.Known(IpAddress.ofIpv4(IP_B), B, false);
    networks(ANSWERS.with(List.of(known)), StationPolicy.USUAL);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).as("the station is not there yet").isEmpty();
    send(b, broadcast(B));
    received(a);
    send(a, question(A, IP_A, IP_B));
    assertThat(received(a)).containsExactly(reply(B, IP_B, A, IP_A));
    send(c, announcement(C, IP_B));
    pass(Duration.ofSeconds(5));
    assertThat(known(0).stream().filter(n -> n.address().equals(IpAddress.ofIpv4(IP_B))))
        .extracting(NeighbourStatus::mac, NeighbourStatus::origin)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(B, Origin.STATIC));
    networks(ANSWERS, StationPolicy.USUAL);
    pass(Duration.ofSeconds(1));
    assertThat(known(0)).extracting(NeighbourStatus::mac).doesNotContain(B);
  }

  @Test
  @DisplayName("P3 of moving: stations are announced by the addresses that are known, on request")
  void shouldAnnounceStationsOnRequest() {
    send(a, announcement(A, IP_A));
    send(a, advertisement(A, SIX_A, NeighbourDiscovery.OVERRIDE_FLAG, false));
    send(a, broadcast(C));
    received(b);
    var done = rig.control(0).announce(OptionalInt.of(BLUE), Optional.of("a"));
    rig.settle();
    pass(Duration.ofMillis(300));
    assertThat(done).isCompletedWithValue(2);
    byte[] reverse = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reverse(MemorySegment.ofArray(reverse), 0, C);
    assertThat(received(b))
        .containsExactlyInAnyOrder(
            announcement(A, IP_A),
            advertisement(A, SIX_A, NeighbourDiscovery.OVERRIDE_FLAG, false),
            reverse);
    assertThat(received(a)).as("the machine itself").isEmpty();
    assertThat(counters(0)).containsEntry("stations-announced", 3L);
  }

  @Test
  void shouldAnnounceAStationThatIsSaidToBeHere() {
    networks(ANSWERS, StationPolicy.USUAL.announcingNew(true));
    Location here = new Location.AtPort("a");
    rig.await(rig.control(0).addStation(BLUE, B, here, Origin.STATIC));
    pass(Duration.ofMillis(300));
    byte[] reverse = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reverse(MemorySegment.ofArray(reverse), 0, B);
    assertThat(received(b)).containsExactly(reverse);
    assertThat(rig.view(1).station(BLUE, B).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(rig.endpoint(0).address()));
  }

  @Test
  @DisplayName("The first frame of a station goes to all hosts, so that they follow its move")
  void shouldTellAllHostsOfAMove() {
    networks(ANSWERS, StationPolicy.USUAL.announcingNew(true));
    Machine d = rig.machine(0, BLUE, "d");
    send(d, broadcast(C));
    send(b, broadcast(B));
    assertThat(rig.view(1).station(BLUE, B).orElseThrow().location())
        .isEqualTo(new Location.AtPort("b"));
    send(a, frame(C, B)); // for a station of the same host, which is known
    assertThat(received(d)).hasSize(2);
    assertThat(rig.view(1).station(BLUE, B).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(rig.endpoint(0).address()));
  }

  @Test
  void shouldForgetAddressesOfANetworkThatWent() {
    send(a, announcement(A, IP_A));
    assertThat(known(0)).hasSize(1);
    rig.await(rig.control(0).detachPort("a"));
    rig.await(rig.control(0).removeNetwork(BLUE));
    pass(Duration.ofSeconds(1));
    networks(ANSWERS, StationPolicy.USUAL);
    assertThat(known(0)).isEmpty();
  }
}
