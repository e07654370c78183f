package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.watching.Sight;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.StationFact;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What follows from the store about a network over a VLAN, where h1 and h2 have a leg. */
@DisplayName("U4: what hosts are told about a network that is also a VLAN")
class FactIndexTest {
  private static final Mac MAC = new Mac("02:00:00:00:00:09");
  private static final Station ON_WIRE =
      new Station("blue", MAC, List.of(), new Station.Place.Direct(), Map.of());

  private final FactIndex index = new FactIndex();
  private final Map<String, String> stored = new HashMap<>();
  private long revision;

  @BeforeEach
  void define() {
    for (String host : List.of("h1", "h2", "h3")) {
      Ip address = new Ip("10.77.0." + host.charAt(1));
      put(new Host(host, List.of(address), 4789, Map.of()));
      change(Members.PREFIX + host, "{}");
      observe(host, false);
    }
    put(network(new Leg("h1", "eth1", OptionalInt.of(20)), leg("h2")));
  }

  private static Leg leg(String host) {
    return new Leg(host, "eth1", OptionalInt.empty());
  }

  private static Network network(Leg... legs) {
    return new Network(
        "blue",
        100,
        false,
        List.of(),
        new Flood.ToMembers(),
        List.of(legs),
        OptionalInt.empty(),
        Network.Unknown.FLOOD,
        WhenAway.KEEP,
        Map.of());
  }

  private static Port port(String host) {
    return port(9, host, Optional.empty());
  }

  private static Port port(int number, String host, Optional<String> group) {
    return new Port(
        "vm" + number,
        "blue",
        new Mac("02:00:00:00:%02x:%02x".formatted(number >> 8, number & 0xff)),
        List.of(),
        Optional.of(host),
        Optional.empty(),
        group,
        true,
        Map.of());
  }

  private static PortGroup group(String name, long sendBitsPerSecond) {
    return new PortGroup(
        name,
        OptionalLong.of(sendBitsPerSecond),
        OptionalLong.empty(),
        OptionalInt.of(0),
        OptionalInt.of(4),
        List.of(),
        Map.of());
  }

  private List<String> groups() {
    return told("h1").getFirst().getNetwork().getGroupsList().stream()
        .map(it -> it.getName() + " " + it.getSendBitsPerSecond())
        .toList();
  }

  @Test
  void shouldFindWhoHasNoAddressFamilyInCommonAndNoWireEither() {
    Host h6 = new Host("h6", List.of(new Ip("2001:db8::6")), 4789, Map.of());
    put(h6);
    put(new Host("h4", List.of(new Ip("10.77.0.4"), new Ip("2001:db8::4")), 4789, Map.of()));
    put(port(3, "h3", Optional.empty()));
    put(port(4, "h4", Optional.empty()));
    assertThat(index.unreached("blue", h6)).containsExactly("h1", "h2", "h3");
    assertThat(index.unreached("red", h6)).as("there is no such network").isEmpty();
    put(network(new Leg("h1", "eth1", OptionalInt.of(20)), leg("h2"), leg("h6")));
    assertThat(index.unreached("blue", h6)).as("others are on its wire").containsExactly("h3");
    put(new Host("h3", List.of(new Ip("2001:db8::3")), 4789, Map.of()));
    assertThat(index.unreached("blue", h6)).isEmpty();
  }

  private List<Delta> put(Definition definition) {
    return change(definition.key(), Documents.write(DefinitionWriter.write(definition)));
  }

  private List<Delta> observe(String host, boolean withdrawn) {
    HostState.State state = withdrawn ? HostState.State.AWAY : HostState.State.ALIVE;
    HostState seen =
        new HostState(
            state, "2026-11-27T00:00:00Z", withdrawn, "c", !withdrawn, HostWord.NONE, Sight.NONE);
    return change(HostState.PREFIX + host, seen.json());
  }

  private List<Delta> change(String key, @Nullable String after) {
    String before = after == null ? stored.remove(key) : stored.put(key, after);
    return index.apply(new Change(++revision, key, before, after));
  }

  private List<Fact> told(String host) {
    NetworkFacts facts = index.concerning(host).get(100);
    return facts == null ? List.of() : facts.all();
  }

  private StationFact station() {
    return told("h1").stream()
        .filter(Fact::hasStation)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the station is not told"))
        .getStation();
  }

  @Test
  void shouldTellWhatAGroupSaysInNetworksWhosePortsNameIt() {
    put(group("gold", 1_000_000));
    assertThat(groups()).isEmpty();
    put(port(9, "h3", Optional.of("gold")));
    assertThat(station().getGroup()).isEqualTo("gold");
    net.viaduct.protocol.PortGroup told = told("h1").getFirst().getNetwork().getGroups(0);
    assertThat(told.getSendBitsPerSecond()).isEqualTo(1_000_000);
    assertThat(told.getReceiveBitsPerSecond()).isZero();
    assertThat(told.hasDscp()).as("class 0 is one").isTrue();
    assertThat(told.getStations()).isEqualTo(4);
  }

  @Test
  void shouldTellAGroupAnewOnceHoweverManyPortsNameIt() {
    put(group("gold", 1_000_000));
    for (int i = 1; i <= 2_000; i++) {
      put(port(i, "h" + (1 + i % 3), Optional.of("gold")));
    }
    List<Delta> deltas = put(group("gold", 2_000_000));
    assertThat(deltas)
        .singleElement()
        .isInstanceOfSatisfying(
            Delta.Said.class,
            said ->
                assertThat(said.fact().getNetwork().getGroups(0).getSendBitsPerSecond())
                    .isEqualTo(2_000_000));
    assertThat(put(group("silver", 1_000_000))).as("nobody names it").isEmpty();
  }

  @Test
  void shouldTellTheGroupThatAPortComesTo() {
    put(port(9, "h3", Optional.of("gold")));
    put(port(8, "h3", Optional.of("gold")));
    assertThat(groups()).as("nothing is known about it").isEmpty();
    put(group("silver", 2_000_000));
    put(group("gold", 1_000_000));
    assertThat(groups()).containsExactly("gold 1000000");
    put(port(9, "h3", Optional.of("silver")));
    assertThat(groups()).containsExactly("gold 1000000", "silver 2000000");
    put(port(8, "h3", Optional.empty()));
    assertThat(groups()).containsExactly("silver 2000000");
    put(port(9, "h1", Optional.of("silver"))); // elsewhere, in the same group
    assertThat(groups()).containsExactly("silver 2000000");
    change("network/blue", null);
    put(network(leg("h1")));
    assertThat(groups()).as("of a network that comes later").containsExactly("silver 2000000");
    change(port(9, "h1", Optional.of("silver")).key(), null);
    assertThat(groups()).isEmpty();
  }

  @Test
  void shouldTellHostsWithALegAndWhoIsTheGateway() {
    assertThat(told("h3")).isEmpty();
    assertThat(told("h2").getFirst().getNetwork().getGateway()).isEqualTo("h1");
    assertThat(told("h2").getFirst().getNetwork().getLegsList())
        .extracting(it -> it.getHost() + " " + it.getDevice() + " " + it.getVlan())
        .containsExactly("h1 eth1 20", "h2 eth1 0");
    assertThat(told("h1").stream().filter(Fact::hasMember)).hasSize(2);
  }

  @Test
  void shouldMakeTheNextHostTheGatewayWhenItIsWithdrawn() {
    assertThat(observe("h1", true))
        .anySatisfy(delta ->
            assertThat(delta)
                .isInstanceOfSatisfying(
                    Delta.Said.class,
                    said -> assertThat(said.fact().getNetwork().getGateway()).isEqualTo("h2")));
    observe("h2", true);
    assertThat(told("h1").getFirst().getNetwork().getGateway()).isEmpty();
    observe("h1", false);
    assertThat(told("h1").getFirst().getNetwork().getGateway()).isEqualTo("h1");
    change("host/h1", null);
    assertThat(told("h2").getFirst().getNetwork().getGateway()).isEmpty();
  }

  @Test
  void shouldWithdrawAHostThatIsPutOutWhateverIsObservedOfItUntilItJoinsAnew() {
    put(port("h1"));
    assertThat(station().getHost()).isEqualTo("h1");
    change(Members.PREFIX + "h1", null);
    for (boolean withdrawn : List.of(false, true, false)) { // somebody was late to write that
      assertThat(told("h2")).noneMatch(Fact::hasStation);
      assertThat(told("h2").stream().filter(Fact::hasMember))
          .allSatisfy(it -> assertThat(it.getMember().getHost()).isEqualTo("h2"));
      assertThat(told("h2").getFirst().getNetwork().getGateway()).isEqualTo("h2");
      observe("h1", withdrawn);
    }
    change(Members.PREFIX + "h1", "{}");
    assertThat(station().getHost()).isEqualTo("h1");
    assertThat(told("h2").stream().filter(Fact::hasMember)).hasSize(2);
    assertThat(told("h2").getFirst().getNetwork().getGateway()).isEqualTo("h1");
  }

  @Test
  void shouldTellOfAHostThatNeverJoinedAsItMayStill() {
    put(new Host("h4", List.of(new Ip("10.77.0.4")), 4789, Map.of()));
    put(port("h4"));
    assertThat(station().getHost()).isEqualTo("h4");
  }

  @Test
  void shouldForgetAHostWhoseLegIsTakenAway() {
    put(network(leg("h2")));
    assertThat(told("h1")).isEmpty();
    assertThat(told("h2").getFirst().getNetwork().getGateway()).isEqualTo("h2");
    assertThat(told("h2").stream().filter(Fact::hasMember)).hasSize(1);
  }

  @Test
  void shouldTellADirectStationAsBeingAtNoHost() {
    put(ON_WIRE);
    assertThat(station().getHost()).isEmpty();
    change(ON_WIRE.key(), null);
    assertThat(told("h1").stream().filter(Fact::hasStation)).isEmpty();
  }

  @Test
  void shouldGoOnTellingAStationThatBecomesAPortInWhateverOrderThatIsHeard() {
    put(ON_WIRE);
    put(port("h3"));
    change(ON_WIRE.key(), null);
    assertThat(station().getHost()).isEqualTo("h3");
    put(ON_WIRE);
    change(port("h3").key(), null);
    assertThat(station().getHost()).isEmpty();
    change(ON_WIRE.key(), null);
    put(port("h2"));
    assertThat(station().getHost()).isEqualTo("h2");
  }
}
