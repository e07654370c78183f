package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.Sources;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** How each network comes to know stations, and from whom it takes datagrams. */
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class StationPolicyTest {
  private static final int BLUE = 100;
  private static final int RED = 200;
  private static final FloodList GROUP =
      new FloodList.Group(new Endpoint(IpAddress.parse("239.1.1.100"), 4789));

  private MemoryRig rig;

  StationPolicyTest(int threads) {
    rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static NetworkConfig network(int vni, StationPolicy policy) {
    return new NetworkConfig(vni, "n" + vni, FloodList.NOBODY, Set.of(), TagPolicy.DROP, policy);
  }

  private MemoryPort attach(NetworkConfig network) {
    rig.await(rig.control(0).addNetwork(network));
    MemoryPort port = new MemoryPort("p" + network.vni());
    rig.attach(0, network.vni(), port);
    return port;
  }

  private void speak(MemoryPort port, long... stations) {
    for (long station : stations) {
      port.inject(broadcast(station));
    }
    rig.settle();
  }

  private boolean isKnown(int vni, long station) {
    return rig.view(0).station(vni, station).isPresent();
  }

  @Test
  @DisplayName("R10: the ageing time of a network is its own")
  void shouldForgetStationsAfterTheTimeOfTheirNetwork() {
    MemoryPort blue = attach(network(BLUE, StationPolicy.USUAL));
    Duration tenSeconds = Duration.ofSeconds(10);
    StationPolicy quick = new StationPolicy(true, Optional.of(tenSeconds), OptionalInt.empty());
    MemoryPort red = attach(network(RED, quick));
    speak(blue, mac(1));
    speak(red, mac(1));
    rig.clock().advanceNs(Duration.ofSeconds(12).toNanos());
    rig.settle();
    assertThat(isKnown(BLUE, mac(1))).isTrue();
    assertThat(isKnown(RED, mac(1))).isFalse();
    rig.await(rig.control(0).changeNetwork(network(BLUE, quick)));
    assertThat(isKnown(BLUE, mac(1))).as("a change counts at once").isFalse();
  }

  @Test
  void shouldLearnNothingWhenANetworkDoesNotLearn() {
    StationPolicy taught = new StationPolicy(false, Optional.empty(), OptionalInt.empty());
    MemoryPort port = attach(network(BLUE, taught));
    speak(port, mac(1));
    assertThat(isKnown(BLUE, mac(1))).isFalse();
    Location here = new Location.AtPort("p" + BLUE);
    rig.await(rig.control(0).addStation(BLUE, mac(2), here, Origin.STATIC));
    assertThat(isKnown(BLUE, mac(2))).isTrue();
    rig.await(rig.control(0).changeNetwork(network(BLUE, StationPolicy.USUAL)));
    speak(port, mac(1));
    assertThat(isKnown(BLUE, mac(1))).isTrue();
  }

  @Test
  void shouldDropFramesForUnknownStationsWhereAllAreTold() {
    MemoryPort one = attach(network(BLUE, StationPolicy.USUAL));
    MemoryPort other = new MemoryPort("other");
    rig.attach(0, BLUE, other);
    speak(one, mac(1));
    speak(other, mac(2));
    rig.await(
        rig.control(0).addStation(BLUE, mac(3), new Location.AtPort("other"), Origin.CONTROLLER));
    other.takeAll();
    StationPolicy told = StationPolicy.USUAL.with(Sources.NOTHING).with(StationPolicy.Unknown.DROP);
    rig.await(rig.control(0).changeNetwork(network(BLUE, told)));
    one.inject(frame(mac(9), mac(1)));
    one.inject(frame(mac(2), mac(1)));
    one.inject(frame(mac(3), mac(1)));
    one.inject(broadcast(mac(1)));
    rig.settle();
    assertThat(other.takeAll()).as("for who is told, and for all").hasSize(2);
    assertThat(rig.view(0).drops())
        .as("for who is unknown, and for who was learned before")
        .containsEntry(DropReason.UNKNOWN_STATION, 2L);
    rig.await(rig.control(0).changeNetwork(network(BLUE, StationPolicy.USUAL)));
    one.inject(frame(mac(9), mac(1)));
    rig.settle();
    assertThat(other.takeAll()).as("flooded again").hasSize(1);
  }

  @Test
  @Tag("P16")
  @DisplayName("the last answer of a router that gave up its address does not take it back")
  void shouldMoveNobodyByAFrameForItsOwnSender() {
    MemoryPort one = attach(network(BLUE, StationPolicy.USUAL));
    MemoryPort other = new MemoryPort("other");
    rig.attach(0, BLUE, other);
    long router = 0x0000_5e00_0133L;
    one.inject(frame(router, router));
    rig.settle();
    assertThat(placeOf(router)).as("it is new").isEqualTo(new Location.AtPort(one.name()));
    speak(other, router);
    one.inject(frame(router, router));
    rig.settle();
    assertThat(placeOf(router)).isEqualTo(new Location.AtPort("other"));
    assertThat(other.takeAll()).as("the frame goes where its destination is").hasSize(1);
  }

  private Location placeOf(long station) {
    return rig.view(0).station(BLUE, station).orElseThrow().location();
  }

  @Test
  void shouldKeepToTheLimitOfEachNetwork() {
    StationPolicy two = new StationPolicy(true, Optional.empty(), OptionalInt.of(2));
    speak(attach(network(BLUE, two)), mac(1), mac(2), mac(3));
    speak(attach(network(RED, StationPolicy.USUAL)), mac(1), mac(2), mac(3));
    assertThat(rig.view(0).networks()).extracting(NetworkStatus::stations).containsExactly(2, 3);
    assertThat(rig.view(0).counters().values()).containsEntry("stations-refused-by-network", 1L);
  }

  @Test
  @DisplayName("R12: only listed prefixes may send to a network that takes datagrams from anybody")
  void shouldTakeDatagramsOnlyFromListedPrefixes() {
    rig.close();
    VtepConfig usual = VtepConfig.DEFAULT;
    rig =
        new MemoryRig(
            1,
            MemoryRig.impatient(
                new VtepConfig(
                    usual.ageing(),
                    false,
                    List.of(IpPrefix.parse("10.77.0.0/24"), IpPrefix.parse("192.0.2.7")),
                    usual.limits(),
                    Duration.ZERO)));
    attach(new NetworkConfig(BLUE, "blue", GROUP));
    receive("10.77.0.200", mac(1));
    receive("192.0.2.7", mac(2));
    receive("192.0.2.8", mac(3));
    assertThat(isKnown(BLUE, mac(1))).isTrue();
    assertThat(isKnown(BLUE, mac(2))).isTrue();
    assertThat(isKnown(BLUE, mac(3))).isFalse();
    assertThat(rig.view(0).drops()).containsEntry(DropReason.SOURCE_NOT_AUTHORISED, 1L);
    assertThat(rig.view(0).remotes()).hasSize(2);
  }

  private void receive(String from, long station) {
    Endpoint source = new Endpoint(IpAddress.parse(from), 50_000);
    rig.network()
        .carry(new MemoryDatagram(source, rig.endpoint(0), vxlan(BLUE, broadcast(station))));
    rig.settle();
  }

  @Test
  void shouldRefuseImpossiblePolicies() {
    assertThatThrownBy(() -> new StationPolicy(true, Optional.empty(), OptionalInt.of(0)))
        .hasMessage("a limit of 0 stations");
    assertThatThrownBy(
            () -> new StationPolicy(true, Optional.of(Duration.ofSeconds(-1)), OptionalInt.empty()))
        .hasMessageContaining("is not within 0 to 365 days");
  }
}
