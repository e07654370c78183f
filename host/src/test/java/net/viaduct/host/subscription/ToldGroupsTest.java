package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.reconcile.Change;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.reconcile.Difference;
import net.viaduct.host.subscription.ToldNetwork.ToldGroup;
import net.viaduct.host.subscription.ToldNetwork.ToldMove;
import net.viaduct.host.subscription.ToldNetwork.ToldStation;
import net.viaduct.host.subscription.ToldNetwork.ToldWire;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.queue.NameNumber;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Groups that a controller tells, on host h1. */
class ToldGroupsTest {
  private static final ToldGroup GOLD =
      new ToldGroup("gold", 100_000_000, 200_000_000, OptionalInt.of(46), 16);
  private static final String OWN =
      """
      networks: { own: { vni: 100, flood: controller, ports: [ { tap: vm1 %s } ] } }
      """;
  private static final String GROUP =
      """
      port-groups:
        gold:
          from-port: { rate: 100M }
          to-port: { rate: 200M }
          dscp: short-pipe
          tunnel-dscp: 46
          limits: { stations: 16 }
      """;

  private static HostConfig file(String rest) {
    String text = "underlay: { address: 10.77.0.1 }\ncontroller: { state: /s }\n" + rest;
    return ConfigFile.parse(Path.of("v"), text, "h1").config();
  }

  private static ToldStation station(int number, String host, String group) {
    return new ToldStation(0x0200_0000_0000L + number, List.of(), host, "vm" + number, group);
  }

  private static ToldNetwork told(
      List<ToldGroup> groups, List<ToldMove> moves, ToldStation... stations) {
    return new ToldNetwork(
        100,
        "blue",
        OptionalInt.empty(),
        Optional.empty(),
        ToldNetwork.Unknown.FLOODED,
        ToldWire.NONE,
        Map.of("h2", List.of(new Endpoint(IpAddress.parse("10.77.0.2"), 4789))),
        List.of(stations),
        moves,
        groups.stream().collect(Collectors.toMap(ToldGroup::name, group -> group)));
  }

  private static Merged merge(HostConfig file, ToldNetwork told) {
    return Merger.merge(file, List.of(told), _ -> false, 0);
  }

  private static Merged merge(ToldGroup group) {
    return merge(file(""), told(List.of(group), List.of(), station(1, "h1", group.name())));
  }

  private static PortConfig port(Merged merged, int number) {
    return merged.config().networks().getFirst().ports().get(number);
  }

  private static PortGroup group(Merged merged) {
    return port(merged, 0).settings().portGroup().orElseThrow();
  }

  @Test
  void shouldMakeOfAGroupWhatTheFileWouldSay() {
    HostConfig file = file(GROUP + OWN.formatted(", port-group: gold"));
    PortGroup said =
        file.networks().getFirst().ports().getFirst().settings().portGroup().orElseThrow();
    Merged merged = merge(GOLD);
    assertThat(group(merged))
        .isEqualTo(
            new PortGroup(
                "controller/gold", said.fromPort(), said.toPort(), said.dscp(), OptionalInt.of(16)))
        .as("so that nothing changes when all is told again")
        .isEqualTo(group(merge(GOLD)));
    assertThat(group(merged).number()).isNotEqualTo(said.number());
    assertThat(merged.troubles()).isEmpty();
    PortGroup nothing = group(merge(new ToldGroup("none", 0, 0, OptionalInt.empty(), 0)));
    assertThat(nothing)
        .isEqualTo(
            new PortGroup(
                "controller/none",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty()));
  }

  @Test
  void shouldPutPortsOfOneGroupIntoOneThatTheLinkCanName() {
    Merged merged =
        merge(
            file(""),
            told(List.of(GOLD), List.of(), station(1, "h1", "gold"), station(2, "h1", "gold")));
    assertThat(port(merged, 0).settings()).isEqualTo(port(merged, 1).settings());
    String link =
        "underlay: { address: 10.77.0.1, link: { rate: 1G, queue: { share: { by: port-group,"
            + " weights: { controller/gold: 3 } } } } }\n";
    HostConfig file = ConfigFile.parse(Path.of("v"), link, "h1").config();
    long number = Integer.toUnsignedLong(NameNumber.of("controller/gold"));
    assertThat(file.underlayQueue().orElseThrow().tree().root().toString())
        .contains(String.valueOf(number));
  }

  @Test
  void shouldChangeNothingButThePortWhenItsGroupChanges() {
    DesiredState before = desired(merge(GOLD));
    for (ToldGroup other :
        List.of(
            new ToldGroup("gold", 50_000_000, 200_000_000, OptionalInt.of(46), 16),
            new ToldGroup("gold", 0, 0, OptionalInt.empty(), 0),
            new ToldGroup("silver", 1_000_000, 0, OptionalInt.empty(), 0))) {
      assertThat(Difference.between(before, desired(merge(other))))
          .singleElement()
          .isInstanceOf(Change.ChangePort.class);
    }
    Merged without = merge(file(""), told(List.of(), List.of(), station(1, "h1", "")));
    assertThat(Difference.between(before, desired(without)))
        .singleElement()
        .isInstanceOf(Change.ChangePort.class);
    assertThat(Difference.between(before, desired(merge(GOLD)))).isEmpty();
  }

  private static DesiredState desired(Merged merged) {
    return DesiredState.of(merged.config(), merged.stations(), merged.moves(), 1500);
  }

  @Test
  void shouldLetTheFileSayWhichGroupAPortIsIn() {
    ToldNetwork told = told(List.of(GOLD), List.of(), station(1, "h1", "gold"));
    Merged own = merge(file(GROUP + OWN.formatted(", port-group: gold")), told);
    assertThat(group(own).name()).isEqualTo("gold");
    assertThat(own.troubles())
        .containsExactly(
            "port vm1 of network 'own' has port-group 'gold' in the file, so group 'gold' of the"
                + " controller is not used");
    Merged unsaid = merge(file(OWN.formatted(", group-policy: 7")), told);
    assertThat(group(unsaid).name()).isEqualTo("controller/gold");
    assertThat(port(unsaid, 0).settings().group()).hasValue(7);
    assertThat(unsaid.troubles()).isEmpty();
  }

  @Test
  void shouldLeaveOutWhatItCannotDoAndDoTheRest() {
    Merged merged = merge(new ToldGroup("gold", 1_000_000_000_000L, -1, OptionalInt.of(64), 4));
    assertThat(group(merged).fromPort()).isEmpty();
    assertThat(group(merged).toPort()).isEmpty();
    assertThat(group(merged).dscp()).isEmpty();
    assertThat(group(merged).mostStations()).hasValue(4);
    assertThat(merged.troubles())
        .satisfiesExactly(
            one -> assertThat(one).startsWith("group 'gold', sendBitsPerSecond: a rate of 1000"),
            two -> assertThat(two).startsWith("group 'gold', receiveBitsPerSecond: a rate of -1"),
            three -> assertThat(three).startsWith("group 'gold', dscp: DSCP 64"));
    Merged unknown = merge(file(""), told(List.of(), List.of(), station(1, "h1", "gold")));
    assertThat(port(unknown, 0).settings().portGroup()).isEmpty();
    assertThat(unknown.troubles())
        .containsExactly(
            "port vm1 of network 'blue' is in group 'gold', about which nothing is told");
  }

  @Test
  void shouldSayNothingAboutPortsOfOtherHosts() {
    ToldGroup wrong = new ToldGroup("gold", 1, 1, OptionalInt.of(64), -1);
    assertThat(
            merge(file(""), told(List.of(wrong), List.of(), station(1, "h2", "gold"))).troubles())
        .isEmpty();
  }

  @Test
  void shouldHaveThePortReadyInItsGroupBeforeItsMachineComes() {
    ToldMove move = new ToldMove(0x0200_0000_0001L, "h2", "h1", "vm1", false);
    Merged merged = merge(file(""), told(List.of(GOLD), List.of(move), station(1, "h2", "gold")));
    assertThat(group(merged).name()).isEqualTo("controller/gold");
  }

  @Test
  void shouldSayThatAPortWhoseDeviceIsSharedIsNotHeldBack() {
    HostConfig file =
        file(
            "networks: { red: { vni: 300, ports: [ { tap: vm1, vlan: 20 } ] },"
                + " own: { vni: 100, flood: controller, ports: [ { tap: vm1 } ] } }\n");
    Merged merged = merge(file, told(List.of(GOLD), List.of(), station(1, "h1", "gold")));
    assertThat(merged.troubles())
        .containsExactly(
            "port vm1 shares vm1 with others, who would be held back with it: it may send more"
                + " than its group 'gold' says");
  }
}
