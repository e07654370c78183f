package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.io.Door;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole host, on a machine in memory. */
class HostTest extends HostInMemory {
  @Test
  void shouldComeUpAndTellItsState() throws IOException {
    start();
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "veth7");
    assertThat(devices.port("vm1").mtuBytes()).isEqualTo(1450);
    assertThat(network.members(GROUP)).hasSize(1);
    assertThat(client.get("/v1/status").body())
        .contains("\"host\":\"h1\"", "\"networks\":1", "\"ports\":2", "\"reloadError\":null");
    assertThat(client.get("/v1/ports").body())
        .contains("\"name\":\"veth7\"", "\"kind\":\"device\"", "\"name\":\"vm1\"");
    assertThat(client.get("/v1/flood").body())
        .contains("\"mode\":\"group\"", "\"targets\":[\"239.1.1.100:4789\"]");
    assertThat(client.get("/v1/counters").body()).contains("\"kind\":\"port\"");
    assertThat(directory.resolve("h1.counters")).exists();
  }

  @Test
  void shouldChangeOnlyWhatIsDifferentWhenReloaded() throws IOException {
    Host up = start();
    var vm1 = devices.port("vm1");
    write(BLUE.replace("{ device: veth7 }", "{ tap: vm2 }"));
    assertThat(up.reload().changes())
        .containsExactly(
            "port veth7 detached from network 'blue'", "port vm2 attached to network 'blue'");
    assertThat(devices.port("vm1")).as("vm1 was not touched").isSameAs(vm1);
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "vm2");
    assertThat(client.post("/v1/reload").body()).isEqualTo("{\"changes\":[],\"warnings\":[]}");
    write(BLUE.replace("{ device: veth7 }", "{ tap: vm2, mtu: 9000 }"));
    assertThat(up.reload().warnings()).singleElement().asString().contains("9000", "vm2");
  }

  @Test
  void shouldWaitInAnotherWayWithoutStartingAnew() throws IOException {
    Host up = start();
    var underlay = devices.underlay();
    assertThat(client.get("/v1/status").body()).contains("\"latency\":\"balanced\"");
    Files.writeString(file, Files.readString(file) + "latency: low\n");
    assertThat(up.reload().changes()).containsExactly("latency is low now");
    assertThat(client.get("/v1/status").body()).contains("\"latency\":\"low\"");
    assertThat(devices.underlay()).isSameAs(underlay);
  }

  @Test
  void shouldKeepPortsWhenMoreThreadsForward() throws IOException {
    Host up = start();
    var vm1 = devices.port("vm1");
    assertThat(client.get("/v1/status").body()).contains("\"workers\":1");
    Files.writeString(file, Files.readString(file) + "workers: 3\n");
    assertThat(up.reload().changes())
        .containsExactly(
            "workers changed to 3: the data path was started anew, so that learned stations and"
                + " counters are gone");
    assertThat(client.get("/v1/status").body()).contains("\"workers\":3");
    assertThat(client.get("/v1/counters").body()).contains("worker-1", "worker-2");
    assertThat(devices.underlay().lanes()).hasSize(2);
    assertThat(devices.port("vm1")).isSameAs(vm1);
    up.close();
    assertThat(devices.openPorts()).isEmpty();
  }

  @Test
  void shouldGoOnAsBeforeWhenMoreThreadsFindNoMemory() throws IOException {
    Host up = start();
    var vm1 = devices.port("vm1");
    Files.writeString(file, Files.readString(file) + "workers: 3\n");
    devices.noMemoryAfter(2);
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors())
        .containsExactly(
            file
                + ":10:10: workers: cannot start 3 workers: there is no memory or thread left for"
                + " them (told to fail)");
    assertThat(client.get("/v1/status").body())
        .contains("\"workers\":1", "\"ports\":2", "cannot start 3 workers");
    assertThat(client.get("/v1/counters").body())
        .containsOnlyOnce("\"kind\":\"vtep\"")
        .doesNotContain("worker-");
    assertThat(devices.port("vm1")).isSameAs(vm1);
    up.reload();
    assertThat(client.get("/v1/status").body()).contains("\"workers\":3", "\"ports\":2");
  }

  @Test
  void shouldSayThatLimitsStartTheDataPathAnew() throws IOException {
    Host up = start();
    Files.writeString(file, Files.readString(file) + "workers: 2\nlimits: { stations: 5000 }\n");
    assertThat(up.reload().changes())
        .containsExactly(
            "workers changed to 2, limits.stations changed to 5000: the data path was started anew,"
                + " so that learned stations and counters are gone");
  }

  @Test
  void shouldKeepTheOldConfigurationWhenTheNewOneIsWrong() throws IOException {
    Host up = start();
    write(BLUE.replace("vni: 100", "vni: 99999999"));
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors())
        .containsExactly(
            file + ":7:10: networks.blue.vni: 99999999 is out of range; a VNI is 1 to 16777215");
    assertThat(client.get("/v1/networks").body()).contains("\"vni\":100");
    assertThat(client.get("/v1/status").body()).contains("99999999 is out of range");
    write(BLUE);
    up.reload();
    assertThat(client.get("/v1/status").body()).contains("\"reloadError\":null");
  }

  @Test
  void shouldChangeNothingWhenOneOfSeveralDevicesFails() throws IOException {
    Host up = start();
    devices.addDevice("veth8");
    devices.fail("veth8", "ENETDOWN");
    write(
        BLUE.replace("{ device: veth7 }", "{ tap: vm2 }, { device: veth8 }")
            .replace("vni: 100", "vni: 200"));
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors())
        .containsExactly(
            file + ":9:51: networks.blue.ports[2].device: open veth8: ENETDOWN: told to fail");
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "veth7");
    assertThat(client.get("/v1/networks").body()).contains("\"vni\":100").contains("\"ports\":2");
    assertThat(network.members(GROUP)).hasSize(1);
  }

  @Test
  void shouldTakeBackWhatWasDoneWhenTheDataPathRefusesTheRest() throws IOException {
    Host up = start();
    StringBuilder many = new StringBuilder(BLUE.replace("{ device: veth7 }", "{ tap: vm2 }"));
    for (int i = 0; i < 4096; i++) { // as many networks as there is room for
      many.append("  n").append(i).append(": { vni: ").append(1000 + i).append(" }\n");
    }
    write(many.toString());
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors()).singleElement().asString().contains("no room for network");
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "veth7");
    assertThat(client.get("/v1/networks").body()).contains("\"vni\":100").doesNotContain("1000");
    assertThat(client.get("/v1/ports").body()).contains("veth7").doesNotContain("vm2");
    assertThat(network.members(GROUP)).hasSize(1);
  }

  @Test
  void shouldLeaveNothingWhenItCannotComeUp() {
    devices.fail("veth7", "ENETDOWN");
    assertThatThrownBy(this::start)
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file + ":9:37: networks.blue.ports[1].device: open veth7: ENETDOWN: told to fail");
  }

  @Test
  void shouldSayWhatIsNotPermitted() {
    devices.fail("vm1", "EPERM");
    assertThatThrownBy(this::start)
        .isInstanceOf(NotPermitted.class)
        .hasMessage("open vm1: EPERM: told to fail");
  }

  @Test
  void shouldRefuseToComeUpTwice() {
    start();
    Host first = host;
    assertThatThrownBy(this::start).hasMessageContaining("this host is up");
    host = first;
  }

  @Test
  void shouldSayWhatCannotChangeWhileItIsUp() throws IOException {
    Host up = start();
    Files.writeString(file, Files.readString(file).replace("host: h1", "host: h2"));
    assertThatThrownBy(up::reload)
        .hasMessage(
            file
                + ":1:7: host: cannot become h2 while the host is up, h1 is in force; stop the"
                + " host and start it again");
  }

  @Test
  @Tag("P5")
  void shouldChangeUdpPortsWithoutALoss() throws Exception {
    Host up = start();
    writeWith("accept-ports: [8472]");
    assertThat(up.reload().changes()).containsExactly("listens on UDP port 4789, UDP port 8472");
    writeWith("port: 8472, accept-ports: [4789]");
    assertThat(up.reload().changes())
        .containsExactly(
            "listens on UDP port 4789, UDP port 8472; the usual UDP port is 8472 now",
            "network 'blue' (VNI 100) changed");
    writeWithPort(8472);
    assertThat(up.reload().changes()).containsExactly("listens on UDP port 8472");
    assertThat(devices.underlay().doors()).containsExactly(Door.udp(8472));
    assertThat(client.get("/v1/status").body()).contains("\"underlayPort\":8472", "\"ports\":2");
    assertThat(client.get("/v1/flood").body()).contains("239.1.1.100:8472");
    assertThat(network.members(GROUP)).hasSize(1);
  }

  @Test
  void shouldTellWhatKeepsTheUnderlayFromWorking() throws Exception {
    start();
    devices.underlay().troubles(List.of("device eth0 is down"));
    assertThat(client.get("/v1/status").body())
        .contains("\"underlayTroubles\":[\"device eth0 is down\"]");
  }

  @Test
  void shouldStartTheDataPathAnewWhenTheUnderlayChanges() throws Exception {
    Host up = start();
    var vm1 = devices.port("vm1");
    writeWith("ttl: 9");
    assertThat(up.reload().changes())
        .containsExactly(
            "underlay changed to 10.77.0.1:4789: the data path was started anew, so that learned"
                + " stations and counters are gone");
    assertThat(devices.port("vm1")).as("a machine's port stays").isSameAs(vm1);
    assertThat(vm1.isClosed()).isFalse();
    assertThat(client.get("/v1/status").body()).contains("\"ports\":2");
    assertThat(client.get("/v1/flood").body()).contains("239.1.1.100:4789");
    assertThat(network.members(GROUP)).hasSize(1);
  }

  @Test
  void shouldBringTheOldDataPathBackWhenTheNewOneCannotBe() throws Exception {
    Host up = start();
    var vm1 = devices.port("vm1");
    devices.fail("underlay:ttl:9", "EADDRINUSE");
    writeWith("ttl: 9");
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors())
        .containsExactly(
            file + ":2:1: underlay.port: open underlay:ttl:9: EADDRINUSE: told to fail");
    assertThat(client.get("/v1/status").body())
        .contains("\"underlayPort\":4789", "\"ports\":2", "told to fail");
    assertThat(devices.port("vm1")).isSameAs(vm1);
    assertThat(vm1.isClosed()).isFalse();
    assertThat(network.members(GROUP)).hasSize(1);
  }

  @Test
  void shouldSayThatAPortIsHeldBackAndWhy() throws Exception {
    write(
        """
        port-groups: { slow: { from-port: { rate: 8k } } }
        networks: { blue: { vni: 100, ports: [{ tap: vm1, port-group: slow }, { tap: vm2 }] } }
        """);
    start();
    assertThat(body("/v1/ports")).contains("\"state\":\"attached\",\"heldBack\":null");
    for (int i = 0; i < 100; i++) {
      byte[] frame = new byte[1000];
      frame[6] = 2;
      assertThat(devices.port("vm1").inject(frame)).isTrue();
    }
    await(() ->
        body("/v1/ports")
            .contains("\"state\":\"attached\",\"heldBack\":\"it has sent as much as it may\""));
  }
}
