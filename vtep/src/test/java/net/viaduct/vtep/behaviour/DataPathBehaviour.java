package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.show.NetworkStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a VTEP does, whatever its ports and its underlay are made of: all of the suite. A subclass
 * brings the {@link Rig}.
 */
public abstract class DataPathBehaviour extends ForwardingBehaviour {
  /** For subclasses. */
  protected DataPathBehaviour() {}

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
                  quiet(
                      new NetworkConfig(BLUE, "blue", othersOf(host), Set.of(), TagPolicy.KEEP))));
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
    rig.await(rig.control(0).addNetwork(quiet(new NetworkConfig(BLUE, "blue", flood))));
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
