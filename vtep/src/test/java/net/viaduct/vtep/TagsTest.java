package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.tagged;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static net.viaduct.vtep.behaviour.Frames.withTag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ports with a VLAN, trunks, and tags within networks. */
@Tag("R8")
class TagsTest {
  private static final int BLUE = 100;
  private static final int GREEN = 200;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);
  private static final int PRIORITY_5 = 5 << 13;

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final Endpoint remoteAt = new Endpoint(IpAddress.parse("10.77.0.99"), 4789);
  private final MemoryUnderlay remote = rig.network().open(remoteAt);
  private final MemoryPort machine = new MemoryPort("machine");
  private final MemoryPort trunk = new MemoryPort("trunk");

  @AfterEach
  void countersMustAddUp() {
    Conservation.check(rig.view(0));
  }

  private void add(int vni, TagPolicy inner) {
    FloodList flood = new FloodList.Remotes(List.of(remoteAt));
    NetworkConfig config = new NetworkConfig(vni, "n" + vni, flood, Set.of(), inner);
    rig.await(rig.control(0).addNetwork(config));
  }

  private void attach(int vni, MemoryPort device, int vlan) {
    PortSettings settings = PortSettings.DEFAULT.withVlan(vlan);
    String name = device.name() + "." + vlan;
    rig.await(rig.control(0).attachPort(vni, name, device, settings));
  }

  private void open(TagPolicy blue, TagPolicy green) {
    add(BLUE, blue);
    add(GREEN, green);
    rig.attach(0, BLUE, machine);
  }

  private void from(MemoryPort port, byte[] frame) {
    port.inject(frame);
    rig.settle();
  }

  private static List<byte[]> taken(MemoryPort port) {
    return port.takeAll().stream().map(MemoryFrame::bytes).toList();
  }

  private byte[] atRemote() {
    MemoryDatagram datagram = remote.take();
    assertThat(datagram).as("a datagram").isNotNull();
    return datagram.payload();
  }

  private void fromRemote(int vni, byte[] frame) {
    rig.network().carry(new MemoryDatagram(remoteAt, rig.endpoint(0), vxlan(vni, frame)));
    rig.settle();
  }

  private long drops(DropReason reason) {
    return rig.view(0).drops().get(reason);
  }

  @Test
  void shouldTakeTagOfPortOffAndPutItOn() {
    open(TagPolicy.DROP, TagPolicy.DROP);
    attach(BLUE, trunk, 20);

    from(trunk, tagged(broadcast(B), 20));
    assertThat(taken(machine)).containsExactly(broadcast(B));
    assertThat(atRemote()).isEqualTo(vxlan(BLUE, broadcast(B)));

    from(machine, frame(B, A));
    assertThat(taken(trunk)).containsExactly(tagged(frame(B, A), 20));
    fromRemote(BLUE, frame(B, FAR));
    assertThat(taken(trunk)).containsExactly(tagged(frame(B, FAR), 20));
  }

  @Test
  void shouldMapVlansOfTrunkToNetworks() {
    open(TagPolicy.DROP, TagPolicy.DROP);
    attach(BLUE, trunk, 20);
    attach(GREEN, trunk, 30);

    from(trunk, tagged(broadcast(B), 30));
    assertThat(taken(machine)).as("another network").isEmpty();
    assertThat(atRemote()).isEqualTo(vxlan(GREEN, broadcast(B)));
    fromRemote(GREEN, broadcast(FAR));
    assertThat(taken(trunk)).containsExactly(tagged(broadcast(FAR), 30));
    from(machine, broadcast(A));
    assertThat(taken(trunk)).containsExactly(tagged(broadcast(A), 20));

    assertThat(rig.view(0).ports().stream().map(port -> port.name()))
        .containsExactly("machine", "trunk.20", "trunk.30");
  }

  @Test
  void shouldDropVlansThatNobodyAttached() {
    open(TagPolicy.KEEP, TagPolicy.KEEP);
    attach(BLUE, trunk, 20);

    from(trunk, tagged(broadcast(B), 40));
    from(trunk, broadcast(B));
    from(trunk, tagged(broadcast(B), 4095));
    assertThat(taken(machine)).isEmpty();
    assertThat(drops(DropReason.VLAN_NOT_ATTACHED)).isEqualTo(3);
    Conservation.checkSums(rig.view(0));
  }

  @Test
  void shouldGiveUntaggedAndPriorityTaggedFramesToThePortWithoutVlan() {
    open(TagPolicy.DROP, TagPolicy.DROP);
    rig.attach(0, BLUE, trunk);
    attach(GREEN, trunk, 30);

    from(trunk, broadcast(B));
    assertThat(taken(machine)).containsExactly(broadcast(B));
    byte[] priority = withTag(broadcast(B), PRIORITY_5);
    from(trunk, priority);
    assertThat(taken(machine)).as("the priority survives").containsExactly(priority);
    from(machine, broadcast(A));
    assertThat(taken(trunk)).containsExactly(broadcast(A));
  }

  @Test
  void shouldKeepInnerTagBehindTagOfPort() {
    open(TagPolicy.KEEP, TagPolicy.DROP);
    attach(BLUE, trunk, 20);
    attach(GREEN, trunk, 30);

    byte[] inner = tagged(broadcast(B), 7);
    from(trunk, tagged(inner, 20));
    assertThat(taken(machine)).containsExactly(inner);
    from(machine, tagged(broadcast(A), 8));
    assertThat(taken(trunk)).containsExactly(tagged(tagged(broadcast(A), 8), 20));
    from(trunk, tagged(inner, 30));
    assertThat(drops(DropReason.TAGGED_FRAME)).isEqualTo(1);
  }

  @Test
  void shouldKeepPriorityOfTheVlansTagWhereTagsAreKept() {
    open(TagPolicy.KEEP, TagPolicy.DROP);
    attach(BLUE, trunk, 20);
    attach(GREEN, trunk, 30);

    from(trunk, withTag(broadcast(B), PRIORITY_5 | 20));
    assertThat(taken(machine)).containsExactly(withTag(broadcast(B), PRIORITY_5));
    from(machine, withTag(broadcast(A), PRIORITY_5));
    assertThat(taken(trunk)).containsExactly(withTag(broadcast(A), PRIORITY_5 | 20));
    remote.take();
    remote.take();
    from(trunk, withTag(broadcast(B), PRIORITY_5 | 30));
    assertThat(atRemote()).as("no tag is carried").isEqualTo(vxlan(GREEN, broadcast(B)));
  }

  @Test
  void shouldStripTagsOfPortsAndDropThoseOfTunnels() {
    open(TagPolicy.STRIP, TagPolicy.DROP);
    from(machine, tagged(tagged(broadcast(A), 5), 6));
    assertThat(atRemote()).isEqualTo(vxlan(BLUE, broadcast(A)));
    from(machine, withTag(broadcast(A), PRIORITY_5));
    assertThat(atRemote()).isEqualTo(vxlan(BLUE, broadcast(A)));
    fromRemote(BLUE, tagged(broadcast(FAR), 5));
    assertThat(drops(DropReason.TAGGED_FRAME)).isEqualTo(1);
    fromRemote(BLUE, withTag(broadcast(FAR), PRIORITY_5));
    assertThat(taken(machine)).containsExactly(broadcast(FAR));
  }

  @ParameterizedTest
  @EnumSource(
      value = TagPolicy.class,
      names = {"DROP", "KEEP"})
  void shouldLetPrioritySurvive(TagPolicy policy) {
    open(policy, TagPolicy.DROP);
    byte[] priority = withTag(broadcast(A), PRIORITY_5);
    from(machine, priority);
    assertThat(atRemote()).isEqualTo(vxlan(BLUE, priority));
    byte[] back = withTag(broadcast(FAR), PRIORITY_5);
    fromRemote(BLUE, back);
    assertThat(taken(machine)).containsExactly(back);
    from(machine, withTag(tagged(broadcast(A), 9), PRIORITY_5));
    assertThat(drops(DropReason.TAGGED_FRAME))
        .as("a VLAN behind a priority is a VLAN")
        .isEqualTo(policy == TagPolicy.DROP ? 1 : 0);
  }

  @Test
  void shouldNotLetAFrameHopIntoAVlanThroughTheUntaggedPort() {
    open(TagPolicy.KEEP, TagPolicy.DROP);
    rig.attach(0, BLUE, trunk);
    attach(GREEN, trunk, 30);
    from(machine, tagged(broadcast(A), 30));
    from(machine, withTag(tagged(broadcast(A), 30), PRIORITY_5));
    assertThat(taken(trunk)).isEmpty();
    assertThat(drops(DropReason.VLAN_OF_OTHER_PORT)).isEqualTo(2);

    rig.await(rig.control(0).detachPort("trunk.30"));
    from(machine, tagged(broadcast(A), 30));
    assertThat(taken(trunk)).as("no port has the VLAN").containsExactly(tagged(broadcast(A), 30));
  }

  @Test
  void shouldGoOnWhenOtherPortsOfTheDeviceComeAndGo() {
    open(TagPolicy.DROP, TagPolicy.DROP);
    for (int round = 0; round < 3; round++) {
      attach(GREEN, trunk, 30);
      attach(BLUE, trunk, 20);
      rig.await(rig.control(0).detachPort("trunk.30"));
      from(trunk, tagged(broadcast(B), 20));
      assertThat(taken(machine)).containsExactly(broadcast(B));
      attach(GREEN, trunk, 30);
      rig.await(rig.control(0).detachPort("trunk.20"));
      from(trunk, tagged(broadcast(B), 30));
      assertThat(taken(machine)).isEmpty();
      assertThat(rig.await(rig.control(0).detachPort("trunk.30"))).containsSame(trunk);
    }
    assertThat(trunk.isClosed()).isFalse();
  }

  @Test
  void shouldRefuseVlanTwiceAndChangeOfVlan() {
    open(TagPolicy.DROP, TagPolicy.DROP);
    attach(BLUE, trunk, 20);
    PortSettings vlan = PortSettings.DEFAULT.withVlan(20);
    var twice = rig.control(0).attachPort(GREEN, "other", trunk, vlan);
    assertThatThrownBy(() -> rig.await(twice))
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("VLAN 20 of trunk is port trunk.20 already");
    var changed = rig.control(0).changePort("trunk.20", PortSettings.DEFAULT.withVlan(21));
    assertThatThrownBy(() -> rig.await(changed)).hasMessageContaining("another VLAN");
    rig.await(rig.control(0).changePort("trunk.20", vlan));
  }
}
