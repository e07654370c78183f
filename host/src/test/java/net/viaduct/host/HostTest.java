package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.MemoryDevices;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.io.Door;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.runtime.SystemClock;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole host, on a machine in memory. */
class HostTest {
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.100");
  private static final String BLUE =
      """
      networks:
        blue:
          vni: 100
          flood: { group: 239.1.1.100 }
          ports: [{ tap: vm1 }, { device: veth7 }]
      """;

  @TempDir Path directory;
  private final MemoryNetwork network = new MemoryNetwork();
  private final MemoryDevices devices = new MemoryDevices(network, "10.77.0.1");
  private Path file;
  private ApiClient client;
  private @Nullable Host host;

  @BeforeEach
  void prepare() throws IOException {
    file = directory.resolve("viaduct.yaml");
    client = new ApiClient(directory.resolve("h1.sock"), Duration.ofSeconds(20));
    devices.addDevice("veth7", 1450, true, java.util.Optional.empty());
    write(BLUE);
  }

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
    }
    assertThat(directory.resolve("h1.sock")).doesNotExist();
    assertThat(directory.resolve("h1.counters")).doesNotExist();
    assertThat(devices.openPorts()).isEmpty();
    assertThat(network.members(GROUP)).isEmpty();
  }

  private void write(String networks) throws IOException {
    Files.writeString(
        file,
        """
        host: h1
        underlay: { address: 10.77.0.1 }
        api: { socket: %s/h1.sock }
        counters: { file: %s/h1.counters }
        """
                .formatted(directory, directory)
            + networks);
  }

  private Host start() {
    host =
        Host.start(
            file,
            new HostSurroundings(
                devices, new SystemClock(), Clock.systemUTC(), "thishost", "0.1.0"));
    return host;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

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
  void shouldLearnStationsAndPageThroughThem() throws Exception {
    start();
    byte[] frame = new byte[64];
    frame[6] = 2;
    for (int i = 0; i < 5; i++) {
      frame[11] = (byte) i;
      assertThat(devices.port("vm1").inject(frame.clone())).isTrue();
    }
    await(() -> body("/v1/status").contains("\"stations\":5"));
    String page = body("/v1/stations?limit=3");
    assertThat(page).contains("\"next\":\"w1\"").contains("\"port\":\"vm1\"");
    assertThat(body("/v1/stations?limit=3&cursor=w1")).contains("\"next\":null");
    assertThat(client.get("/v1/stations?limit=3&cursor=w1").status()).isEqualTo(400);
  }

  private String body(String target) {
    try {
      return client.get(target).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
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
    assertThat(client.post("/v1/reload").body()).isEqualTo("{\"changes\":[]}");
  }

  @Test
  void shouldWaitInAnotherWayWithoutStartingAnew() throws IOException {
    Host up = start();
    var underlay = devices.underlay();
    Files.writeString(file, Files.readString(file) + "latency: low\n");
    assertThat(up.reload().changes()).containsExactly("latency is low now");
    assertThat(devices.underlay()).isSameAs(underlay);
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

  private void writeWithPort(int port) throws IOException {
    writeWith("port: " + port);
  }

  private void writeWith(String key) throws IOException {
    write(BLUE);
    String text = Files.readString(file);
    Files.writeString(
        file, text.replace("address: 10.77.0.1 }", "address: 10.77.0.1, " + key + " }"));
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
  void shouldFollowADeviceThatGoesAndComesBack() throws Exception {
    start();
    var before = devices.port("veth7");
    devices.removeDevice("veth7");
    await(before::isClosed);
    await(() -> body("/v1/ports").contains("\"missing\""));
    assertThat(body("/v1/ports"))
        .contains("\"name\":\"vm1\"", "\"attached\"", "\"name\":\"veth7\"");
    devices.addDevice("veth7");
    await(() -> !body("/v1/ports").contains("\"missing\""));
    assertThat(devices.port("veth7")).isNotSameAs(before);
  }

  @Test
  @DisplayName("a machine that was moved here says nothing by itself when its port comes up")
  void shouldAnnounceTheStationsOfAPortThatComesUp() throws Exception {
    Host up = start();
    byte[] frame = new byte[64];
    Arrays.fill(frame, 0, 6, (byte) 0xff);
    frame[6] = 2;
    assertThat(devices.port("veth7").inject(frame)).isTrue();
    await(() -> body("/v1/status").contains("\"stations\":1"));
    assertThat(announced()).isZero();
    connectAgain();
    await(() -> announced() == 1);
    write(BLUE.replace("vni: 100", "vni: 100\n    announce-new: false"));
    up.reload();
    connectAgain();
    devices.removeDevice("veth7"); // what is announced, was announced before that is seen
    await(() -> body("/v1/ports").contains("\"missing\""));
    assertThat(announced()).isEqualTo(1);
  }

  private void connectAgain() throws InterruptedException {
    for (boolean carrier : new boolean[] {false, true}) {
      int looks = devices.looks();
      devices.carrier("veth7", carrier);
      await(() -> devices.looks() > looks);
    }
  }

  private int announced() {
    Matcher found =
        Pattern.compile("\"stations-announced\":([0-9]+)").matcher(body("/v1/counters"));
    int most = 0; // it is counted for the network and in all
    while (found.find()) {
      most = Math.max(most, Integer.parseInt(found.group(1)));
    }
    return most;
  }

  @Test
  void shouldMakeATapAnewThatSomebodyDeleted() throws Exception {
    start();
    var before = devices.port("vm1");
    devices.removeDevice("vm1");
    await(() -> before.isClosed() && devices.port("vm1") != before);
    await(() -> !body("/v1/ports").contains("\"missing\""));
    assertThat(devices.port("vm1").mtuBytes()).isEqualTo(1450);
    assertThat(body("/v1/ports")).contains("\"name\":\"vm1\"");
  }

  @Test
  void shouldTellTapsThatAreUsedAgainTheMtuOfAnotherUnderlay() throws Exception {
    Host up = start();
    var vm1 = devices.port("vm1");
    devices.addDevice("eth0", 9000, true, java.util.Optional.empty());
    await(() -> vm1.mtuBytes() == 8950);
    devices.addDevice("eth0", 1500, true, java.util.Optional.empty());
    writeWithPort(8472);
    up.reload();
    assertThat(devices.port("vm1")).as("a machine's port stays").isSameAs(vm1);
    assertThat(vm1.mtuBytes()).isEqualTo(1450);
  }

  @Test
  void shouldShareADeviceBetweenNetworks() throws Exception {
    write(
        """
        networks:
          blue: { vni: 100, ports: [{ device: veth7, vlan: 20 }, { tap: vm1 }] }
          green: { vni: 200 }
        trunks:
          - { device: veth7, vlans: { 30: green } }
        """);
    Host up = start();
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "veth7");
    var veth7 = devices.port("veth7");
    assertThat(body("/v1/ports"))
        .contains("\"veth7.20\",\"network\":\"blue\"", "\"veth7.30\",\"network\":\"green\"");
    write("networks: { green: { vni: 200, ports: [{ device: veth7, vlan: 30 }] } }\n");
    assertThat(up.reload().changes())
        .contains("port veth7.20 detached from network 'blue'")
        .doesNotContain("port veth7.30 detached from network 'green'");
    assertThat(veth7.isClosed()).as("the other VLAN needs it").isFalse();
    devices.removeDevice("veth7");
    await(veth7::isClosed);
    devices.addDevice("veth7");
    await(() -> body("/v1/ports").contains("attached"));
  }

  @Test
  void shouldTakeTheNewDeviceWhenOneWasReplacedByAnotherOfItsName() throws Exception {
    start();
    var before = devices.port("veth7");
    devices.addDevice("veth7");
    await(() -> before.isClosed() && devices.port("veth7") != before);
    await(() -> body("/v1/ports").contains("veth7"));
  }
}
