package net.viaduct.host.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R17")
class PortMtuTest {
  private static int mtu(String underlay, String network) {
    String text =
        "underlay: { address: "
            + underlay
            + " }\nnetworks:\n  blue: { vni: 100, ports: [{ tap: vm1 }]"
            + network
            + " }\n";
    HostConfig config = ConfigFile.parse(Path.of("v"), text, "h1").config();
    return PortMtu.of(config, config.networks().getFirst(), 1450);
  }

  @Test
  void shouldLeaveRoomForTheTunnelForTagsAndOnANarrowPath() {
    assertThat(mtu("10.77.0.1", "")).isEqualTo(1450);
    assertThat(mtu("10.77.0.1", ", tagged: keep")).isEqualTo(1446);
    assertThat(mtu("10.77.0.1", ", path: { mtu: 1400 }")).isEqualTo(1350);
    assertThat(mtu("10.77.0.1", ", path: { mtu: 9000 }")).isEqualTo(1450);
    assertThat(mtu("10.77.0.1", ", tagged: keep, path: { mtu: 1400 }")).isEqualTo(1346);
    assertThat(mtu("\"fd77::1\"", ", path: { mtu: 1400 }")).isEqualTo(1330);
  }
}
