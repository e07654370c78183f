package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.vtep.show.NetworkStatus;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a VTEP does, whatever its ports and its underlay are made of: all of the suite. A subclass
 * brings the {@link Rig}.
 */
public abstract class DataPathBehaviour extends WireBehaviour {
  private static final int LONGEST_PAYLOAD = 1500;
  private static final int AT_ONCE = 50;

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
    expect(a, broadcast(B));
    for (int first = 1; first <= LONGEST_PAYLOAD; first += AT_ONCE) {
      List<byte[]> frames = new ArrayList<>();
      for (int length = first; length < Math.min(first + AT_ONCE, LONGEST_PAYLOAD + 1); length++) {
        frames.add(frame(B, A, length, length));
      }
      frames.forEach(a::send);
      rig.settle();
      expect(b, frames);
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
    foreign.send(reach(0, foreign), wrapped(BLUE, Frames.tagged(broadcast(B), 7)));
    rig.settle();
    expect(a);
    expectDrops(0, DropReason.TAGGED_FRAME, 2);
  }

  @Test
  @DisplayName("R8, R23: tagged frames are carried as they are where tags are kept, not by NVGRE")
  void shouldCarryTaggedFramesWhenNetworkKeepsTags() {
    for (int host = 0; host < rig.hosts(); host++) {
      NetworkConfig plain = network(BLUE, othersOf(host));
      NetworkSettings keeping = plain.settings().with(new TagSettings(TagPolicy.KEEP));
      rig.await(rig.control(host).addNetwork(plain.with(keeping)));
    }
    Machine a = rig.machine(0, BLUE, "a");
    Machine a2 = rig.machine(0, BLUE, "a2");
    Machine b = rig.machine(1, BLUE, "b");
    byte[] tagged = Frames.tagged(broadcast(A), 7);
    send(a, tagged);
    expect(a2, tagged);
    if (rig.tunnel().type() == EncapsulationType.NVGRE) {
      expect(b);
      expectDrops(0, DropReason.TAG_NOT_CARRIED, 2);
    } else {
      expect(b, tagged);
    }
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
    expectDrops(0, DropReason.RESERVED_GROUP_ADDRESS, 16);
    byte[] next = frame(0x0180_c200_0010L, A);
    send(a, next);
    expect(b, next);
  }

  // ---- changes while it runs ---------------------------------------------------------------

  @Test
  void shouldFloodToNewListWhenItIsChanged() {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(1, BLUE, "b");
    Machine c = rig.machine(2, BLUE, "c");
    rig.await(rig.control(0).changeFlood(BLUE, new FloodList.Remotes(List.of(reach(2, 0)))));
    byte[] hello = broadcast(A);
    send(a, hello);
    expect(b);
    expect(c, hello);
    send(b, broadcast(B));
    expect(a);
    expectDrops(0, DropReason.SOURCE_NOT_AUTHORISED, 1);
  }

  @Test
  void shouldForgetStationsOfPortThatIsDetached() throws Exception {
    networkByRemotes(BLUE);
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(0, BLUE, "b");
    Machine c = rig.machine(0, BLUE, "c");
    send(b, broadcast(B));
    expect(a, broadcast(B));
    expect(c, broadcast(B));
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
    expect(b, broadcast(A));
    send(b, frame(A, B));
    expect(a, frame(A, B));
    NetworkStatus network = rig.view(0).networks().getFirst();
    assertThat(network.config().vni()).isEqualTo(BLUE);
    assertThat(network.ports()).containsExactly("a");
    assertThat(network.stations()).isEqualTo(2);
    assertThat(rig.view(0).station(BLUE, A).orElseThrow().location())
        .isEqualTo(new Location.AtPort("a"));
    assertThat(rig.view(0).station(BLUE, B).orElseThrow().location())
        .isEqualTo(new Location.AtRemote(heardBy(1, 1)));
    assertThat(rig.view(0).remotes())
        .singleElement()
        .satisfies(remote -> {
          assertThat(remote.endpoint().address()).isEqualTo(heardBy(1, 1));
          assertThat(remote.configured()).isFalse();
          assertThat(remote.stations()).isEqualTo(1);
        });
    Conservation.checkSums(rig.view(0));
  }
}
