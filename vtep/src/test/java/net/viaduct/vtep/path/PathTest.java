package net.viaduct.vtep.path;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.tcp;
import static net.viaduct.vtep.behaviour.Frames.udp;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Offload;
import net.viaduct.io.PathError;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.ForeignHost;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.NarrowUnderlay;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.vtep.show.PathPhase;
import net.viaduct.vtep.show.PathStatus;
import net.viaduct.vtep.show.RemoteStatus;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.tunnel.PathMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two hosts between which the path is narrower than their devices, and a host that is not ours. */
class PathTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long C = mac(3);
  private static final int FLAGS_OFFSET = 34 + 13;

  private final int[] pathMtuBytes = {1500};
  private final MemoryRig rig =
      new MemoryRig(
          2,
          MemoryRig.impatient(VtepConfig.DEFAULT),
          (underlay, _) -> new NarrowUnderlay(underlay, () -> pathMtuBytes[0]));
  private final MemoryPort a = new MemoryPort("a");
  private final MemoryPort b = new MemoryPort("b");
  private final ForeignHost foreign = rig.foreignHost();

  private void start(PathSettings settings) {
    for (int host = 0; host < 2; host++) {
      rig.host(host).underlay().mtuBytes(1500);
      Endpoint other = rig.endpoint(1 - host);
      NetworkConfig config =
          new NetworkConfig(
              BLUE, "blue", new FloodList.Remotes(List.of(other, foreign.endpoint())));
      rig.await(rig.control(host).addNetwork(config.with(config.settings().with(settings))));
    }
    rig.attach(0, BLUE, a);
    rig.attach(1, BLUE, b);
    // stations become known by a frame each
    a.inject(Frames.broadcast(A));
    b.inject(Frames.broadcast(B));
    foreign.send(rig.endpoint(0), vxlan(BLUE, Frames.frame(A, C)));
    pass(1);
    a.takeAll();
    b.takeAll();
  }

  private void start() {
    start(PathSettings.DEFAULT);
  }

  private void pass(int seconds) {
    for (int i = 0; i < 10 * seconds; i++) {
      rig.advance(Duration.ofMillis(100));
    }
  }

  private PathStatus path(Endpoint to) {
    return rig.view(0).remotes().stream()
        .filter(remote -> remote.endpoint().equals(to))
        .findFirst()
        .flatMap(RemoteStatus::path)
        .orElseThrow();
  }

  private long drops(DropReason reason) {
    return rig.view(0).drops().get(reason);
  }

  @AfterEach
  void close() {
    for (int host = 0; host < 2; host++) {
      Conservation.check(rig.view(host));
      assertThat(rig.host(host).errors().snapshot()).isEmpty();
    }
    rig.close();
  }

  @Test
  @Tag("R32")
  void shouldConfirmThePathBetweenTwoHostsOfOurs() {
    start();
    pass(5);
    PathStatus path = path(rig.endpoint(1));
    assertThat(path.mtuBytes()).isEqualTo(1500);
    assertThat(path.source()).isEqualTo(PathStatus.Source.PROBED);
    assertThat(path.phase()).isEqualTo(PathPhase.SEARCH_COMPLETE);
  }

  @Test
  @Tag("P1")
  @Tag("R32")
  void shouldNameABlackHoleWithinTenSeconds() {
    start();
    pass(20);
    pathMtuBytes[0] = 1400;
    pass(10);
    PathStatus path = path(rig.endpoint(1));
    assertThat(path.mtuBytes()).isEqualTo(1400);
    assertThat(path.source()).isEqualTo(PathStatus.Source.BLACK_HOLE);
  }

  @Test
  @Tag("R7")
  @Tag("P1")
  void shouldTellTheSenderOfAFrameThatDoesNotFitThePath() {
    pathMtuBytes[0] = 1400;
    start();
    pass(10);
    a.inject(udp(B, A, 1000, 1308));
    rig.settle();
    assertThat(b.takeAll()).as("1,350 bytes fit exactly").hasSize(1);
    assertThat(a.takeAll()).isEmpty();
    a.inject(udp(B, A, 1000, 1323));
    rig.settle();
    assertThat(b.takeAll()).isEmpty();
    MemorySegment answer = MemorySegment.ofArray(a.takeAll().getFirst().bytes());
    assertThat(Icmpv4.code(answer, 34)).isEqualTo(Icmpv4.FRAGMENTATION_NEEDED);
    assertThat(Icmpv4.nextHopMtuBytes(answer, 34)).isEqualTo(1350);
    assertThat(drops(DropReason.DATAGRAM_LARGER_THAN_PATH_MTU)).isEqualTo(1);
  }

  @Test
  @Tag("R7")
  @Tag("P1")
  void shouldTellTheSenderOfAFloodToAGroupThatDoesNotFitTheDevice() {
    start();
    FloodList group = new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT));
    rig.await(rig.control(0).changeFlood(BLUE, group));
    for (int mtuBytes : new int[] {1500, 1300}) {
      rig.host(0).underlay().mtuBytes(mtuBytes);
      pass(2);
      a.takeAll();
      a.inject(udp(mac(9), A, 1000, mtuBytes - 50 - 28 + 1));
      rig.settle();
      MemorySegment answer = MemorySegment.ofArray(a.takeAll().getFirst().bytes());
      assertThat(Icmpv4.nextHopMtuBytes(answer, 34)).isEqualTo(mtuBytes - 50);
    }
    assertThat(drops(DropReason.DATAGRAM_LARGER_THAN_PATH_MTU)).isEqualTo(2);
  }

  @Test
  @Tag("R7")
  void shouldLimitHowManyAnswersAPortGets() {
    pathMtuBytes[0] = 1400;
    start();
    pass(10);
    for (int i = 0; i < 1000; i++) {
      a.inject(udp(B, A, 1000 + i, 1400));
    }
    rig.settle();
    assertThat(a.takeAll()).hasSize(20);
    rig.advance(Duration.ofMillis(100));
    a.inject(udp(B, A, 1000, 1400));
    rig.settle();
    assertThat(a.takeAll()).hasSize(1);
  }

  @Test
  void shouldNotAnswerNorClampWhenTold() {
    pathMtuBytes[0] = 1400;
    start(new PathSettings(true, false, false, OptionalInt.empty()));
    pass(10);
    a.inject(udp(B, A, 1000, 1400));
    a.inject(syn(B, A, 1460));
    rig.settle();
    assertThat(a.takeAll()).isEmpty();
    assertThat(mss(b.takeAll().getFirst())).isEqualTo(1460);
  }

  @Test
  @Tag("P1")
  void shouldClampTheMssInBothDirections() {
    pathMtuBytes[0] = 1400;
    start();
    pass(10);
    a.inject(syn(B, A, 1460));
    rig.settle();
    assertThat(mss(b.takeAll().getFirst())).as("on the way out").isEqualTo(1310);
    foreign.send(rig.endpoint(0), vxlan(BLUE, syn(A, C, 1460)));
    rig.settle();
    assertThat(mss(a.takeAll().getFirst())).as("the path there is whole").isEqualTo(1410);
    b.inject(syn(A, B, 9000));
    rig.settle();
    assertThat(mss(a.takeAll().getFirst())).isEqualTo(1310);
  }

  @Test
  @Tag("P1")
  void shouldCutSuperFramesOfTcpSmaller() {
    pathMtuBytes[0] = 1400;
    start();
    pass(10);
    long before = sentDatagrams();
    a.inject(
        MemoryFrame.of(Frames.unfinished(tcp(B, A, 1000, 13_960)))
            .withChecksumPartial(34, TcpHeader.CHECKSUM_OFFSET)
            .withSegmentation(Offload.TCP_IPV4, 1396));
    rig.settle();
    assertThat(sentDatagrams() - before).isEqualTo(11);
    assertThat(b.takeAll())
        .as("put together again")
        .hasSize(1)
        .allSatisfy(frame -> assertThat(frame.segmentBytes()).isEqualTo(1310));
    assertThat(a.takeAll()).isEmpty();
  }

  private long sentDatagrams() {
    return rig.view(0).counters().values().get("egress-sent-datagrams");
  }

  @Test
  @Tag("R66")
  void shouldNeitherShowProbesToMachinesNorTakeThemFromThem() {
    start();
    pass(30);
    assertThat(a.takeAll()).isEmpty();
    assertThat(b.takeAll()).isEmpty();
    byte[] forged = new byte[PathMessage.MIN_FRAME_BYTES];
    PathMessage.write(MemorySegment.ofArray(forged), 0, A, PathMessage.PROBE, 60, 7);
    long sent = sentDatagrams();
    a.inject(forged);
    rig.settle();
    assertThat(drops(DropReason.RESERVED_GROUP_ADDRESS)).isEqualTo(1);
    assertThat(sentDatagrams()).isEqualTo(sent);
  }

  @Test
  void shouldAnswerAProbeWithSomethingSmallerThanIt() {
    start();
    byte[] probe = new byte[1000];
    PathMessage.write(MemorySegment.ofArray(probe), 0, C, PathMessage.PROBE, 1000, 42);
    while (foreign.receive() != null) {
      // greetings
    }
    foreign.send(rig.endpoint(0), vxlan(BLUE, probe));
    rig.settle();
    MemorySegment answer = MemorySegment.ofArray(foreign.receive().payload());
    assertThat(answer.byteSize()).isEqualTo(8 + 60);
    assertThat(PathMessage.isPresent(answer, 8, 60)).isTrue();
    assertThat(PathMessage.kind(answer, 8)).isEqualTo(PathMessage.ANSWER);
    assertThat(PathMessage.probedBytes(answer, 8)).isEqualTo(1000);
    assertThat(PathMessage.token(answer, 8)).isEqualTo(42);
    foreign.send(rig.endpoint(0), vxlan(BLUE, Arrays.copyOf(probe, 999)));
    rig.settle();
    assertThat(foreign.receive()).as("a probe that was cut off on its way").isNull();
  }

  @Test
  @Tag("R33")
  void shouldBelieveIcmpThatQuotesWhatWasSentAndNothingElse() {
    start();
    pass(5);
    byte[] sent = tcp(C, A, 1000, 1400);
    a.inject(sent);
    rig.settle();
    byte[] other = tcp(C, A, 1001, 1400);
    byte[] otherPlace = sent.clone();
    NetworkOrder.i32(MemorySegment.ofArray(otherPlace), 38, 0x7000_0000);
    byte[] little = Arrays.copyOf(sent, 30);
    for (byte[] forged : List.of(other, otherPlace, little, new byte[0])) {
      tell(1300, forged);
      assertThat(path(foreign.endpoint()).mtuBytes()).isEqualTo(1500);
    }
    tell(1300, sent);
    assertThat(path(foreign.endpoint()).mtuBytes()).isEqualTo(1300);
    assertThat(path(foreign.endpoint()).source()).isEqualTo(PathStatus.Source.ICMP);
    tell(68, sent);
    assertThat(path(foreign.endpoint()).mtuBytes()).as("never below this").isEqualTo(552);
  }

  @Test
  @Tag("R33")
  void shouldNotBelieveIcmpAboutWhatWasSentLongAgo() {
    start();
    byte[] sent = tcp(C, A, 1000, 1400);
    a.inject(sent);
    rig.settle();
    pass(12);
    tell(1300, sent);
    assertThat(path(foreign.endpoint()).mtuBytes()).isEqualTo(1500);
  }

  @Test
  @Tag("R34")
  void shouldForgetWhatIcmpToldAfterTenMinutes() {
    start();
    byte[] sent = tcp(C, A, 1000, 1400);
    a.inject(sent);
    rig.settle();
    tell(1300, sent);
    rig.advance(Duration.ofSeconds(500));
    pass(1);
    assertThat(path(foreign.endpoint()).mtuBytes()).isEqualTo(1300);
    rig.advance(Duration.ofSeconds(101));
    pass(1);
    assertThat(path(foreign.endpoint()).mtuBytes()).isEqualTo(1500);
  }

  private void tell(int mtuBytes, byte[] quotedFrame) {
    byte[] quote = vxlan(BLUE, Arrays.copyOf(quotedFrame, Math.min(500, quotedFrame.length)));
    rig.host(0)
        .underlay()
        .tell(PathError.Kind.TOO_BIG, foreign.endpoint(), 50_000, mtuBytes, quote);
    rig.advance(Duration.ofMillis(100));
  }

  @Test
  void shouldNotExceedWhatConfigurationSays() {
    start(new PathSettings(false, true, true, OptionalInt.of(1300)));
    pass(2);
    assertThat(path(rig.endpoint(1)).mtuBytes()).isEqualTo(1300);
    assertThat(path(rig.endpoint(1)).source()).isEqualTo(PathStatus.Source.CONFIGURED);
    a.inject(udp(B, A, 1000, 1300));
    rig.settle();
    MemorySegment answer = MemorySegment.ofArray(a.takeAll().getFirst().bytes());
    assertThat(Icmpv4.nextHopMtuBytes(answer, 34)).isEqualTo(1250);
    while (foreign.receive() != null) {
      // what was flooded
    }
    pass(120);
    assertThat(foreign.receive()).as("no probes").isNull();
  }

  @Test
  void shouldForgetLearnedRemotesThatOnlyProbe() {
    FloodList group = new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT));
    for (int host = 0; host < 2; host++) {
      rig.host(host).underlay().mtuBytes(1500);
      rig.await(rig.control(host).addNetwork(new NetworkConfig(7, "g", group)));
    }
    rig.attach(0, 7, a);
    rig.attach(1, 7, b);
    a.inject(Frames.broadcast(A));
    b.inject(Frames.broadcast(B));
    pass(10);
    assertThat(path(rig.endpoint(1)).source()).isEqualTo(PathStatus.Source.PROBED);
    pass(700);
    assertThat(rig.view(0).remotes()).isEmpty();
    assertThat(rig.view(1).remotes()).isEmpty();
  }

  private static byte[] syn(long destination, long source, int mss) {
    byte[] frame = tcp(destination, source, 1000, 4);
    MemorySegment s = MemorySegment.ofArray(frame);
    NetworkOrder.u8(s, 34 + 12, 6 << 4);
    NetworkOrder.u8(s, FLAGS_OFFSET, TcpHeader.SYN);
    NetworkOrder.u16(s, 54, 0x0204);
    NetworkOrder.u16(s, 56, mss);
    return frame;
  }

  private static int mss(MemoryFrame frame) {
    return NetworkOrder.u16(MemorySegment.ofArray(frame.bytes()), 56);
  }
}
