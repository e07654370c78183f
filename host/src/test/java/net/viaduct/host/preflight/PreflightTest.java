package net.viaduct.host.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.configfile.ConfigError;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.devices.MemoryDevices;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private final MemoryDevices devices = new MemoryDevices(new MemoryNetwork(), "10.77.0.1");

  private static ConfigFile file(String text) {
    return ConfigFile.parse(Path.of("v.yaml"), text, "h1");
  }

  private static ConfigFile withPorts(String ports) {
    return file(
        """
        underlay: { address: 10.77.0.1 }
        networks:
          blue:
            vni: 100
            ports: %s
        """
            .formatted(ports));
  }

  private List<String> errorsOf(ConfigFile file) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> Preflight.check(file, Optional.empty(), devices));
    assertThat(refused).as("refused").isNotNull();
    return refused.errors().stream().map(ConfigError::toString).toList();
  }

  @Test
  void shouldFindTheDeviceOfTheUnderlayAndTheMtuOfPorts() {
    Clearance clearance = Preflight.check(withPorts("[{ tap: vm1 }]"), Optional.empty(), devices);
    assertThat(clearance.underlay().name()).isEqualTo("eth0");
    assertThat(clearance.largestMtuBytes()).isEqualTo(1450);
    assertThat(clearance.warnings()).isEmpty();
  }

  @Test
  @Tag("R17")
  @Tag("P17")
  void shouldReckonWithTheLargerOverheadOfIpv6() {
    devices.addAddress("eth0", "fd77::1");
    for (String address : List.of("fd77::1", "[10.77.0.1, \"fd77::1\"]")) {
      ConfigFile file = file("underlay: { address: " + address + " }\n");
      Clearance clearance = Preflight.check(file, Optional.empty(), devices);
      assertThat(clearance.largestMtuBytes()).isEqualTo(1430);
    }
    assertThat(errorsOf(file("underlay:\n  address: fd77::9\n")))
        .containsExactly(
            "v.yaml:2:12: underlay.address: fd77::9 is not an address of this host; it has"
                + " fd77::1 (eth0)");
  }

  @Test
  @Tag("P18")
  void shouldTakeTheUplinkThatIsNamedWhenTheAddressIsTheHostsOwn() {
    devices.addAddress("lo", "10.255.0.1");
    Clearance clearance =
        Preflight.check(
            file("underlay: { address: 10.255.0.1, device: eth0 }\n"), Optional.empty(), devices);
    assertThat(clearance.largestMtuBytes()).isEqualTo(1450);
    assertThat(clearance.warnings()).isEmpty();
    assertThat(
            Preflight.check(file("underlay: { address: 10.255.0.1 }\n"), Optional.empty(), devices)
                .warnings())
        .hasSize(1)
        .allSatisfy(warning -> assertThat(warning).contains("name the device of the uplink"));
  }

  @Test
  @Tag("P18")
  void shouldNameTheSysctlWhenSeveralUplinksFilterStrictly() {
    ConfigFile file = file("underlay: { address: 10.255.0.1, device: eth0 }\n");
    devices.addAddress("lo", "10.255.0.1");
    devices.filterStrictly("eth1");
    devices.addDevice("eth1");
    assertThat(Preflight.check(file, Optional.empty(), devices).warnings())
        .as("eth1 is no uplink without an address")
        .isEmpty();
    devices.addAddress("eth1", "10.78.0.1");
    assertThat(Preflight.check(file, Optional.empty(), devices).warnings())
        .containsExactly(
            "rp_filter of eth1 is 1: what comes for 10.255.0.1 by another uplink than the way back,"
                + " the kernel drops in silence; sysctl -w net.ipv4.conf.all.rp_filter=2");
  }

  @Test
  void shouldTellTheOwnAddressesWhenTheAddressIsNotOnThisHost() {
    assertThat(errorsOf(file("underlay:\n  address: 10.77.0.9\n")))
        .containsExactly(
            "v.yaml:2:12: underlay.address: 10.77.0.9 is not an address of this host; it has"
                + " 127.0.0.1 (lo), 10.77.0.1 (eth0)");
  }

  @Test
  void shouldTellWhoHasTheAddressWhenTheDeviceHasNot() {
    devices.addDevice("eth1");
    assertThat(errorsOf(file("underlay: { address: 10.77.0.1, device: eth1 }\n")))
        .containsExactly(
            "v.yaml:1:41: underlay.device: 'eth1' does not have the address 10.77.0.1; 'eth0'"
                + " has");
    assertThat(errorsOf(file("underlay: { address: 10.77.0.1, device: eht0 }\n")))
        .containsExactly(
            "v.yaml:1:41: underlay.device: there is no device 'eht0' here; did you mean 'eth0'?");
  }

  @Test
  void shouldTellHowToFindOutWhenThePortIsHeld() {
    devices.hold(new Endpoint(IpAddress.parse("10.77.0.1"), 4790));
    assertThat(errorsOf(file("underlay:\n  address: 10.77.0.1\n  port: 4790\n")))
        .containsExactly(
            "v.yaml:3:9: underlay.port: 4790 is held by another program or a VXLAN device of the"
                + " kernel on 10.77.0.1; see 'ss -ulnp sport = :4790' and 'ip -d link show type"
                + " vxlan'");
  }

  @Test
  void shouldTellOfEveryPortThatCannotBe() {
    devices.addDevice("veth7");
    devices.addDevice("vm1");
    devices.addDevice("eth2", 1500, true, Optional.of("br0"));
    assertThat(
            errorsOf(
                withPorts(
                    """

                          - device: veth8
                          - tap: vm1
                          - device: eth0
                          - device: lo
                          - device: eth2
                    """)))
        .containsExactly(
            "v.yaml:6:17: networks.blue.ports[0].device: there is no device 'veth8' here; did you"
                + " mean 'veth7'?",
            "v.yaml:7:14: networks.blue.ports[1].tap: 'vm1' exists already, and a tap is created;"
                + " to attach a device that exists, write { device: vm1 }",
            "v.yaml:8:17: networks.blue.ports[2].device: 'eth0' carries the underlay, so it cannot"
                + " be a port too",
            "v.yaml:9:17: networks.blue.ports[3].device: 'lo' does not carry Ethernet frames",
            "v.yaml:10:17: networks.blue.ports[4].device: 'eth2' is a port of 'br0' already; take"
                + " it out (ip link set eth2 nomaster), or attach another device");
  }

  @Test
  void shouldWarnWithTheRightNumberWhenAnMtuIsTooLarge() {
    devices.addDevice("veth7");
    devices.addDevice("veth8", 1400, false, Optional.empty());
    Clearance clearance =
        Preflight.check(
            withPorts("[{ device: veth7 }, { device: veth8 }, { tap: vm1, mtu: 9000 }]"),
            Optional.empty(),
            devices);
    assertThat(clearance.warnings())
        .containsExactly(
            "port veth7 has an MTU of 1500, of which the underlay carries only 1450; larger frames"
                + " for remotes are dropped. Give the machine behind it an MTU of 1450, or raise"
                + " that of the underlay by 50",
            "port veth8 is down: ip link set veth8 up",
            "port vm1 has an MTU of 9000, of which the underlay carries only 1450; larger frames"
                + " for remotes are dropped. Give the machine behind it an MTU of 1450, or raise"
                + " that of the underlay by 7550");
  }

  @Test
  void shouldKnowItsOwnTapsAndPortWhenTheHostIsUp() {
    ConfigFile running = withPorts("[{ tap: vm1 }]");
    devices.addDevice("vm1");
    devices.hold(new Endpoint(IpAddress.parse("10.77.0.1"), 4789));
    assertThat(Preflight.check(running, Optional.of(running.config()), devices).warnings())
        .isEmpty();
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                Preflight.check(
                    withPorts("[{ device: vm1 }]"), Optional.of(running.config()), devices));
    assertThat(refused).hasMessageContaining("'vm1' is a tap of this host");
  }
}
