package net.viaduct.host.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.StationMove;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

class DifferenceTest {
  private static final long VM1 = 0x0200_0000_0001L;

  private static DesiredState state(String networks) {
    String text = "underlay: { address: 10.77.0.1 }\nnetworks:\n" + networks.indent(2);
    return DesiredState.of(ConfigFile.parse(Path.of("v"), text, "h1").config(), 1450);
  }

  private static List<String> sentences(DesiredState from, DesiredState to) {
    return Difference.between(from, to).stream().map(Change::sentence).toList();
  }

  private static final DesiredState BLUE =
      state(
          """
          blue:
            vni: 100
            flood: { remotes: [10.77.0.2] }
            ports: [{ tap: vm1 }, { device: veth7 }]
            stations:
              - { mac: 02:00:00:00:00:01, port: vm1 }
              - { mac: 02:00:00:00:00:02, remote: 10.77.0.3 }
          """);

  @Test
  void shouldDoNothingWhenNothingIsDifferent() {
    assertThat(Difference.between(BLUE, BLUE)).isEmpty();
  }

  @Test
  void shouldBuildUpFromNothing() {
    assertThat(sentences(DesiredState.EMPTY, BLUE))
        .containsExactly(
            "listens on UDP port 4789",
            "network 'blue' (VNI 100) added",
            "remote 10.77.0.3:4789 added",
            "port vm1 attached to network 'blue'",
            "port veth7 attached to network 'blue'",
            "station 02:00:00:00:00:01 at vm1 added",
            "station 02:00:00:00:00:02 at 10.77.0.3 added");
  }

  @Test
  void shouldTakeDownInTheOppositeOrder() {
    assertThat(sentences(BLUE, DesiredState.EMPTY))
        .containsExactly(
            "station 02:00:00:00:00:01 at vm1 removed",
            "station 02:00:00:00:00:02 at 10.77.0.3 removed",
            "port vm1 detached from network 'blue'",
            "port veth7 detached from network 'blue'",
            "network 'blue' (VNI 100) removed",
            "remote 10.77.0.3:4789 removed",
            "listens no more");
  }

  @Test
  void shouldTouchOnlyWhatIsDifferent() {
    DesiredState after =
        state(
            """
            blue:
              vni: 100
              flood: { remotes: [10.77.0.2, 10.77.0.4] }
              ports: [{ tap: vm1, mtu: 1400 }, { tap: vm2 }]
              stations:
                - { mac: 02:00:00:00:00:01, port: vm1 }
                - { mac: 02:00:00:00:00:02, remote: 10.77.0.4 }
            """);
    assertThat(sentences(BLUE, after))
        .containsExactly(
            "port veth7 detached from network 'blue'",
            "remote 10.77.0.3:4789 removed",
            "network 'blue' (VNI 100) changed",
            "remote 10.77.0.4:4789 added",
            "MTU of vm1 changed from 1450 to 1400",
            "port vm2 attached to network 'blue'",
            "station 02:00:00:00:00:02 moved from 10.77.0.3 to 10.77.0.4");
  }

  @Test
  void shouldMovePortsAndTheirStationsWhenTheVniChanges() {
    DesiredState after =
        state(
            """
            blue:
              vni: 200
              flood: { remotes: [10.77.0.2] }
              ports: [{ tap: vm1 }, { device: veth7 }]
              stations:
                - { mac: 02:00:00:00:00:01, port: vm1 }
                - { mac: 02:00:00:00:00:02, remote: 10.77.0.3 }
            """);
    assertThat(sentences(BLUE, after))
        .containsExactly(
            "station 02:00:00:00:00:01 at vm1 removed",
            "station 02:00:00:00:00:02 at 10.77.0.3 removed",
            "port vm1 detached from network 'blue'",
            "port veth7 detached from network 'blue'",
            "network 'blue' (VNI 100) removed",
            "network 'blue' (VNI 200) added",
            "port vm1 attached to network 'blue'",
            "port veth7 attached to network 'blue'",
            "station 02:00:00:00:00:01 at vm1 added",
            "station 02:00:00:00:00:02 at 10.77.0.3 added");
  }

  @Test
  void shouldKeepTheNetworkWhenOnlyItsNameChanges() {
    DesiredState before = state("blue: { vni: 100, ports: [{ tap: vm1 }] }");
    DesiredState after = state("azure: { vni: 100, ports: [{ tap: vm1 }] }");
    assertThat(sentences(before, after))
        .containsExactly("network 'azure' (VNI 100), which was 'blue', changed");
  }

  private static DesiredState moving(String port, StaticStation place, StationMove move) {
    String text =
        """
        underlay: { address: 10.77.0.1 }
        networks:
          blue: { vni: 100, flood: { remotes: [10.77.0.2] }, ports: [{ tap: vm2 }%s] }
        """
            .formatted(port);
    return DesiredState.of(
        ConfigFile.parse(Path.of("v"), text, "h1").config(),
        Map.of(100, List.of(place)),
        move == null ? Map.of() : Map.of(100, List.of(move)),
        1450);
  }

  @Test
  void shouldKnowWhereAStationHasGoneBeforeItsPortGoes() {
    Endpoint h2 = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
    StationMove leaves = new StationMove.Away(VM1, h2);
    StaticStation here = new StaticStation.Local(VM1, "vm1");
    StaticStation there = new StaticStation.Remote(VM1, h2);
    DesiredState before = moving(", { tap: vm1 }", here, null);
    DesiredState prepared = moving(", { tap: vm1 }", here, leaves);
    DesiredState activated = moving("", there, leaves);
    assertThat(sentences(before, prepared))
        .containsExactly(
            "remote 10.77.0.2:4789 added",
            "station 02:00:00:00:00:01 is about to move to 10.77.0.2");
    assertThat(sentences(prepared, activated))
        .first()
        .isEqualTo("station 02:00:00:00:00:01 moved from vm1 to 10.77.0.2");
    assertThat(sentences(prepared, activated))
        .contains("port vm1 detached from network 'blue'")
        .noneMatch(it -> it.contains("removed") || it.contains("no more"));
    assertThat(sentences(activated, moving("", there, null)))
        .containsExactly("station 02:00:00:00:00:01 moves to 10.77.0.2 no more");
  }

  @Test
  void shouldTakeAStationThatLeavesForGoneWhenItsPortIs() {
    Endpoint h2 = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
    StaticStation here = new StaticStation.Local(VM1, "vm1");
    DesiredState prepared = moving(", { tap: vm1 }", here, new StationMove.Away(VM1, h2));
    assertThat(sentences(prepared, prepared.without(Set.of("vm1"))))
        .containsExactly(
            "station 02:00:00:00:00:01 moved from vm1 to 10.77.0.2",
            "port vm1 detached from network 'blue'");
  }

  @Test
  void shouldAwaitAStationOnlyAtAPortThatIsThere() {
    Endpoint h2 = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
    StationMove comes = new StationMove.Here(VM1, "vm1");
    StaticStation there = new StaticStation.Remote(VM1, h2);
    DesiredState prepared = moving(", { tap: vm1 }", there, comes);
    DesiredState without = prepared.without(Set.of("vm1"));
    assertThat(without.moves()).isEmpty();
    assertThat(sentences(prepared, without))
        .containsExactly(
            "station 02:00:00:00:00:01 moves to port vm1 no more",
            "port vm1 detached from network 'blue'");
    assertThat(sentences(without, prepared))
        .containsExactly(
            "port vm1 attached to network 'blue'",
            "station 02:00:00:00:00:01 is about to move to port vm1");
  }

  @Test
  void shouldInvertEachChange() {
    for (Change change : Difference.between(DesiredState.EMPTY, BLUE)) {
      assertThat(change.inverse().inverse()).isEqualTo(change);
    }
    List<Change> down =
        Difference.between(DesiredState.EMPTY, BLUE).reversed().stream()
            .map(Change::inverse)
            .toList();
    assertThat(down)
        .containsExactlyInAnyOrderElementsOf(Difference.between(BLUE, DesiredState.EMPTY));
  }
}
