package net.viaduct.vtep.learning;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.vtep.trace.Step;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** A station that is told to be at the first of three hosts, and moves while nobody can tell. */
@Tag("R56")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class LearnedInsteadOfToldTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long C = mac(3);
  private static final int IP_A = 0x0a00_0001;
  private static final StationPolicy TOLD = StationPolicy.USUAL;
  private static final StationPolicy LEARNS = TOLD.announcingNew(true).outrankingTold(true);

  private final MemoryRig rig;
  private final List<MemoryPort> ports =
      List.of(new MemoryPort("vm1"), new MemoryPort("vm2"), new MemoryPort("vm3"));

  LearnedInsteadOfToldTest(int threads) {
    rig = new MemoryRig(3, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
    for (int host = 0; host < 3; host++) {
      rig.await(rig.control(host).addNetwork(blue(host, TOLD)));
      rig.attach(host, BLUE, ports.get(host));
      tell(host, A, 0);
      tell(host, B, 1);
      tell(host, C, 0);
    }
  }

  @AfterEach
  void close() {
    for (int host = 0; host < 3; host++) {
      Conservation.check(rig.view(host));
    }
    rig.close();
  }

  private NetworkConfig blue(int host, StationPolicy policy) {
    FloodList others =
        new FloodList.Remotes(
            IntStream.range(0, 3).filter(it -> it != host).mapToObj(rig::endpoint).toList());
    NeighbourSettings known =
        NeighbourSettings.DEFAULT
            .suppressing(true)
            .with(List.of(new NeighbourSettings.Known(IpAddress.parse("10.0.0.1"), A, false)));
    return new NetworkConfig(
        BLUE, "blue", others, Set.of(), NetworkSettings.DEFAULT.with(policy).with(known));
  }

  private Location place(int host, int of) {
    return host == of
        ? new Location.AtPort(ports.get(of).name())
        : new Location.AtRemote(rig.endpoint(of).address());
  }

  private void tell(int host, long mac, int at) {
    rig.await(rig.control(host).addStation(BLUE, mac, place(host, at), Origin.CONTROLLER));
  }

  private void become(StationPolicy policy) {
    for (int host = 0; host < 3; host++) {
      rig.await(rig.control(host).changeNetwork(blue(host, policy)));
    }
  }

  private void send(int host, byte[] frame) {
    ports.get(host).inject(frame);
    rig.settle();
  }

  private void forgetFrames() {
    ports.forEach(MemoryPort::takeAll);
  }

  /** At which hosts the frames from B to A arrive that it sends now. */
  private List<Integer> reached() {
    forgetFrames();
    send(1, frame(A, B));
    send(1, frame(A, B));
    return IntStream.range(0, 3)
        .filter(host -> ports.get(host).takeAll().size() == 2)
        .boxed()
        .toList();
  }

  private StationStatus seenAt(int host) {
    return rig.view(host).station(BLUE, A).orElseThrow();
  }

  @Test
  void shouldNotFollowAStationWhereWhatIsToldCountsMore() {
    send(2, broadcast(A));
    assertThat(reached()).containsExactly(0);
    assertThat(rig.view(1).counters().values().get("stations-outranked")).isPositive();
  }

  @Test
  @DisplayName("R56: its first frame, to whomever, tells all hosts where it is")
  void shouldFollowAStationFromItsFirstFrameOn() {
    become(LEARNS);
    send(2, frame(C, A)); // which is told to the first host, and to the second as it is new
    assertThat(reached()).containsExactly(2);
    for (int host = 0; host < 3; host++) {
      assertThat(seenAt(host).location()).isEqualTo(place(host, 2));
      assertThat(seenAt(host).origin()).isEqualTo(Origin.LEARNED);
      assertThat(seenAt(host).told()).contains(place(host, 0));
      assertThat(rig.view(host).learnedInsteadOfTold(10)).containsExactly(seenAt(host));
    }
    assertThat(rig.view(0).ports().getFirst().stations())
        .as("at the port that it left")
        .isEqualTo(1);
  }

  @Test
  void shouldTraceWhereItIsInsteadOfWhereItIsTold() {
    become(LEARNS);
    send(2, broadcast(A));
    String told = rig.endpoint(0).address() + "";
    String now = rig.endpoint(2).address() + "";
    assertThat(rig.await(rig.control(1).traceFromPort("vm2", frame(A, B))).steps())
        .contains(
            new Step(
                "look up",
                "02:00:00:00:00:01 is at remote %s, learned, heard of 0 s ago, instead of told at remote %s"
                    .formatted(now, told)));
  }

  @Test
  void shouldSendToWhereItIsToldWhenItIsSilentForLong() {
    become(LEARNS);
    send(2, broadcast(A));
    rig.advance(Duration.ofSeconds(290));
    send(2, frame(B, A));
    rig.advance(Duration.ofSeconds(290));
    assertThat(reached()).as("it has spoken").containsExactly(2);
    rig.advance(Duration.ofSeconds(20));
    assertThat(reached()).containsExactly(0);
    assertThat(seenAt(1).origin()).isEqualTo(Origin.CONTROLLER);
    assertThat(seenAt(1).told()).isEmpty();
  }

  @Test
  void shouldSendToWhereItIsToldAtOnceWhenThatHoldsAgain() {
    become(LEARNS);
    send(2, broadcast(A));
    assertThat(reached()).containsExactly(2);
    become(TOLD);
    for (int host = 0; host < 3; host++) {
      assertThat(seenAt(host).location()).isEqualTo(place(host, 0));
      assertThat(rig.view(host).learnedInsteadOfTold(10)).isEmpty();
    }
    send(2, frame(B, A));
    assertThat(reached()).as("what it says does not count").containsExactly(0);
  }

  @Test
  void shouldFollowWhatIsToldAnew() {
    become(LEARNS);
    send(2, broadcast(A));
    for (int host = 0; host < 3; host++) {
      tell(host, A, 2);
    }
    become(TOLD);
    assertThat(reached()).containsExactly(2);
    assertThat(seenAt(1).origin()).isEqualTo(Origin.CONTROLLER);
    assertThat(seenAt(1).told()).isEmpty();
    for (int host = 0; host < 3; host++) {
      assertThat(rig.await(rig.control(host).removeStation(BLUE, A, Origin.CONTROLLER))).isTrue();
      assertThat(rig.view(host).station(BLUE, A)).as("nothing is left behind it").isEmpty();
    }
  }

  @Test
  void shouldComeBackToWhereItIsTold() {
    become(LEARNS);
    send(2, broadcast(A));
    send(0, broadcast(A));
    assertThat(reached()).containsExactly(0);
    assertThat(seenAt(2).origin()).isEqualTo(Origin.CONTROLLER);
  }

  @Test
  void shouldForgetWhatWasLearnedButNotWhatIsTold() {
    become(LEARNS);
    send(2, broadcast(A));
    for (int host = 0; host < 3; host++) {
      assertThat(rig.await(rig.control(host).forgetLearned(List.of(seenAt(host))))).isEqualTo(1);
    }
    assertThat(reached()).containsExactly(0);
  }

  @Test
  @DisplayName("R52: the answer to who has an address names its station, wherever that is now")
  void shouldAnswerForItWhereverItIs() {
    byte[] question = new byte[ArpFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(question);
    ArpFrame.announcement(s, 0, B, 0x0a00_0002);
    ArpPacket.target(s, EthernetHeader.SIZE_BYTES, 0, IP_A);
    byte[] answer = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.reply(MemorySegment.ofArray(answer), 0, A, IP_A);
    ArpFrame.answer(MemorySegment.ofArray(answer), 0, B, 0x0a00_0002);
    byte[] announcement = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.announcement(MemorySegment.ofArray(announcement), 0, A, IP_A);
    become(LEARNS);
    for (byte[] said : List.of(broadcast(A), announcement)) {
      send(2, said);
      forgetFrames();
      send(1, question);
      MemoryFrame got = ports.get(1).take();
      assertThat(Optional.ofNullable(got).map(MemoryFrame::bytes)).contains(answer);
      assertThat(ports.get(0).takeAll()).isEmpty();
      assertThat(ports.get(2).takeAll()).isEmpty();
    }
  }
}
