package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Groups in a network that are mapped to groups of the underlay. */
@Tag("P11")
class MappedGroupsTest {
  private static final int HOSTS = 8;
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final int GROUP = 0xef01_0203;
  private static final int SENDER = 0x0a00_0001;
  private static final int MDNS = 0xe000_00fb;

  private final MemoryRig rig = new MemoryRig(HOSTS, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final List<Machine> blue = new ArrayList<>();
  private final List<Machine> red = new ArrayList<>();

  @AfterEach
  void close() {
    // The sums are told by ports: those of a host without any do not say what was before.
    IntStream.range(0, HOSTS)
        .mapToObj(rig::view)
        .filter(view -> !view.ports().isEmpty())
        .forEach(Conservation::checkSums);
    rig.close();
  }

  private void open() {
    for (int host = 0; host < HOSTS; host++) {
      add(host, BLUE);
      add(host, RED);
      blue.add(rig.machine(host, BLUE, "b" + host));
      red.add(rig.machine(host, RED, "r" + host));
    }
  }

  private void openAndComeToKnowEachOther() {
    open();
    advance(60);
    forgetAll();
  }

  private void advance(int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.advance(Duration.ofSeconds(1));
    }
  }

  private void add(int host, int vni) {
    MulticastSettings mapped =
        new MulticastSettings(
            SnoopingSettings.ON, IntStream.range(1, 5).mapToObj(rig::group).toList(), Set.of());
    Endpoint usual = new Endpoint(rig.group(0), MemoryRig.PORT);
    rig.await(
        rig.control(host)
            .addNetwork(
                new NetworkConfig(vni, "net" + vni, new FloodList.Group(usual))
                    .with(NetworkSettings.DEFAULT.with(mapped))));
  }

  private void forgetAll() {
    rig.settle();
    blue.forEach(MappedGroupsTest::drain);
    red.forEach(MappedGroupsTest::drain);
  }

  private static List<byte[]> drain(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  private static byte[] stream() {
    return MulticastFrames.toGroup(mac(1), SENDER, GROUP);
  }

  private void join(List<Machine> machines, int host) {
    machines.get(host).send(MulticastFrames.join(mac(host + 1), SENDER + host, GROUP));
    rig.settle();
  }

  private static List<Integer> machinesWith(List<Machine> machines, byte[] frame) {
    return IntStream.range(0, HOSTS)
        .filter(host -> drain(machines.get(host)).stream().anyMatch(f -> Arrays.equals(f, frame)))
        .boxed()
        .toList();
  }

  /** The hosts that get a datagram, whatever becomes of it, when the first machine sends. */
  private List<Integer> hostsReachedBy(byte[] frame) {
    forgetAll();
    List<Long> before = received();
    blue.getFirst().send(frame);
    rig.settle();
    List<Long> after = received();
    return IntStream.range(0, HOSTS)
        .filter(host -> after.get(host) > before.get(host))
        .boxed()
        .toList();
  }

  private List<Long> received() {
    return IntStream.range(0, HOSTS)
        .mapToObj(host -> rig.view(host).counters().values().get("ingress-received-frames"))
        .toList();
  }

  @Test
  void shouldReachOnlyTwoHostsWhenTwoOfEightListen() {
    openAndComeToKnowEachOther();
    join(blue, 3);
    join(blue, 6);
    assertThat(hostsReachedBy(stream())).containsExactly(3, 6);
    assertThat(machinesWith(blue, stream())).containsExactly(3, 6);
  }

  @Test
  void shouldReachEverybodyWhenFrameIsForEverybody() {
    openAndComeToKnowEachOther();
    assertThat(hostsReachedBy(broadcast(mac(1)))).hasSize(HOSTS - 1);
    assertThat(hostsReachedBy(MulticastFrames.toGroup(mac(1), SENDER, MDNS))).hasSize(HOSTS - 1);
  }

  @Test
  void shouldReachEverybodyWhenNobodyHasBeenAskedYet() {
    open();
    advance(2);
    assertThat(hostsReachedBy(stream())).hasSize(HOSTS - 1);
    assertThat(machinesWith(blue, stream())).hasSize(HOSTS - 1);
  }

  @Test
  void shouldReachNobodyWhenLastListenerHasLeft() {
    openAndComeToKnowEachOther();
    join(blue, 3);
    blue.get(3).send(MulticastFrames.leave(mac(4), SENDER + 3, GROUP));
    advance(5);
    assertThat(hostsReachedBy(stream())).isEmpty();
  }

  @Test
  @Tag("R11")
  void shouldKeepNetworksApartWhenTheyShareGroups() {
    openAndComeToKnowEachOther();
    join(blue, 3);
    join(red, 4);
    assertThat(hostsReachedBy(stream())).containsExactly(3, 4);
    assertThat(machinesWith(blue, stream())).containsExactly(3);
    assertThat(machinesWith(red, stream())).isEmpty();
  }

  @Test
  @Tag("R11")
  void shouldLeaveAllGroupsWhenNetworksGo() {
    openAndComeToKnowEachOther();
    join(blue, 0);
    for (int host = 0; host < HOSTS; host++) {
      rig.await(rig.control(host).detachPort("b" + host));
      rig.await(rig.control(host).removeNetwork(BLUE));
      rig.await(rig.control(host).detachPort("r" + host));
      rig.await(rig.control(host).removeNetwork(RED));
    }
    advance(1);
    for (int group = 0; group < 5; group++) {
      assertThat(rig.network().members(rig.group(group))).isEmpty();
    }
    assertThat(rig.view(0).groups()).isEmpty();
  }

  @Test
  void shouldSpreadGroupsByTheirNumber() {
    openAndComeToKnowEachOther();
    join(blue, 2);
    int index = Integer.remainderUnsigned(GROUP, 4);
    for (int i = 0; i < 4; i++) {
      assertThat(rig.network().members(rig.group(1 + i))).hasSize(i == index ? 1 : 0);
    }
  }
}
