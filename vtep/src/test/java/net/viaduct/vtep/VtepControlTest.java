package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Commands from outside: repeatable, whole or not at all, and what they leave behind. */
class VtepControlTest {
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final long A = mac(1);
  private static final long FAR = mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);
  private static final Endpoint OTHER = new Endpoint(IpAddress.parse("10.77.0.51"), 4789);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final VtepControl control = rig.control(0);

  @AfterEach
  void close() {
    rig.close();
  }

  private static NetworkConfig byGroup(int vni, IpAddress group) {
    return new NetworkConfig(vni, "n" + vni, new FloodList.Group(new Endpoint(group, 4789)));
  }

  private static NetworkConfig byRemotes(int vni, Endpoint... remotes) {
    return new NetworkConfig(vni, "n" + vni, new FloodList.Remotes(List.of(remotes)));
  }

  private MemoryPort attach(int vni, String name) {
    MemoryPort port = new MemoryPort(name);
    rig.attach(0, vni, port);
    return port;
  }

  private void refused(CompletableFuture<?> command, String why) {
    assertThatThrownBy(() -> rig.await(command))
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(CommandRefused.class)
        .hasMessageContaining(why);
  }

  @Test
  void shouldNeverCarryOutACommandThatWasWithdrawn() {
    var withdrawn = rig.control(0).addNetwork(new NetworkConfig(900, "late", FloodList.NOBODY));
    assertThat(withdrawn.cancel(false)).isTrue();
    rig.settle();
    assertThat(rig.view(0).networks()).noneMatch(network -> network.config().vni() == 900);
    var done = rig.control(0).addNetwork(new NetworkConfig(900, "late", FloodList.NOBODY));
    rig.settle();
    assertThat(done.cancel(false)).as("it is too late").isFalse();
    assertThat(done).isCompleted();
  }

  @Test
  void shouldDoNothingWhenCommandIsRepeated() {
    MemoryPort a = new MemoryPort("a");
    for (int i = 0; i < 2; i++) {
      rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
      rig.await(control.attachPort(BLUE, a));
      rig.await(control.addRemote(OTHER));
      Location at = new Location.AtPort("a");
      assertThat(rig.await(control.addStation(BLUE, A, at, Origin.STATIC))).isTrue();
    }
    assertThat(rig.view(0).networks()).hasSize(1);
    assertThat(rig.view(0).ports()).hasSize(1);
    assertThat(rig.view(0).remotes()).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(rig.await(control.removeStation(BLUE, A, Origin.STATIC))).isEqualTo(i == 0);
      assertThat(rig.await(control.detachPort("a")).isPresent()).isEqualTo(i == 0);
      rig.await(control.removeRemote(OTHER.address()));
      rig.await(control.removeNetwork(BLUE));
    }
    assertThat(rig.view(0).networks()).isEmpty();
    assertThat(rig.view(0).ports()).isEmpty();
  }

  @Test
  void shouldLeaveNoPortBehindThatItsDeviceRefuses() {
    rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
    List<Boolean> asked = new ArrayList<>();
    MemoryPort machine = new MemoryPort("a");
    DelegatingPort refusing =
        new DelegatingPort(machine) {
          @Override
          public void takeUntagged(boolean taken) {
            asked.add(taken);
            if (asked.size() == 1) {
              throw new IoFailure("PACKET_ADD_MEMBERSHIP", "ENOBUFS", "once");
            }
          }
        };
    assertThatThrownBy(() -> rig.attach(0, BLUE, refusing)).hasMessageContaining("ENOBUFS");
    machine.inject(broadcast(A));
    rig.settle();
    assertThat(rig.view(0).ports()).isEmpty();
    assertThat(rig.view(0).counters().values().get("egress-received-frames")).isZero();
    rig.attach(0, BLUE, refusing);
    assertThat(asked).containsExactly(true, true);
    rig.settle();
    assertThat(rig.view(0).counters().values().get("egress-received-frames")).isOne();
  }

  @Test
  void shouldSayWhatWouldBeRightWhenCommandIsRefused() {
    rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
    MemoryPort a = attach(BLUE, "a");
    refused(control.addNetwork(byRemotes(BLUE, OTHER)), "VNI 100 is network 'n100' already");
    refused(control.attachPort(RED, new MemoryPort("b")), "no network with VNI 200");
    refused(control.attachPort(BLUE, new MemoryPort("a")), "attached to network 'n100' already");
    refused(control.removeNetwork(BLUE), "has 1 ports; detach them first");
    refused(
        control.addStation(BLUE, A, new Location.AtPort("x"), Origin.STATIC),
        "port x is not in network 'n100'");
    refused(
        control.addStation(BLUE, 0, new Location.AtPort("a"), Origin.STATIC),
        "not a station's address");
    refused(
        control.addNetwork(byRemotes(RED, new Endpoint(REMOTE.address(), 8472))),
        "configured with port 4789 already");
    refused(control.addNetwork(byRemotes(RED, rig.endpoint(0))), "this host's own address");
    assertThat(rig.view(0).networks()).hasSize(1);
    assertThat(a.isClosed()).isFalse();
  }

  @Test
  @DisplayName("R11: a group is joined with the first port of all its networks, left with the last")
  void shouldBeMemberOfGroupAsLongAsNetworkOfItHasPort() {
    IpAddress group = rig.group(1);
    rig.await(control.addNetwork(byGroup(BLUE, group)));
    rig.await(control.addNetwork(byGroup(RED, group)));
    assertThat(rig.network().members(group)).isEmpty();
    attach(BLUE, "a");
    attach(BLUE, "b");
    attach(RED, "c");
    assertThat(rig.network().members(group)).containsExactly(rig.endpoint(0));
    rig.await(control.detachPort("a"));
    rig.await(control.detachPort("c"));
    assertThat(rig.network().members(group)).hasSize(1);
    rig.await(control.detachPort("b"));
    assertThat(rig.network().members(group)).isEmpty();
  }

  @Test
  @DisplayName("R11: a changed flood list joins and leaves")
  void shouldMoveToOtherGroupWhenFloodListIsChanged() {
    rig.await(control.addNetwork(byGroup(BLUE, rig.group(1))));
    attach(BLUE, "a");
    rig.await(control.changeNetwork(byGroup(BLUE, rig.group(2))));
    assertThat(rig.network().members(rig.group(1))).isEmpty();
    assertThat(rig.network().members(rig.group(2))).hasSize(1);
    rig.await(control.changeNetwork(byRemotes(BLUE, REMOTE)));
    assertThat(rig.network().members(rig.group(2))).isEmpty();
    rig.await(control.changeNetwork(byGroup(BLUE, rig.group(2))));
    assertThat(rig.network().members(rig.group(2))).hasSize(1);
  }

  @Test
  @Tag("P11")
  void shouldTryAgainWhenGroupCannotBeJoined() {
    for (int i = 0; i < 20; i++) {
      rig.await(control.addNetwork(byGroup(1000 + i, rig.group(i))));
      attach(1000 + i, "p" + i);
    }
    rig.await(control.addNetwork(byGroup(BLUE, rig.group(20))));
    MemoryPort late = new MemoryPort("late");
    rig.await(control.attachPort(BLUE, late));
    rig.advance(Duration.ofSeconds(1));
    assertThat(rig.view(0).networks().getFirst().missesGroup()).isTrue();
    assertThat(rig.host(0).errors().snapshot().getFirst().message())
        .contains("network 'n100' cannot hear its group", "ENOBUFS");
    assertThat(rig.network().members(rig.group(20))).isEmpty();
    rig.await(control.detachPort("p3"));
    rig.advance(Duration.ofSeconds(1));
    assertThat(rig.view(0).networks().getFirst().missesGroup()).isFalse();
    assertThat(rig.network().members(rig.group(20))).hasSize(1);
  }

  @Test
  void shouldChangeNothingWhenRemotesHaveNoRoom() {
    TableLimits few = new TableLimits(10, 10, 10, 10, 10, 10, 2);
    MemoryRig small =
        new MemoryRig(
            1,
            MemoryRig.impatient(
                new VtepConfig(Duration.ofSeconds(300), false, few, Duration.ZERO)));
    List<Endpoint> three = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      three.add(new Endpoint(IpAddress.ofIpv4(0x0a4d_0050 + i), 4789));
    }
    NetworkConfig tooMany = byRemotes(BLUE, three.toArray(Endpoint[]::new));
    assertThatThrownBy(() -> small.await(small.control(0).addNetwork(tooMany)))
        .hasMessageContaining("no room for remote");
    assertThat(small.view(0).networks()).isEmpty();
    small.await(small.control(0).addNetwork(byRemotes(BLUE, three.get(0))));
    assertThatThrownBy(() -> small.await(small.control(0).changeNetwork(tooMany)))
        .hasMessageContaining("no room for remote");
    assertThat(small.view(0).networks().getFirst().config())
        .isEqualTo(byRemotes(BLUE, three.get(0)));
    small.close();
  }

  @Test
  @DisplayName("R4: the port of a remote is its own")
  void shouldSendToPortOfRemote() {
    Endpoint old = new Endpoint(REMOTE.address(), 8472);
    MemoryUnderlay underlay = rig.network().open(old);
    rig.await(control.addNetwork(byRemotes(BLUE, old)));
    MemoryPort a = attach(BLUE, "a");
    a.inject(broadcast(A));
    rig.settle();
    assertThat(underlay.take().payload()).isEqualTo(vxlan(BLUE, broadcast(A)));
    MemoryUnderlay usual = rig.network().open(REMOTE);
    rig.await(control.changeNetwork(byRemotes(BLUE, REMOTE)));
    a.inject(broadcast(A));
    rig.settle();
    assertThat(usual.take()).isNotNull();
    assertThat(underlay.take()).isNull();
  }

  @Test
  @DisplayName("R12: an allow-list restricts a group")
  void shouldHearOnlyAcceptedSourcesOfGroup() {
    NetworkConfig open = byGroup(BLUE, rig.group(1));
    rig.await(
        control.addNetwork(
            new NetworkConfig(
                BLUE, "blue", open.flood(), Set.of(REMOTE.address()), TagPolicy.DROP)));
    MemoryPort a = attach(BLUE, "a");
    for (Endpoint source : List.of(REMOTE, OTHER)) {
      rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), vxlan(BLUE, broadcast(FAR))));
    }
    rig.settle();
    assertThat(a.takeAll()).hasSize(1);
    assertThat(rig.view(0).drops().get(DropReason.SOURCE_NOT_AUTHORISED)).isEqualTo(1);
  }

  @Test
  void shouldForgetStationsWithTheirNetwork() {
    rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
    rig.await(control.addStation(BLUE, FAR, new Location.AtRemote(REMOTE.address()), Origin.EVPN));
    rig.await(control.removeNetwork(BLUE));
    rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
    assertThat(rig.view(0).station(BLUE, FAR)).isEmpty();
    try (StationPages pages = rig.view(0).stations()) {
      assertThat(pages.next(10)).isEmpty();
    }
  }

  @Test
  void shouldLetGoOfRemoteThatIsSilent() {
    rig.await(control.addNetwork(byGroup(BLUE, rig.group(1))));
    attach(BLUE, "a");
    rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), vxlan(BLUE, broadcast(FAR))));
    rig.settle();
    rig.advance(Duration.ofSeconds(290));
    assertThat(rig.view(0).remotes()).hasSize(1);
    for (int i = 0; i < 30; i++) {
      rig.advance(Duration.ofSeconds(2));
    }
    assertThat(rig.view(0).remotes()).isEmpty();
    rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), vxlan(BLUE, broadcast(FAR))));
    rig.settle();
    assertThat(rig.view(0).remotes()).hasSize(1);
  }

  @Test
  void shouldListStationsInPages() {
    rig.await(control.addNetwork(byRemotes(BLUE, REMOTE)));
    MemoryPort a = attach(BLUE, "a");
    for (int i = 0; i < 500; i++) {
      a.inject(broadcast(mac(i + 1)));
    }
    rig.settle();
    List<StationStatus> all = new ArrayList<>();
    try (StationPages pages = rig.view(0).stations()) {
      for (var page = pages.next(64); !page.isEmpty(); page = pages.next(64)) {
        assertThat(page).hasSizeLessThanOrEqualTo(64);
        all.addAll(page);
      }
    }
    assertThat(all.stream().map(StationStatus::mac).distinct()).hasSize(500);
    assertThat(all).hasSize(500);
  }
}
