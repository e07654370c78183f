package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where frames go: flooding, learning, switching, and networks that stay apart. */
@Tag("P17")
abstract class ForwardingBehaviour extends BehaviourOnRig {
  ForwardingBehaviour() {}

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
    expect(b, broadcast(A));
    expect(c, broadcast(A));
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
    expect(b, broadcast(A));
    expect(c, broadcast(A));
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
    expect(b, broadcast(A), broadcast(C));
    send(a, frame(C, A));
    expect(a);
    expect(b);
    expectDrops(0, DropReason.SAME_PORT, 1);
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
    expect(a, broadcast(C));
    expect(b, broadcast(A), broadcast(C));
    expect(c, broadcast(A));
    send(b, frame(C, A));
    expect(c, frame(C, A));
    byte[] after = frame(A, C);
    send(c, after);
    expect(a);
    expect(b, after);
    send(a, frame(C, A));
    expect(c, frame(C, A));
    byte[] back = frame(A, C, 60, 9);
    send(c, back);
    expect(a, back);
    expect(b);
    assertThat(rig.view(2).station(BLUE, A).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(heardBy(1, 0)));
  }

  @Test
  @DisplayName("R10: what is static stays, whatever frames say")
  void shouldNotOverwriteStaticStationByLearning() {
    networkByGroup(BLUE, 1);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    Location atHost1 = new Location.AtRemote(heardBy(1, 1));
    rig.await(rig.control(0).addStation(BLUE, B, atHost1, Origin.STATIC));
    rig.await(rig.control(1).addStation(BLUE, B, new Location.AtPort("b"), Origin.STATIC));
    send(c, broadcast(B));
    expect(a, broadcast(B));
    expect(b, broadcast(B));
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
    expectDrops(0, DropReason.INVALID_SOURCE_ADDRESS, 2);
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
  @DisplayName("R11: a group is heard from a network's first port on, and not after its last")
  void shouldHearGroupOnlyWhileNetworkHasPorts() throws Exception {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Endpoint group = rig.tunnel().at(rig.group(1));
    foreign.send(group, wrapped(BLUE, broadcast(A)));
    rig.settle();
    Machine a = rig.machine(0, BLUE, "a");
    Machine a2 = rig.machine(0, BLUE, "a2");
    foreign.send(group, wrapped(BLUE, broadcast(B)));
    expect(a, broadcast(B));
    expect(a2, broadcast(B));
    rig.await(rig.control(0).detachPort("a")).orElseThrow().close();
    foreign.send(group, wrapped(BLUE, broadcast(C)));
    expect(a2, broadcast(C));
    rig.await(rig.control(0).detachPort("a2")).orElseThrow().close();
    foreign.send(group, wrapped(BLUE, broadcast(A)));
    rig.settle();
    assertThat(counter(0, "ingress-received-frames")).isEqualTo(2);
    assertThat(counter(1, "ingress-received-frames")).isZero();
  }

  @Test
  @DisplayName("R9: a datagram for a VNI that is not here is dropped, and nothing is learned")
  void shouldDropDatagramOfUnknownVni() {
    networkByGroup(BLUE, 1);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(reach(0, foreign), wrapped(RED, broadcast(B)));
    rig.settle();
    expect(a);
    expectDrops(0, DropReason.UNKNOWN_VNI, 1);
    assertThat(rig.view(0).station(BLUE, B)).isEmpty();
    assertThat(rig.view(0).remotes()).isEmpty();
  }

  @Test
  @DisplayName("VNIs have 24 bits, the first and the last one too")
  void shouldCarrySmallestAndLargestVni() {
    for (int vni : rig.tunnel().extremeVnis()) {
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

  /** How many networks there are in the test with many. */
  protected int networksAtOnce() {
    return 100;
  }

  @Test
  @DisplayName("R11: many networks at once, on groups that some share, without cross-delivery")
  void shouldCarryManyNetworksAtOnce() {
    int count = networksAtOnce();
    List<Machine> near = new ArrayList<>();
    List<Machine> far = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      networkByGroup(10_000 + i, i % Math.max(3, count / 10));
      near.add(rig.machine(0, 10_000 + i, "near" + i));
      far.add(rig.machine(1, 10_000 + i, "far" + i));
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
}
