package net.viaduct.vtep.fallback;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.ForeignHost;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.CopyRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three hosts with networks by group, of which the last one cannot join any at first. */
@Tag("P11")
class GroupFallbackTest {
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final int GROUP = 0xef01_0203;
  private static final int DEAF = 2;

  private final MemoryRig rig = new MemoryRig(3, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final List<MemoryPort> blue = new ArrayList<>();
  private final List<MemoryPort> red = new ArrayList<>();

  private void start(NetworkSettings settings) {
    rig.host(DEAF).underlay().mostGroups(0);
    for (int host = 0; host < 3; host++) {
      blue.add(attach(host, BLUE, 1, settings));
      red.add(attach(host, RED, 2, settings));
    }
    advance(2);
    forgetAll();
  }

  private MemoryPort attach(int host, int vni, int group, NetworkSettings settings) {
    FloodList flood = new FloodList.Group(new Endpoint(rig.group(group), MemoryRig.PORT));
    NetworkConfig config =
        new NetworkConfig(vni, vni == BLUE ? "blue" : "red", flood).with(settings);
    rig.await(rig.control(host).addNetwork(config));
    MemoryPort port = new MemoryPort("port" + vni);
    rig.attach(host, vni, port);
    return port;
  }

  private void advance(int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.advance(Duration.ofSeconds(1));
      rig.settle(); // what housekeeping sent arrives in the next cycle
    }
  }

  private void forgetAll() {
    blue.forEach(MemoryPort::takeAll);
    red.forEach(MemoryPort::takeAll);
  }

  private NetworkStatus network(int host) {
    return rig.view(host).networks().getFirst();
  }

  /** How many copies of a broadcast each machine of blue gets. */
  private List<Integer> copiesOfBroadcastFrom(int host) {
    forgetAll();
    blue.get(host).inject(broadcast(mac(host + 1)));
    rig.settle();
    assertThat(red).allMatch(port -> port.takeAll().isEmpty());
    return blue.stream().map(port -> port.takeAll().size()).toList();
  }

  @AfterEach
  void close() {
    IntStream.range(0, 3).mapToObj(rig::view).forEach(Conservation::checkSums);
    rig.close();
  }

  @Test
  void shouldGetCopiesWhileItsGroupCannotBeJoinedAndNoneAfterwards() {
    start(NetworkSettings.DEFAULT);

    assertThat(network(DEAF).missesGroup()).isTrue();
    assertThat(rig.view(DEAF).networksWithoutGroup()).containsExactly("blue", "red");
    assertThat(network(0).copiesTo()).containsExactly(rig.endpoint(DEAF));
    assertThat(copiesOfBroadcastFrom(0)).containsExactly(0, 1, 1);
    assertThat(copiesOfBroadcastFrom(1)).containsExactly(1, 0, 1);
    assertThat(copiesOfBroadcastFrom(DEAF)).containsExactly(1, 1, 0);
    assertThat(rig.host(DEAF).errors().snapshot())
        .extracting(error -> error.message())
        .anyMatch(message -> message.startsWith("network 'blue' cannot hear its group"))
        .anyMatch(message -> message.startsWith("network 'red' cannot hear its group"));
    advance(100);
    assertThat(copiesOfBroadcastFrom(0)).containsExactly(0, 1, 1);

    rig.host(DEAF).underlay().mostGroups(20);
    advance(1);
    assertThat(network(DEAF).missesGroup()).isFalse();
    assertThat(network(0).copiesTo()).isEmpty();
    assertThat(copiesOfBroadcastFrom(0)).containsExactly(0, 1, 1);
    assertThat(rig.network().members(rig.group(1))).hasSize(3);
  }

  @Test
  void shouldFallBackOnlyWhereTheGroupIsMissing() {
    rig.host(DEAF).underlay().mostGroups(1);
    for (int host = 0; host < 3; host++) {
      blue.add(attach(host, BLUE, 1, NetworkSettings.DEFAULT));
      red.add(attach(host, RED, 2, NetworkSettings.DEFAULT));
    }
    advance(2);
    assertThat(rig.view(DEAF).networks())
        .extracting(NetworkStatus::missesGroup)
        .containsExactly(false, true);
    assertThat(network(0).copiesTo()).isEmpty();
    assertThat(copiesOfBroadcastFrom(0)).containsExactly(0, 1, 1);
  }

  @Test
  void shouldForgetWhoDoesNotAskAnyMore() {
    start(NetworkSettings.DEFAULT);
    ForeignHost other = rig.foreignHost();
    byte[] request = new byte[CopyRequest.FRAME_BYTES];
    CopyRequest.write(MemorySegment.ofArray(request), 0, mac(9), CopyRequest.MOST_SECONDS);
    other.send(rig.endpoint(0), vxlan(BLUE, request));
    rig.settle();
    assertThat(network(0).copiesTo()).containsExactly(rig.endpoint(DEAF), other.endpoint());
    copiesOfBroadcastFrom(0);
    assertThat(other.receive()).isNotNull();

    advance(121); // whatever was asked for, it is two minutes at most
    assertThat(network(0).copiesTo()).containsExactly(rig.endpoint(DEAF));
  }

  @Test
  void shouldSendNoMoreCopiesThanAreBearable() {
    start(NetworkSettings.DEFAULT);
    byte[] request = new byte[CopyRequest.FRAME_BYTES];
    CopyRequest.write(MemorySegment.ofArray(request), 0, mac(9), 30);
    for (int i = 0; i < 100; i++) {
      Endpoint from = new Endpoint(IpAddress.ofIpv4(0x0a4d_0100 + i), MemoryRig.PORT);
      rig.network().carry(new MemoryDatagram(from, rig.endpoint(0), vxlan(BLUE, request)));
    }
    rig.settle();
    assertThat(network(0).copiesTo()).hasSize(64);
    assertThat(rig.host(0).errors().snapshot())
        .extracting(error -> error.message())
        .anyMatch(message -> message.startsWith("more than 64 hosts ask for copies"));
  }

  @Test
  void shouldPruneCopiesAndLeaveMappedGroupsMeanwhile() {
    MulticastSettings mapped =
        new MulticastSettings(SnoopingSettings.ON, List.of(rig.group(5), rig.group(6)), Set.of());
    start(NetworkSettings.DEFAULT.with(mapped));
    advance(60);
    forgetAll();
    byte[] stream = MulticastFrames.toGroup(mac(1), 0x0a00_0001, GROUP);
    blue.getFirst().inject(stream);
    rig.settle();
    assertThat(blue.get(DEAF).takeAll()).as("nobody listens").isEmpty();

    blue.get(DEAF).inject(MulticastFrames.join(mac(3), 0x0a00_0003, GROUP));
    rig.settle();
    forgetAll();
    blue.getFirst().inject(stream);
    rig.settle();
    assertThat(blue.get(DEAF).takeAll()).hasSize(1);

    rig.host(DEAF).underlay().mostGroups(20);
    advance(3);
    forgetAll();
    blue.getFirst().inject(stream);
    rig.settle();
    assertThat(blue.get(DEAF).takeAll()).hasSize(1);
    assertThat(network(0).copiesTo()).isEmpty();
  }
}
