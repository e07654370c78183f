package net.viaduct.host.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.host.configfile.ConfigFile;
import org.junit.jupiter.api.Test;

class DifferenceTest {
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
            "station 02:00:00:00:00:02 at 10.77.0.3 removed",
            "port veth7 detached from network 'blue'",
            "remote 10.77.0.3:4789 removed",
            "network 'blue' (VNI 100) changed",
            "remote 10.77.0.4:4789 added",
            "MTU of vm1 changed from 1450 to 1400",
            "port vm2 attached to network 'blue'",
            "station 02:00:00:00:00:02 at 10.77.0.4 added");
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
