package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.devices.LinuxDevices;
import net.viaduct.host.view.PortView;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.runtime.SystemClock;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host on real devices, in a namespace that nothing else is in. Skipped where none can be made.
 */
class HostOnLinuxTest {
  private static final IpAddress ADDRESS = IpAddress.parse("10.77.0.1");

  @TempDir private Path directory;
  private NetNamespace namespace;
  private Rtnetlink net;
  private Path file;
  private @Nullable LinuxDevices devices;
  private @Nullable Host host;

  @BeforeEach
  void build() throws IOException {
    try {
      namespace = NetNamespace.createUnnamed("a host's");
    } catch (IoFailure e) {
      abort("no network namespace can be made here: " + e.getMessage());
    }
    net = namespace.rtnetlink();
    int underlay = veth("u1", "u2");
    net.addresses().add(underlay, ADDRESS, 24);
    veth("veth7", "peer7");
    file = directory.resolve("viaduct.yaml");
    write(4789, "[{ tap: vm1 }, { device: veth7 }]");
  }

  private int veth(String name, String peer) {
    LinkKind.PeerSpec other = new LinkKind.PeerSpec(peer, 0, 0);
    int index = net.links().create(new LinkSpec(name, new LinkKind.Veth(other)));
    net.links().up(index);
    net.links().up(net.links().require(peer).index());
    return index;
  }

  private void write(int port, String ports) throws IOException {
    Files.writeString(
        file,
        """
        host: h1
        underlay:
          address: 10.77.0.1
          port: %d
        api: { socket: %s/h1.sock }
        networks:
          blue:
            vni: 100
            flood: { group: 239.1.1.100 }
            ports: %s
        """
            .formatted(port, directory, ports));
  }

  @AfterEach
  void remove() {
    if (namespace == null) {
      return;
    }
    if (host != null) {
      namespace.run(host::close);
    }
    if (devices != null) {
      devices.close();
    }
    net.close();
    namespace.close();
  }

  private Host start() {
    return namespace.call(() -> {
      devices = new LinuxDevices();
      host =
          Host.start(
              file,
              new HostSurroundings(
                  devices, new SystemClock(), Clock.systemUTC(), "thishost", "0.1.0"));
      return host;
    });
  }

  private boolean isFree(int port) {
    return namespace.call(() -> devices != null && devices.isFree(new Endpoint(ADDRESS, port)));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private List<String> ports(Host up) {
    return up.view().ports().stream()
        .filter(port -> port.state().equals("attached"))
        .map(port -> port.name())
        .toList();
  }

  @Test
  void shouldMakeTapsThatFitAndRemoveThemAtItsEnd() {
    Host up = start();
    assertThat(net.links().require("vm1").mtuBytes()).isEqualTo(1450);
    assertThat(net.links().require("vm1").isUp()).isTrue();
    assertThat(isFree(4789)).isFalse();
    namespace.run(up::close);
    assertThat(net.links().find("vm1")).isEmpty();
    assertThat(net.links().find("veth7")).isPresent();
    assertThat(isFree(4789)).isTrue();
  }

  @Test
  void shouldChangeTheMtuOfATapInPlace() throws IOException {
    Host up = start();
    int index = net.links().require("vm1").index();
    write(4789, "[{ tap: vm1, mtu: 1400 }, { device: veth7 }]");
    assertThat(namespace.call(up::reload).changes())
        .containsExactly("MTU of vm1 changed from 1450 to 1400");
    assertThat(net.links().require("vm1").mtuBytes()).isEqualTo(1400);
    assertThat(net.links().require("vm1").index()).isEqualTo(index);
  }

  @Test
  void shouldMoveToAnotherUdpPortAndKeepItsTaps() throws IOException {
    Host up = start();
    int index = net.links().require("vm1").index();
    write(8472, "[{ tap: vm1 }, { device: veth7 }]");
    assertThat(namespace.call(up::reload).changes())
        .containsExactly(
            "listens on UDP port 4789, UDP port 8472; the usual UDP port is 8472 now",
            "network 'blue' (VNI 100) changed",
            "listens on UDP port 8472");
    assertThat(isFree(4789)).isTrue();
    assertThat(isFree(8472)).isFalse();
    assertThat(net.links().require("vm1").index()).isEqualTo(index);
    assertThat(ports(up)).containsExactly("veth7", "vm1");
  }

  @Test
  void shouldStayWhereItIsWhenTheNewUdpPortIsHeld() throws Exception {
    Host up = start();
    try (DatagramSocket other =
        namespace.call(() -> new DatagramSocket(new InetSocketAddress("10.77.0.1", 8472)))) {
      assertThat(other.isBound()).isTrue();
      write(8472, "[{ tap: vm1 }, { device: veth7 }]");
      assertThatThrownBy(() -> namespace.call(up::reload))
          .cause()
          .isInstanceOf(ReloadRefused.class)
          .message()
          .startsWith(file + ":4:9: underlay.port: 8472 is held by another program");
    }
    assertThat(isFree(4789)).isFalse();
    assertThat(ports(up)).containsExactly("veth7", "vm1");
  }

  @Test
  void shouldTellWhoIsNotThereBeforeAnythingIsTouched() throws IOException {
    write(4789, "[{ tap: vm1 }, { device: veth8 }, { tap: veth7 }]");
    assertThatThrownBy(this::start)
        .cause()
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            file
                + ":10:37: networks.blue.ports[1].device: there is no device 'veth8' here; did you"
                + " mean 'veth7'?\n"
                + file
                + ":10:53: networks.blue.ports[2].tap: 'veth7' exists already, and a tap is"
                + " created; to attach a device that exists, write { device: veth7 }");
    assertThat(net.links().find("vm1")).isEmpty();
  }

  @Test
  void shouldFollowADeviceThatIsDeletedAndMadeAgain() throws Exception {
    Host up = start();
    net.links().delete(net.links().require("veth7").index());
    await(() -> ports(up).equals(List.of("vm1")));
    veth("veth7", "peer7");
    await(() -> ports(up).equals(List.of("veth7", "vm1")));
  }

  @Test
  void shouldKeepATapThatIsMovedIntoAnotherNamespace() throws Exception {
    Host up = start();
    try (NetNamespace machine = NetNamespace.createUnnamed("a machine's")) {
      net.links().move(net.links().require("vm1").index(), machine.descriptor(), "eth0");
      veth("veth9", "peer9"); // an event behind the one of the move
      write(4789, "[{ tap: vm1 }, { device: veth9 }]");
      namespace.call(up::reload);
      assertThat(ports(up)).containsExactly("veth9", "vm1");
      assertThat(net.links().find("vm1")).as("no second one was made").isEmpty();
    }
  }

  @Test
  @Tag("R17")
  void shouldChangeTheMtuOfATapInAnotherNamespace() throws Exception {
    Host up = start();
    try (NetNamespace machine = NetNamespace.createUnnamed("a machine's");
        Rtnetlink there = machine.rtnetlink()) {
      net.links().move(net.links().require("vm1").index(), machine.descriptor(), "eth0");
      write(4789, "[{ tap: vm1, mtu: 1400 }, { device: veth7 }]");
      assertThat(namespace.call(up::reload).changes())
          .containsExactly("MTU of vm1 changed from 1450 to 1400");
      assertThat(there.links().require("eth0").mtuBytes()).isEqualTo(1400);
    }
  }

  @Test
  void shouldMakeATapAnewWhoseMachineEndedAfterItsMtuWasChangedThere() throws Exception {
    Host up = start();
    try (NetNamespace machine = NetNamespace.createUnnamed("a machine's")) {
      net.links().move(net.links().require("vm1").index(), machine.descriptor(), "eth0");
      write(4789, "[{ tap: vm1, mtu: 1400 }, { device: veth7 }]");
      namespace.call(up::reload);
    }
    await(() -> net.links().find("vm1").filter(vm1 -> vm1.mtuBytes() == 1400).isPresent());
  }

  @Test
  void shouldShowTheStateOfTheLinkOfAPort() throws Exception {
    Host up = start();
    assertThat(row(up, "vm1").link()).isEqualTo("UP");
    assertThat(row(up, "veth7").link()).isEqualTo("UP");
    net.links().down(net.links().require("peer7").index());
    await(() -> "NO-CARRIER".equals(row(up, "veth7").link()));
    net.links().down(net.links().require("veth7").index());
    await(() -> "DOWN".equals(row(up, "veth7").link()));
    net.links().down(net.links().require("vm1").index());
    await(() -> "DOWN".equals(row(up, "vm1").link()));
    net.links().delete(net.links().require("veth7").index());
    await(() -> row(up, "veth7").state().equals("missing"));
    assertThat(row(up, "veth7").link()).isNull();
  }

  private static PortView row(Host up, String name) {
    return up.view().ports().stream()
        .filter(port -> port.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldTellWhatADeviceIs() {
    start();
    DeviceFacts tap = facts("vm1");
    assertThat(tap.kind()).isEqualTo("tun");
    assertThat(tap.ethernet()).isTrue();
    assertThat(facts("lo").ethernet()).isFalse();
    assertThat(facts("veth7").master()).isEmpty();
  }

  private DeviceFacts facts(String name) {
    return namespace.call(() ->
        devices.devices().stream()
            .filter(device -> device.name().equals(name))
            .findFirst()
            .orElseThrow());
  }
}
