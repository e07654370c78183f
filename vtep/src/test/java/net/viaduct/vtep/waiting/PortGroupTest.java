package net.viaduct.vtep.waiting;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.RateSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.trace.Trace;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What ports have in common that are in a group: rates both ways, classes, limits. */
class PortGroupTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(99);
  private static final int DSCP_AT = 15;
  private static final int VXLAN_BYTES = 8;
  private static final long RATE = 1_000_000;

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private MemoryUnderlay far;

  @BeforeEach
  void open() {
    far = rig.network().open(List.of(IpAddress.parse("10.77.0.50")), Tunnel.PORT);
    far.mtuBytes(9000);
    far.queueDatagrams(100_000);
    NetworkSettings withoutProbes =
        NetworkSettings.DEFAULT.with(new PathSettings(false, true, true, OptionalInt.empty()));
    FloodList flood = new FloodList.Remotes(List.of(far.local()));
    rig.await(
        rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood, Set.of(), withoutProbes)));
  }

  @AfterEach
  void closeAndCheckThatNothingWasLostSilently() {
    try {
      Conservation.check(rig.view(0));
    } finally {
      rig.close();
    }
  }

  private static PortGroup group(
      Optional<RateSettings> from, Optional<QueueSettings> to, Optional<TrafficClassPolicy> dscp) {
    return new PortGroup("gold", from, to, dscp, OptionalInt.empty());
  }

  private static PortGroup slowFrom() {
    RateSettings rate = new RateSettings(RATE, 2000, LinkOverhead.NONE);
    return group(Optional.of(rate), Optional.empty(), Optional.empty());
  }

  private static PortGroup slowTo(QueueConfig queue) {
    QueueSettings settings = TestQueues.limited(RATE, 1, queue);
    return group(Optional.empty(), Optional.of(settings), Optional.empty());
  }

  private static PortGroup telling(DscpMode mode, int own) {
    TrafficClassPolicy policy = new TrafficClassPolicy(EcnMode.NORMAL, mode, own);
    return group(Optional.empty(), Optional.empty(), Optional.of(policy));
  }

  private MemoryPort port(String name, PortSettings settings) {
    MemoryPort port = new MemoryPort(name);
    port.queueFrames(100_000);
    rig.await(rig.control(0).attachPort(BLUE, name, port, settings));
    return port;
  }

  private MemoryPort port(String name, PortGroup group) {
    return port(name, PortSettings.DEFAULT.with(group));
  }

  private void fromFar(byte[] frame, int trafficClass) {
    byte[] payload = Frames.vxlan(BLUE, frame);
    rig.network()
        .carry(new MemoryDatagram(far.local(), rig.endpoint(0), payload, trafficClass, true));
  }

  private List<MemoryDatagram> sent() {
    List<MemoryDatagram> all = new ArrayList<>();
    for (MemoryDatagram next = far.take(); next != null; next = far.take()) {
      all.add(next);
    }
    return all;
  }

  private long counter(String name) {
    return rig.view(0).counters().values().get(name);
  }

  private void pass(int milliseconds) {
    for (int i = 0; i < milliseconds; i++) {
      rig.advance(Duration.ofMillis(1));
    }
  }

  @Test
  @DisplayName("What comes from a port beyond its rate waits in the machine; nothing is lost")
  void shouldReadNoMoreFromAPortThanItsRate() {
    MemoryPort a = port("a", slowFrom());
    for (int i = 0; i < 400; i++) {
      a.inject(Frames.udp(FAR, A, 1, 958));
    }
    pass(2000);
    long mayCome = (RATE / 8 * 2 + 2000) / 1000;
    int came = sent().size();
    assertThat((long) came).isBetween(mayCome, mayCome + 1);
    pass(2000);
    assertThat(sent()).hasSize(400 - came);
    assertThat(counter("egress-received-frames")).isEqualTo(400);
    assertThat(counter("egress-dropped-frames")).isZero();
  }

  @Test
  void shouldNotHoldBackPortsOfNoGroup() {
    MemoryPort a = port("a", slowFrom());
    MemoryPort b = port("b", PortSettings.DEFAULT);
    for (int i = 0; i < 100; i++) {
      a.inject(Frames.udp(FAR, A, 1, 958));
      b.inject(Frames.udp(FAR, B, 2, 958));
    }
    rig.settle();
    assertThat(sent()).hasSize(103);
  }

  @Test
  void shouldTellThatAPortIsHeldBack() {
    MemoryPort a = port("a", slowFrom());
    for (int i = 0; i < 10; i++) {
      a.inject(Frames.udp(FAR, A, 1, 958));
    }
    rig.settle();
    Trace trace = rig.await(rig.control(0).traceFromPort("a", broadcast(A)));
    assertThat(trace.toString()).contains("held back now: it has sent as much as it may");
    assertThat(rig.view(0).ports().getFirst().heldBecause())
        .isEqualTo("it has sent as much as it may");
    pass(2000);
    assertThat(rig.view(0).ports().getFirst().heldBecause()).isEmpty();
  }

  @Test
  void shouldGiveAPortNoMoreThanItsRateFromTunnelsAndFromHere() {
    MemoryPort a = port("a", PortSettings.DEFAULT);
    MemoryPort b = port("b", slowTo(QueueConfig.Fifo.DEFAULT));
    b.inject(broadcast(B));
    rig.settle();
    a.takeAll();
    for (int i = 0; i < 200; i++) {
      a.inject(Frames.udp(B, A, 1, 958));
      fromFar(Frames.udp(B, FAR, 2, 958), 0);
    }
    pass(1000);
    assertThat((long) b.takeAll().size()).isBetween(RATE / 8 / 1000, RATE / 8 / 1000 + 2);
    pass(4000);
    assertThat(counter("egress-delivered-frames") + counter("ingress-delivered-frames"))
        .isEqualTo(401);
    assertThat(counter("egress-queued-frames")).isPositive();
    assertThat(counter("ingress-queued-frames")).isPositive();
    assertThat(rig.await(rig.control(0).traceFromPort("a", Frames.udp(B, A, 1, 9))).toString())
        .contains("to port b, queue 'all': nothing waits in it");
  }

  @Test
  void shouldChangeARateWithoutLosingOrReorderingWhatWaits() {
    MemoryPort b = port("b", slowTo(QueueConfig.Fifo.DEFAULT));
    b.inject(broadcast(B));
    rig.settle();
    List<byte[]> expected = new ArrayList<>();
    List<byte[]> got = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] frame = Frames.frame(B, FAR, 500, i);
      expected.add(frame);
      fromFar(frame, 0);
      rig.advance(Duration.ofMillis(1));
      PortSettings next =
          switch (i % 3) {
            case 0 -> PortSettings.DEFAULT.with(slowTo(QueueConfig.FqCodel.DEFAULT));
            case 1 -> PortSettings.DEFAULT.with(slowTo(QueueConfig.Fifo.DEFAULT));
            default -> i % 30 == 2 ? PortSettings.DEFAULT : null;
          };
      if (next != null) {
        rig.await(rig.control(0).changePort("b", next));
      }
      b.takeAll().forEach(taken -> got.add(taken.bytes()));
    }
    rig.await(rig.control(0).changePort("b", PortSettings.DEFAULT));
    b.takeAll().forEach(taken -> got.add(taken.bytes()));
    assertThat(counter("ingress-queued-frames")).isPositive();
    assertThat(got).containsExactlyElementsOf(expected);
  }

  @Test
  void shouldDropWhatWaitsForAPortThatIsTakenAway() {
    MemoryPort b = port("b", slowTo(QueueConfig.Fifo.DEFAULT));
    b.inject(broadcast(B));
    rig.settle();
    for (int i = 0; i < 10; i++) {
      fromFar(Frames.frame(B, FAR, 500, i), 0);
    }
    rig.settle();
    rig.await(rig.control(0).detachPort("b"));
    assertThat(counter("drop-removed-while-waiting")).isEqualTo(9);
  }

  @Test
  @Tag("R28")
  @DisplayName("R28: a port group says whose DSCP the outer header tells; ECN is the network's")
  void shouldTellTheDscpThatThePortGroupSays() {
    MemoryPort uniform = port("u", telling(DscpMode.UNIFORM, 0));
    MemoryPort pipe = port("p", telling(DscpMode.PIPE, 46));
    MemoryPort usual = port("n", PortSettings.DEFAULT);
    uniform.inject(Frames.withTrafficClass(Frames.udp(FAR, A, 1, 10), 10 << 2 | 1));
    rig.settle();
    assertThat(sent()).extracting(MemoryDatagram::trafficClass).containsExactly(10 << 2 | 1);
    pipe.inject(Frames.withTrafficClass(Frames.udp(FAR, B, 1, 10), 10 << 2 | 1));
    rig.settle();
    assertThat(sent()).extracting(MemoryDatagram::trafficClass).containsExactly(46 << 2 | 1);
    usual.inject(Frames.withTrafficClass(Frames.udp(FAR, mac(3), 1, 10), 10 << 2 | 1));
    rig.settle();
    assertThat(sent()).extracting(MemoryDatagram::trafficClass).containsExactly(1);
  }

  @Test
  @Tag("R28")
  void shouldTellTheDscpOfItsPortGroupAlsoWhatHadToWait() {
    rig.await(
        rig.control(0)
            .changeUnderlayQueue(
                Optional.of(TestQueues.limited(RATE, 1, QueueConfig.Fifo.DEFAULT))));
    MemoryPort pipe = port("p", telling(DscpMode.PIPE, 46));
    for (int i = 0; i < 3; i++) {
      pipe.inject(Frames.withTrafficClass(Frames.udp(FAR, B, 1, 958), 10 << 2));
    }
    pass(100);
    assertThat(sent())
        .extracting(MemoryDatagram::trafficClass)
        .containsExactly(46 << 2, 46 << 2, 46 << 2);
  }

  @Test
  @Tag("R28")
  @DisplayName("R28: each port of a flood gets the DSCP that its own group says")
  void shouldLeaveTheDscpThatThePortGroupSays() {
    MemoryPort uniform = port("u", telling(DscpMode.UNIFORM, 0));
    MemoryPort usual = port("n", PortSettings.DEFAULT);
    MemoryPort pipe = port("p", telling(DscpMode.PIPE, 46));
    byte[] frame = Frames.withTrafficClass(Frames.udp(mac(77), FAR, 1, 10), 10 << 2);
    fromFar(frame, 34 << 2);
    rig.settle();
    assertThat(dscp(uniform)).isEqualTo(34);
    assertThat(dscp(usual)).isEqualTo(10);
    assertThat(dscp(pipe)).isEqualTo(10);
    uniform.inject(broadcast(A));
    rig.settle();
    fromFar(Frames.withTrafficClass(Frames.udp(A, FAR, 1, 10), 10 << 2), 34 << 2);
    rig.settle();
    assertThat(dscp(uniform)).isEqualTo(34);
  }

  private static int dscp(MemoryPort port) {
    List<MemoryFrame> frames = port.takeAll();
    assertThat(frames).hasSize(1);
    return (frames.getFirst().bytes()[DSCP_AT] & 0xff) >>> 2;
  }

  @Test
  void shouldLearnNoMoreStationsBehindAPortThanItsGroupAllows() {
    PortGroup two =
        new PortGroup(
            "two", Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.of(2));
    MemoryPort a = port("a", two);
    for (int i = 0; i < 5; i++) {
      a.inject(broadcast(mac(10 + i)));
    }
    rig.settle();
    assertThat(counter("stations-refused-by-port") + counter("stations-forgotten")).isEqualTo(3);
    assertThat(sent()).allMatch(it -> it.payload().length > VXLAN_BYTES);
  }
}
