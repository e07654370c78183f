package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TagPolicy;
import net.viaduct.vtep.show.NetworkStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a VTEP does, whatever its ports and its underlay are made of. A subclass brings the {@link
 * Rig}.
 */
public abstract class DataPathBehaviour {
  /** The VNI of most tests. */
  protected static final int BLUE = 100;

  private static final int RED = 200;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long C = mac(3);

  /** What is tested on. */
  protected Rig rig;

  /** For subclasses. */
  protected DataPathBehaviour() {}

  /** A fresh rig. */
  protected abstract Rig openRig();

  @BeforeEach
  void open() {
    rig = openRig();
  }

  @AfterEach
  void closeAndCheckThatNothingWasLostSilently() {
    try {
      for (int host = 0; host < rig.hosts(); host++) {
        Conservation.check(rig.view(host));
      }
    } finally {
      rig.close();
    }
  }

  // ---- helpers -----------------------------------------------------------------------------

  /** The network on all hosts, flooding to a group. */
  protected final void networkByGroup(int vni, int group) {
    for (int host = 0; host < rig.hosts(); host++) {
      FloodList flood =
          new FloodList.Group(new Endpoint(rig.group(group), rig.endpoint(host).port()));
      rig.await(rig.control(host).addNetwork(new NetworkConfig(vni, "n" + vni, flood)));
    }
  }

  /** The network on all hosts, each flooding to all others. */
  protected final void networkByRemotes(int vni) {
    for (int host = 0; host < rig.hosts(); host++) {
      rig.await(rig.control(host).addNetwork(new NetworkConfig(vni, "n" + vni, othersOf(host))));
    }
  }

  private FloodList othersOf(int host) {
    List<Endpoint> others = new ArrayList<>();
    for (int other = 0; other < rig.hosts(); other++) {
      if (other != host) {
        others.add(rig.endpoint(other));
      }
    }
    return new FloodList.Remotes(others);
  }

  private void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  private static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  private static void expect(Machine machine, byte[]... frames) {
    assertThat(received(machine)).as("received by %s", machine.port()).containsExactly(frames);
  }

  private long drops(int host, DropReason reason) {
    return rig.view(host).drops().get(reason);
  }

  private long counter(int host, String name) {
    return rig.view(host).counters().values().get(name);
  }

  // ---- flooding and learning ---------------------------------------------------------------

  @Test
  @DisplayName("R11: broadcast reaches all members of the group once, and not its sender")
  void shouldFloodToAllHostsWhenNetworkHasGroup() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine a2 = rig.machine(0, BLUE, "a2");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    byte[] hello = broadcast(A);
    send(a, hello);
    expect(a);
    expect(a2, hello);
    expect(b, hello);
    expect(c, hello);
  }

  @Test
  @DisplayName("R11: broadcast reaches all remotes of the list once; split horizon keeps it there")
  void shouldFloodToAllHostsOnceWhenNetworkHasRemotes() {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    byte[] hello = broadcast(A);
    send(a, hello);
    expect(a);
    expect(b, hello);
    expect(c, hello);
    assertThat(counter(1, "egress-sent-frames")).isZero();
  }

  @Test
  @DisplayName("R10: an answer goes straight to the station that was learned")
  void shouldSendUnicastOnlyToWhereStationWasSeen() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    send(a, broadcast(A));
    received(b);
    received(c);
    byte[] answer = frame(A, B);
    send(b, answer);
    expect(a, answer);
    expect(c);
    byte[] thanks = frame(B, A);
    send(a, thanks);
    expect(b, thanks);
    expect(c);
    assertThat(counter(0, "egress-unicast-frames")).isEqualTo(1);
    assertThat(counter(0, "egress-flooded-frames")).isEqualTo(1);
  }

  @Test
  void shouldFloodUnknownUnicast() {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    byte[] frame = frame(B, A);
    send(a, frame);
    expect(b, frame);
    expect(c, frame);
  }

  @Test
  void shouldSwitchBetweenPortsOfOneHost() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(0, BLUE, "b");
    Machine c = rig.machine(1, BLUE, "c");
    send(a, broadcast(A));
    received(b);
    received(c);
    byte[] answer = frame(A, B);
    send(b, answer);
    expect(a, answer);
    expect(c);
    assertThat(counter(0, "egress-sent-frames")).as("only the broadcast").isEqualTo(1);
  }

  @Test
  void shouldNotSendBackToPortThatFrameCameFrom() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    send(a, broadcast(A));
    send(a, broadcast(C));
    received(b);
    send(a, frame(C, A));
    expect(a);
    expect(b);
    assertThat(drops(0, DropReason.SAME_PORT)).isEqualTo(1);
  }

  @Test
  @DisplayName("R10: a move is followed at once, from a host to another and back")
  void shouldFollowStationThatMoves() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    send(a, broadcast(A));
    send(c, broadcast(C));
    for (Machine machine : List.of(a, b, c)) {
      received(machine);
    }
    send(b, frame(C, A));
    byte[] after = frame(A, C);
    send(c, after);
    expect(a);
    expect(b, after);
    send(a, frame(C, A));
    byte[] back = frame(A, C, 60, 9);
    send(c, back);
    expect(a, back);
    expect(b);
    assertThat(rig.view(2).station(BLUE, A).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(rig.endpoint(0).address()));
  }

  @Test
  @DisplayName("R10: a station is forgotten after the ageing time, and flooded to again")
  void shouldForgetStationWhenItIsSilentForTooLong() {
    assumeTrue(rig.canAdvanceTime(), "time cannot be advanced on this rig");
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    send(a, broadcast(A));
    rig.advance(Duration.ofSeconds(299));
    received(b);
    received(c);
    send(b, frame(A, B));
    expect(c);
    rig.advance(Duration.ofSeconds(303));
    assertThat(rig.view(1).station(BLUE, A)).isEmpty();
    byte[] lost = frame(A, B, 46, 7);
    send(b, lost);
    expect(c, lost);
  }

  @Test
  @DisplayName("R10: what is static stays, whatever frames say")
  void shouldNotOverwriteStaticStationByLearning() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    Location atHost1 = new Location.AtRemote(rig.endpoint(1).address());
    rig.await(rig.control(0).addStation(BLUE, B, atHost1, Origin.STATIC));
    rig.await(rig.control(1).addStation(BLUE, B, new Location.AtPort("b"), Origin.STATIC));
    send(c, broadcast(B));
    received(a);
    received(b);
    byte[] frame = frame(B, A);
    send(a, frame);
    expect(b, frame);
    expect(c);
    assertThat(counter(0, "stations-outranked")).isEqualTo(1);
    assertThat(rig.view(0).station(BLUE, B).orElseThrow().origin()).isEqualTo(Origin.STATIC);
  }

  @Test
  @DisplayName("R10: a multicast or zero source is never learned, and its frame is dropped")
  void shouldDropFrameWhoseSourceIsNoStation() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    send(a, frame(B, mac(1) | 0x0100_0000_0000L));
    send(a, frame(B, 0));
    expect(b);
    assertThat(drops(0, DropReason.INVALID_SOURCE_ADDRESS)).isEqualTo(2);
    try (var stations = rig.view(0).stations()) {
      assertThat(stations.next(10)).isEmpty();
    }
  }

  // ---- networks ----------------------------------------------------------------------------

  @Test
  @DisplayName("R11: networks that share a group do not hear each other")
  void shouldKeepNetworksApartWhenTheyShareGroup() {
    networkByGroup(BLUE, 1);
    networkByGroup(RED, 1);
    Machine blue0 = rig.machine(0, BLUE, "blue0");
    Machine blue1 = rig.machine(1, BLUE, "blue1");
    Machine red0 = rig.machine(0, RED, "red0");
    Machine red1 = rig.machine(1, RED, "red1");
    byte[] hello = broadcast(A);
    send(blue0, hello);
    expect(blue1, hello);
    expect(red0);
    expect(red1);
    byte[] same = frame(A, B);
    send(red1, same);
    expect(red0, same);
    expect(blue0);
  }

  @Test
  @DisplayName("R9: a datagram for a VNI that is not here is dropped, and nothing is learned")
  void shouldDropDatagramOfUnknownVni() {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(rig.endpoint(0), Frames.vxlan(RED, broadcast(B)));
    rig.settle();
    expect(a);
    assertThat(drops(0, DropReason.UNKNOWN_VNI)).isEqualTo(1);
    assertThat(rig.view(0).station(BLUE, B)).isEmpty();
    assertThat(rig.view(0).remotes()).isEmpty();
  }

  @Test
  @DisplayName("VNIs have 24 bits, the first and the last one too")
  void shouldCarrySmallestAndLargestVni() {
    for (int vni : new int[] {0, NetworkConfig.MAX_VNI}) {
      networkByRemotes(vni);
      Machine a = rig.machine(0, vni, "a" + vni);
      Machine b = rig.machine(1, vni, "b" + vni);
      byte[] hello = broadcast(A);
      send(a, hello);
      expect(b, hello);
      byte[] answer = frame(A, B);
      send(b, answer);
      expect(a, answer);
    }
  }

  @Test
  @DisplayName("R11: 100 networks at once, on groups that some share, without cross-delivery")
  void shouldCarryHundredNetworksAtOnce() {
    int count = 100;
    List<Machine> near = new ArrayList<>();
    List<Machine> far = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      networkByGroup(1000 + i, i % 10);
      near.add(rig.machine(0, 1000 + i, "near" + i));
      far.add(rig.machine(1, 1000 + i, "far" + i));
    }
    for (int i = 0; i < count; i++) {
      near.get(i).send(frame(mac(500), mac(600), 46, i));
    }
    rig.settle();
    for (int i = 0; i < count; i++) {
      expect(far.get(i), frame(mac(500), mac(600), 46, i));
      far.get(i).send(frame(mac(600), mac(500), 46, i));
    }
    rig.settle();
    for (int i = 0; i < count; i++) {
      expect(near.get(i), frame(mac(600), mac(500), 46, i));
    }
    assertThat(counter(1, "egress-unicast-frames")).isEqualTo(count);
  }

  // ---- what is carried ---------------------------------------------------------------------

  @Test
  @DisplayName("R13: payloads of every length from 1 to 1500 bytes arrive as they were")
  void shouldCarryPayloadsOfEveryLength() {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    send(b, broadcast(B));
    received(a);
    for (int length = 1; length <= 1500; length++) {
      byte[] frame = frame(B, A, length, length);
      send(a, frame);
      expect(b, frame);
    }
  }

  @Test
  @DisplayName("R8: tagged frames are dropped in both directions by default")
  void shouldDropTaggedFramesByDefault() {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    send(a, Frames.tagged(broadcast(A), 7));
    expect(b);
    foreign.send(rig.endpoint(0), Frames.vxlan(BLUE, Frames.tagged(broadcast(B), 7)));
    rig.settle();
    expect(a);
    assertThat(drops(0, DropReason.TAGGED_FRAME)).isEqualTo(2);
  }

  @Test
  @DisplayName("R8: tagged frames are carried as they are where the network keeps tags")
  void shouldCarryTaggedFramesWhenNetworkKeepsTags() {
    for (int host = 0; host < rig.hosts(); host++) {
      rig.await(
          rig.control(host)
              .addNetwork(
                  new NetworkConfig(BLUE, "blue", othersOf(host), Set.of(), TagPolicy.KEEP)));
    }
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    byte[] tagged = Frames.tagged(broadcast(A), 7);
    send(a, tagged);
    expect(b, tagged);
  }

  @Test
  @DisplayName("R66: the reserved group addresses stay on their link")
  void shouldNotForwardReservedGroupAddresses() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    for (int last = 0; last < 16; last++) {
      send(a, frame(0x0180_c200_0000L | last, A));
    }
    expect(b);
    assertThat(drops(0, DropReason.RESERVED_GROUP_ADDRESS)).isEqualTo(16);
    byte[] next = frame(0x0180_c200_0010L, A);
    send(a, next);
    expect(b, next);
  }

  // ---- the wire ----------------------------------------------------------------------------

  @Test
  @DisplayName("R1, R4, R5: what others get is VXLAN, and a flow keeps its source port")
  void shouldSendVxlanToForeignHost() {
    ForeignHost foreign = rig.foreignHost();
    FloodList flood = new FloodList.Remotes(List.of(foreign.endpoint()));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    Machine a = rig.machine(0, BLUE, "a");
    Set<Integer> ports = new java.util.HashSet<>();
    for (int flow = 0; flow < 200; flow++) {
      byte[] frame = Frames.udp(B, A, 1000 + flow, 20);
      send(a, frame);
      send(a, frame);
      ForeignHost.Datagram first = foreign.receive();
      ForeignHost.Datagram second = foreign.receive();
      assertThat(first.payload()).isEqualTo(Frames.vxlan(BLUE, frame));
      assertThat(second.payload()).isEqualTo(Frames.vxlan(BLUE, frame));
      assertThat(first.source()).isEqualTo(second.source());
      assertThat(first.source().port()).isBetween(32_768, 65_535);
      assertThat(first.source().address()).isEqualTo(rig.endpoint(0).address());
      ports.add(first.source().port());
    }
    assertThat(ports).as("source ports of 200 flows").hasSizeGreaterThan(20);
  }

  @Test
  @DisplayName("R4: a remote that was learned is sent to at the configured port, not at its source")
  void shouldSendToConfiguredPortOfRemoteThatWasLearned() {
    ForeignHost foreign = rig.foreignHost();
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(rig.endpoint(0), Frames.vxlan(BLUE, broadcast(B)));
    rig.settle();
    received(a);
    byte[] answer = frame(B, A);
    send(a, answer);
    ForeignHost.Datagram datagram = foreign.receive();
    assertThat(datagram).isNotNull();
    assertThat(datagram.payload()).isEqualTo(Frames.vxlan(BLUE, answer));
  }

  @Test
  @DisplayName("R12: only remotes of the network are heard")
  void shouldDropDatagramOfForeignHostWhenRemotesAreListed() {
    networkByRemotes(BLUE);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(rig.endpoint(0), Frames.vxlan(BLUE, broadcast(B)));
    rig.settle();
    expect(a);
    assertThat(drops(0, DropReason.SOURCE_NOT_AUTHORISED)).isEqualTo(1);
    assertThat(rig.view(0).station(BLUE, B)).isEmpty();
  }

  @Test
  @DisplayName("R2, R3: no I flag is a drop; reserved bits are ignored when lenient")
  void shouldRequireVniFlagAndIgnoreReservedBits() {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    byte[] frame = broadcast(B);
    byte[] noFlag = Frames.vxlan(BLUE, frame);
    noFlag[0] = 0;
    foreign.send(rig.endpoint(0), noFlag);
    byte[] reserved = Frames.vxlan(BLUE, frame);
    reserved[0] = (byte) 0xff;
    reserved[3] = 1;
    reserved[7] = 1;
    foreign.send(rig.endpoint(0), reserved);
    rig.settle();
    expect(a, frame);
    assertThat(drops(0, DropReason.VNI_FLAG_MISSING)).isEqualTo(1);
  }

  // ---- changes while it runs ---------------------------------------------------------------

  @Test
  void shouldFloodToNewListWhenItIsChanged() {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    rig.await(rig.control(0).changeFlood(BLUE, new FloodList.Remotes(List.of(rig.endpoint(2)))));
    byte[] hello = broadcast(A);
    send(a, hello);
    expect(b);
    expect(c, hello);
    send(b, broadcast(B));
    expect(a);
    assertThat(drops(0, DropReason.SOURCE_NOT_AUTHORISED)).isEqualTo(1);
  }

  @Test
  void shouldForgetStationsOfPortThatIsDetached() throws Exception {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(0, BLUE, "b");
    Machine c = rig.machine(0, BLUE, "c");
    send(b, broadcast(B));
    received(a);
    received(c);
    rig.await(rig.control(0).detachPort("b")).orElseThrow().close();
    assertThat(rig.view(0).station(BLUE, B)).isEmpty();
    byte[] frame = frame(B, A);
    send(a, frame);
    expect(c, frame);
    assertThat(rig.view(0).ports()).hasSize(2);
  }

  @Test
  void shouldTellWhatItKnows() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    send(a, broadcast(A));
    send(b, frame(A, B));
    NetworkStatus network = rig.view(0).networks().getFirst();
    assertThat(network.config().vni()).isEqualTo(BLUE);
    assertThat(network.ports()).containsExactly("a");
    assertThat(network.stations()).isEqualTo(2);
    assertThat(rig.view(0).station(BLUE, A).orElseThrow().location())
        .isEqualTo(new Location.AtPort("a"));
    assertThat(rig.view(0).station(BLUE, B).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(rig.endpoint(1).address()));
    assertThat(rig.view(0).remotes())
        .singleElement()
        .satisfies(remote -> {
          assertThat(remote.endpoint()).isEqualTo(rig.endpoint(1));
          assertThat(remote.configured()).isFalse();
          assertThat(remote.stations()).isEqualTo(1);
        });
    Conservation.checkSums(rig.view(0));
  }
}
