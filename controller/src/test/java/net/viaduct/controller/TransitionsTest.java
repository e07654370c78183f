package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.moving.MoveWatch;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.TamperedStore;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.controller.transition.TransitionPlan;
import net.viaduct.controller.transition.Transitions;
import net.viaduct.controller.transition.Wire;
import net.viaduct.controller.transition.WireStation;
import net.viaduct.controller.transition.WireWatch;
import net.viaduct.protocol.LegStation;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SeenMove;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine comes off the wire of network blue, in which h1 and h2 have a leg, or goes back. */
@DisplayName("U4: machines come from a VLAN one at a time, and can go back")
class TransitionsTest {
  private static final Mac MAC = new Mac("02:00:00:00:00:09");
  private static final long NUMBER = 0x0200_0000_0009L;
  private static final String PORT = "m020000000009";

  @TempDir private Path directory;
  private HostsRig rig;
  private Transitions transitions;
  private WireWatch wire;
  private MoveWatch watch;

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, LifePolicy.USUAL);
    transitions = new Transitions(rig.store, rig.registry, Clock.systemUTC());
    wire = new WireWatch(rig.store, rig.registry);
    watch = new MoveWatch(rig.store, Clock.systemUTC());
    for (String host : List.of("h1", "h2", "h3")) {
      Ip address = new Ip("10.77.0." + host.charAt(1));
      rig.registry.create(new Host(host, List.of(address), 4789, Map.of()), HostsRig.OPERATOR);
    }
    alive("h1", false);
    alive("h2", false);
    rig.registry.create(
        new Network(
            "blue",
            100,
            false,
            List.of(),
            new Flood.ToMembers(),
            List.of(
                new Leg("h1", "eth1", OptionalInt.of(20)),
                new Leg("h2", "eth1", OptionalInt.of(20))),
            OptionalInt.empty(),
            Network.Unknown.FLOOD,
            WhenAway.KEEP,
            Map.of()),
        HostsRig.OPERATOR);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void alive(String host, boolean withdrawn) {
    String json =
        "{\"state\":\"alive\",\"since\":\"2026-11-27T00:00:00Z\",\"withdrawn\":"
            + withdrawn
            + ",\"wanted\":[],\"version\":\"1\",\"controller\":\"\"}";
    rig.store.commit(
        new Transaction(
            List.of(),
            List.of(
                new Operation.Put("host-state/" + host, json),
                new Operation.Put(Members.PREFIX + host, "{}"))));
  }

  private static LegStation heard(long mac, LegStation.Kind kind, int tenths) {
    return LegStation.newBuilder()
        .setVni(100)
        .setMac(mac)
        .setKind(kind)
        .setHeardTenths(tenths)
        .addAddresses(ByteString.copyFrom(new byte[] {10, 0, 0, (byte) mac}))
        .build();
  }

  private void hear(String host, Instant at, LegStation... stations) {
    wire.seen(host, Report.newBuilder().addAllLegStations(List.of(stations)).build(), at);
  }

  private void hear() {
    hear("h1", Instant.now(), heard(NUMBER, LegStation.Kind.MACHINE, 3));
  }

  private Move offWire(String to) {
    return transitions.offWire(
        "blue",
        new Transitions.Wanted(MAC, to, Optional.empty(), Optional.empty()),
        HostsRig.OPERATOR);
  }

  private Move move() {
    return rig.store.get(Move.PREFIX + PORT).map(it -> Move.parse(it.value())).orElseThrow();
  }

  private void tell(String host, SeenMove.Builder seen) {
    watch.seen(
        host,
        Report.newBuilder().addMoves(seen.setVni(100).setMac(NUMBER)).setClockNs(5).build(),
        Instant.now());
  }

  @Test
  void shouldKeepWhatTheGatewayHearsAndNobodyElseTells() {
    Instant first = Instant.parse("2026-11-27T00:00:00Z");
    hear("h1", first.plusMillis(7), heard(NUMBER, LegStation.Kind.MACHINE, 3));
    hear("h2", first.plusSeconds(5), heard(7, LegStation.Kind.MACHINE, 3));
    Wire now = Wire.of(rig.store, "blue");
    assertThat(now.gateway()).isEqualTo("h1");
    assertThat(now.all())
        .containsExactly(
            new WireStation(
                MAC,
                List.of(new Ip("10.0.0.9")),
                WireStation.Kind.MACHINE,
                3,
                first.toString(),
                ""));
    hear("h1", first.plusSeconds(10));
    assertThat(Wire.of(rig.store, "blue").all().getFirst().gone())
        .isEqualTo(first.plusSeconds(10).toString());
    hear("h1", first.plusSeconds(20), heard(7, LegStation.Kind.MACHINE, 0));
    hear("h1", first.plusSeconds(700), heard(7, LegStation.Kind.MACHINE, 0));
    assertThat(Wire.of(rig.store, "blue").station(MAC.text())).isEmpty();
  }

  @Test
  void shouldTakeTheNextLegForTheGatewayWhenTheFirstIsWithdrawn() {
    alive("h1", true);
    hear("h1", Instant.now(), heard(7, LegStation.Kind.MACHINE, 3));
    assertThat(Wire.of(rig.store, "blue").all()).isEmpty();
    hear("h2", Instant.now(), heard(NUMBER, LegStation.Kind.MACHINE, 3));
    assertThat(offWire("h3").from()).isEqualTo("h2");
  }

  @Test
  void shouldTakeTheNextLegForTheGatewayWhenTheFirstWasPutOut() {
    rig.store.commit(
        new Transaction(List.of(), List.of(new Operation.Delete(Members.PREFIX + "h1"))));
    hear("h2", Instant.now(), heard(NUMBER, LegStation.Kind.MACHINE, 3));
    assertThat(offWire("h3").from()).isEqualTo("h2");
  }

  @Test
  void shouldNameThePortThatTooManyOthersChange() {
    hear();
    offWire("h3");
    transitions.activate(move(), true, HostsRig.OPERATOR);
    watch.look();
    Condition others = Condition.absent("port/" + PORT);
    Store busy =
        TamperedStore.of(
            Store.class,
            rig.store,
            (method, _, real) ->
                method.equals("commit") ? new Outcome.Refused(others) : real.call());
    assertThatThrownBy(() ->
            new Transitions(busy, rig.registry, Clock.systemUTC())
                .ontoWire(PORT, HostsRig.OPERATOR))
        .hasMessage("too many others change port " + PORT + " at the moment; try again");
  }

  @Test
  void shouldMakeAPortOfAMachineThatWasOnlyHeard() {
    hear();
    Move begun = offWire("h3");
    assertThat(begun.from()).isEqualTo("h1");
    assertThat(rig.registry.get(Kind.STATION, "blue/" + MAC)).isPresent();
    assertThatThrownBy(() -> transitions.activate(move(), false, HostsRig.OPERATOR))
        .hasMessage("host h3 is not ready for it yet");
    tell("h1", SeenMove.newBuilder().setAsked(true).setAnsweredNs(4));
    tell("h3", SeenMove.newBuilder().setArriving(true));
    assertThat(move().isReady()).isTrue();
    assertThat(move().isAnswered()).isTrue();
    tell("h3", SeenMove.newBuilder().setArriving(true).setHeardNs(5));
    assertThat(move().isHere()).isTrue();
    transitions.activate(move(), false, HostsRig.OPERATOR);
    assertThat(rig.registry.get(Kind.STATION, "blue/" + MAC)).isEmpty();
    Port port = (Port) rig.registry.get(Kind.PORT, PORT).orElseThrow().definition();
    assertThat(port.host()).contains("h3");
    assertThat(port.ips()).containsExactly(new Ip("10.0.0.9"));
    watch.look();
    assertThat(move().isMoved()).isTrue();
    assertThat(move().isAnswered()).as("answered before only").isFalse();
    tell("h1", SeenMove.newBuilder().setAsked(true).setAnsweredNs(5));
    assertThat(move().isAnswered()).isTrue();
  }

  @Test
  void shouldGoBackToTheWire() {
    hear();
    offWire("h3");
    transitions.activate(move(), true, HostsRig.OPERATOR);
    watch.look();
    Move back = transitions.ontoWire(PORT, HostsRig.OPERATOR);
    assertThat(back.kind()).isEqualTo(Move.Kind.ONTO_WIRE);
    assertThat(back.from()).isEqualTo("h3");
    assertThat(back.to()).isEqualTo("h1");
    assertThat(back.device()).isEqualTo("eth1.20");
    transitions.activate(move(), true, HostsRig.OPERATOR);
    assertThat(rig.registry.get(Kind.PORT, PORT)).isEmpty();
    Station station =
        (Station) rig.registry.get(Kind.STATION, "blue/" + MAC).orElseThrow().definition();
    assertThat(station.place()).isEqualTo(new Station.Place.Direct());
    assertThat(station.labels()).isEmpty();
    watch.look();
    assertThat(move().isMoved()).isTrue();
  }

  @Test
  void shouldGoBackByTheOwnLegOfAHostThatHasOne() {
    hear();
    assertThat(offWire("h2").seen().readyFrom()).as("nobody need send copies").isTrue();
    transitions.activate(move(), true, HostsRig.OPERATOR);
    watch.look();
    Move back = transitions.ontoWire(PORT, HostsRig.OPERATOR);
    assertThat(back.from()).isEqualTo("h2");
    assertThat(back.to()).isEqualTo("h2");
  }

  @Test
  void shouldLeaveAMachineWhereItIs() {
    hear();
    offWire("h3");
    transitions.cancel(move(), HostsRig.OPERATOR);
    assertThat(rig.store.get(Move.PREFIX + PORT)).isEmpty();
    assertThat(rig.registry.get(Kind.STATION, "blue/" + MAC)).isPresent();
    offWire("h3");
    transitions.activate(move(), true, HostsRig.OPERATOR);
    Move before = move();
    assertThatThrownBy(() -> transitions.cancel(before, HostsRig.OPERATOR))
        .isInstanceOf(ChangeRefused.class)
        .hasMessageContaining("has moved already");
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThatThrownBy(() -> offWire("h3")).hasMessageContaining("nobody hears");
    hear();
    assertThatThrownBy(() -> offWire("h9")).hasMessage("there is no host h9");
    assertThatThrownBy(() -> transitions.ontoWire("vm9", HostsRig.OPERATOR))
        .hasMessage("there is no port vm9");
    alive("h1", true);
    alive("h2", true);
    assertThatThrownBy(() -> offWire("h3")).hasMessage("no host with a leg in the VLAN is there");
  }

  @Test
  void shouldProposeTheQuietFirstAndRoutersLast() {
    hear(
        "h1",
        Instant.now(),
        heard(0x0000_5e00_0101L, LegStation.Kind.VIRTUAL_ROUTER, 0),
        heard(0x0200_0000_0001L, LegStation.Kind.ROUTER, 0),
        heard(0x0200_0000_0002L, LegStation.Kind.MACHINE, 9),
        heard(0x0200_0000_0003L, LegStation.Kind.MACHINE, 0));
    assertThat(TransitionPlan.of(Wire.of(rig.store, "blue").all()))
        .extracting(step -> step.station().mac().text().substring(15), TransitionPlan.Step::why)
        .satisfiesExactly(
            one -> assertThat(one.toList().toString()).contains("03", "quiet"),
            two -> assertThat(two.toList().toString()).contains("02", "most of the time"),
            three -> assertThat(three.toList().toString()).contains("01", "is a router"),
            four -> assertThat(four.toList().toString()).contains("01", "shared by routers"));
  }
}
