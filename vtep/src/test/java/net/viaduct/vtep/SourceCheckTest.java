package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** R12: whose datagrams are taken where a list says who may send. */
class SourceCheckTest {
  private static final int BY_REMOTES = 100;
  private static final int BY_GROUP = 200;
  private static final Endpoint LISTED = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);
  private static final Endpoint STRANGER = new Endpoint(IpAddress.parse("192.0.2.8"), 4789);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("192.0.2.7"), 4789);

  private MemoryRig rig;
  private MemoryPort byRemotes;
  private MemoryPort byGroup;

  @BeforeEach
  void open() {
    VtepConfig usual = VtepConfig.DEFAULT;
    List<IpPrefix> list = List.of(IpPrefix.parse("10.77.0.0/24"));
    rig =
        new MemoryRig(
            1, new VtepConfig(usual.ageing(), false, list, usual.limits(), Duration.ZERO));
    byRemotes = attach(BY_REMOTES, new FloodList.Remotes(List.of(REMOTE)));
    byGroup = attach(BY_GROUP, new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT)));
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    rig.close();
  }

  private MemoryPort attach(int vni, FloodList flood) {
    rig.await(rig.control(0).addNetwork(new NetworkConfig(vni, "n" + vni, flood)));
    MemoryPort port = new MemoryPort("p" + vni);
    rig.attach(0, vni, port);
    return port;
  }

  private void receive(Endpoint from, int vni) {
    rig.network().carry(new MemoryDatagram(from, rig.endpoint(0), vxlan(vni, broadcast(mac(1)))));
    rig.settle();
  }

  private void expect(MemoryPort port, int frames, long refused) {
    assertThat(port.takeAll()).hasSize(frames);
    assertThat(rig.view(0).drops()).containsEntry(DropReason.SOURCE_NOT_AUTHORISED, refused);
    assertThat(rig.view(0).station(BY_GROUP, mac(1)).isPresent())
        .as("learned where anybody of the list may send")
        .isEqualTo(port == byGroup && frames > 0);
  }

  @Test
  @DisplayName("R12: who is listed may send, and is a remote then")
  void shouldTakeDatagramsOfListedSender() {
    receive(LISTED, BY_GROUP);
    receive(LISTED, BY_GROUP);
    expect(byGroup, 2, 0);
    assertThat(rig.view(0).remotes()).hasSize(2);
  }

  @Test
  @DisplayName("R12: who is not listed may not send, and becomes no remote")
  void shouldRefuseUnknownSenderThatIsNotListed() {
    receive(STRANGER, BY_GROUP);
    expect(byGroup, 0, 1);
    assertThat(rig.view(0).remotes()).hasSize(1);
  }

  @Test
  @DisplayName("R12: a remote of one network has no right in another whose list leaves it out")
  void shouldRefuseRemoteOfAnotherNetworkThatIsNotListed() {
    receive(REMOTE, BY_GROUP);
    expect(byGroup, 0, 1);
  }

  @Test
  @DisplayName("R12: the list does not shut out the remotes that a network names")
  void shouldTakeDatagramsOfConfiguredRemoteThatIsNotListed() {
    receive(REMOTE, BY_REMOTES);
    expect(byRemotes, 1, 0);
  }

  @Test
  @DisplayName("R12: who is listed may not send where remotes are named without it")
  void shouldRefuseListedSenderWhereRemotesAreNamed() {
    receive(LISTED, BY_REMOTES);
    expect(byRemotes, 0, 1);
  }

  @Test
  @Tag("P5")
  void shouldTellWhichVnisComeFromThoseWhoAreNoRemotes() {
    for (int i = 0; i < 3; i++) {
      receive(STRANGER, 999);
      receive(REMOTE, 888);
      receive(STRANGER, BY_REMOTES);
      rig.advance(Duration.ofSeconds(4));
    }
    assertThat(rig.view(0).foreignVnis()).containsExactly(999);
    rig.advance(Duration.ofMinutes(6));
    assertThat(rig.view(0).foreignVnis()).isEmpty();
  }
}
