package net.viaduct.host.configfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.FragmentConfig;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.ReservedBits;
import net.viaduct.host.config.SourcePorts;
import net.viaduct.host.config.StaticStation;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.Test;

class ConfigFileTest {
  private static HostConfig read(String text) {
    return ConfigFile.parse(Path.of("/etc/viaduct/viaduct.yaml"), text, "thishost").config();
  }

  private static Endpoint endpoint(String address, int port) {
    return new Endpoint(IpAddress.parse(address), port);
  }

  @Test
  void shouldReadTheFileOfTheDesign() {
    HostConfig config =
        read(
            """
            host: h1                          # default: the host's name
            underlay:
              address: 10.77.0.1              # the source of every tunnel packet
              port: 4789
            networks:
              blue:
                vni: 100
                flood: { group: 239.1.1.100 }
                ports:
                  - tap: vm1
                  - device: veth7
                  - { device: eth1, vlan: 20 }
            """);
    assertThat(config.host()).isEqualTo("h1");
    assertThat(config.underlay().local()).isEqualTo(endpoint("10.77.0.1", 4789));
    assertThat(config.apiSocket()).isEqualTo(Path.of("/run/viaduct/h1.sock"));
    assertThat(config.countersFile()).isEqualTo(Path.of("/run/viaduct/h1.counters"));
    NetworkConfig blue = config.networks().getFirst();
    assertThat(blue.name()).isEqualTo("blue");
    assertThat(blue.vni()).isEqualTo(100);
    assertThat(blue.flood()).isEqualTo(new Flood.Group(IpAddress.parse("239.1.1.100")));
    assertThat(blue.ports())
        .containsExactly(
            new PortConfig.Tap("vm1", OptionalInt.empty(), PortSettings.DEFAULT),
            new PortConfig.Device("veth7", PortSettings.DEFAULT),
            new PortConfig.Device("eth1", PortSettings.DEFAULT.withVlan(20)));
  }

  @Test
  void shouldGiveTheVlansOfATrunkToNetworks() {
    HostConfig config =
        read(
            """
            underlay: { address: 10.77.0.1 }
            networks:
              blue: { vni: 100, ports: [ { tap: vm1 } ] }
              green: { vni: 200 }
            trunks:
              - { device: eth1, vlans: { 20: blue, 30: green }, untagged: green }
              - { tap: vm9, mtu: 1400, vlans: { 20: blue } }
            """);
    assertThat(config.networks().get(0).ports())
        .containsExactly(
            new PortConfig.Tap("vm1", OptionalInt.empty(), PortSettings.DEFAULT),
            new PortConfig.Device("eth1", PortSettings.DEFAULT.withVlan(20)),
            new PortConfig.Tap("vm9", OptionalInt.of(1400), PortSettings.DEFAULT.withVlan(20)));
    assertThat(config.networks().get(1).ports())
        .containsExactly(
            new PortConfig.Device("eth1", PortSettings.DEFAULT),
            new PortConfig.Device("eth1", PortSettings.DEFAULT.withVlan(30)));
  }

  @Test
  void shouldTellWhatIsWrongWithTrunks() {
    assertThatThrownBy(() ->
            read(
                """
                underlay: { address: 10.77.0.1 }
                networks: { blue: { vni: 100, ports: [ { device: eth1, vlan: 20 } ] } }
                trunks:
                  - { device: eth1, vlans: { 20: blue, 30: bleu, 5000: blue, x: blue } }
                  - { vlans: { 20: blue } }
                  - { device: eth2 }
                """))
        .hasMessageContaining(
            "4:44: trunks[0].vlans.30: 'bleu' is not a network of this file; did you mean 'blue'?")
        .hasMessageContaining("4:56: trunks[0].vlans.5000: 5000 is out of range; a VLAN is 1 to")
        .hasMessageContaining("trunks[0].vlans.x: 'x' is not a VLAN; a VLAN is 1 to 4094")
        .hasMessageContaining("trunks[1]: a trunk is on a 'tap' that is created or a 'device'")
        .hasMessageContaining("trunks[2]: has no 'vlans'; a trunk is { device: eth1, vlans:")
        .hasMessageContaining("'eth1.20' is a port of network 'blue' in line 4");
  }

  @Test
  void shouldTakeDefaultsWhenOnlyTheAddressIsGiven() {
    HostConfig config = read("underlay: { address: 10.77.0.1 }\n");
    assertThat(config.host()).isEqualTo("thishost");
    assertThat(config.underlay().local().port()).isEqualTo(4789);
    assertThat(config.underlay().acceptPorts()).isEmpty();
    assertThat(config.underlay().zeroChecksumIpv6()).isEmpty();
    assertThat(config.underlay().fragments()).isEqualTo(FragmentConfig.NONE);
    assertThat(config.underlay().sourcePorts()).isEqualTo(new SourcePorts(49_152, 65_535, 64));
    HostConfig both =
        read(
            """
            underlay:
              address: [10.77.0.1, "fd77::1"]
              port: 8472
              accept-ports: [4789, 4789]
              zero-checksum-ipv6: ["fd77::/64", "fd78::1"]
              fragments: { received: reassemble, sent: true }
            networks:
              blue:
                vni: 5
                flood: { remotes: [10.77.0.2, "fd77::3", "[fd77::4]:4789"] }
              red:
                vni: 6
                flood: { group: "ff05::100" }
            """);
    assertThat(both.underlay().locals())
        .containsExactly(endpoint("10.77.0.1", 8472), endpoint("fd77::1", 8472));
    assertThat(both.underlay().doors()).containsExactly(Door.udp(4789), Door.udp(8472));
    assertThat(both.underlay().fragments())
        .isEqualTo(new FragmentConfig(FragmentConfig.Received.REASSEMBLE, true));
    assertThat(both.underlay().zeroChecksumIpv6())
        .containsExactly(IpPrefix.parse("fd77::/64"), IpPrefix.parse("fd78::1/128"));
    assertThat(both.networks().getFirst().flood())
        .isEqualTo(
            new Flood.Remotes(
                List.of(
                    endpoint("10.77.0.2", 8472),
                    endpoint("fd77::3", 8472),
                    endpoint("fd77::4", 4789))));
    assertThat(config.underlay().reservedBits()).isEqualTo(ReservedBits.LENIENT);
    assertThat(config.latency()).isEqualTo(Latency.BALANCED);
    assertThat(config.workers()).isEqualTo(1);
    assertThat(config.networks()).isEmpty();
    assertThat(config.apiGroup()).isEmpty();
  }

  @Test
  void shouldReadEveryKey() {
    HostConfig config =
        read(
            """
            host: h2
            underlay:
              address: 10.77.0.2
              port: 8472
              device: eth0
              source-ports: { from: 40000, to: 50000, count: 16 }
              udp-checksum: false
              ttl: 9
              multicast-ttl: 3
              reserved-bits: strict
              accept-from: [10.77.0.0/24, 192.0.2.1]
            latency: low
            workers: 4
            limits: { stations: 5000 }
            api: { socket: /tmp/a.sock, group: netdev }
            counters: { file: /tmp/a.counters }
            networks:
              red:
                vni: 7
                flood: { remotes: [10.77.0.3, "10.77.0.4:4790"] }
                ageing: 1h
                tagged: keep
                learning: false
                moves: never
                when-full: refuse
                stations-per-port: 3
                neighbours:
                  suppression: true
                  unknown: drop
                  believed: 30s
                  limit: 100
                  known: [ { address: "fe80::1", mac: 02:00:00:00:00:01, router: true } ]
                limits: { stations: 10 }
                ports:
                  - { tap: vm9, mtu: 9000 }
                stations:
                  - { mac: 02:00:00:00:00:01, remote: 10.77.0.3 }
                  - { mac: 02:00:00:00:00:02, port: vm9 }
            """);
    assertThat(config.underlay().device()).isEqualTo(Optional.of("eth0"));
    assertThat(config.underlay().sourcePorts()).isEqualTo(new SourcePorts(40_000, 50_000, 16));
    assertThat(config.underlay().udpChecksum()).isFalse();
    assertThat(config.underlay().ttl()).isEqualTo(9);
    assertThat(config.underlay().multicastTtl()).isEqualTo(3);
    assertThat(config.underlay().reservedBits()).isEqualTo(ReservedBits.STRICT);
    assertThat(config.underlay().acceptFrom())
        .containsExactly(IpPrefix.parse("10.77.0.0/24"), IpPrefix.parse("192.0.2.1/32"));
    assertThat(config.latency()).isEqualTo(Latency.LOW);
    assertThat(config.workers()).isEqualTo(4);
    assertThat(config.mostStations()).isEqualTo(5000);
    assertThat(config.apiSocket()).isEqualTo(Path.of("/tmp/a.sock"));
    assertThat(config.apiGroup()).contains("netdev");
    assertThat(config.countersFile()).isEqualTo(Path.of("/tmp/a.counters"));
    assertThat(config.networks().getFirst())
        .isEqualTo(
            new NetworkConfig(
                "red",
                7,
                new Flood.Remotes(
                    List.of(endpoint("10.77.0.3", 8472), endpoint("10.77.0.4", 4790))),
                NetworkSettings.DEFAULT
                    .with(
                        new StationPolicy(
                                false, Optional.of(Duration.ofHours(1)), OptionalInt.of(10))
                            .withLimitPerPort(3)
                            .with(StationPolicy.Moves.NEVER)
                            .with(StationPolicy.WhenFull.REFUSE)
                            .announcingNew(true))
                    .with(
                        new NeighbourSettings(
                            true,
                            NeighbourSettings.Unknown.DROP,
                            Duration.ofSeconds(30),
                            100,
                            List.of(
                                new NeighbourSettings.Known(
                                    IpAddress.parse("fe80::1"), 0x0200_0000_0001L, true))))
                    .with(new TagSettings(TagPolicy.KEEP)),
                List.of(
                    new StaticStation.Remote(
                        MacAddress.parse("02:00:00:00:00:01"), endpoint("10.77.0.3", 8472)),
                    new StaticStation.Local(MacAddress.parse("02:00:00:00:00:02"), "vm9")),
                List.of(new PortConfig.Tap("vm9", OptionalInt.of(9000), PortSettings.DEFAULT))));
  }

  @Test
  void shouldLocateAValueWhenItTurnsOutWrongLater() {
    ConfigFile file =
        ConfigFile.parse(
            Path.of("viaduct.yaml"),
            """
            underlay:
              address: 10.77.0.1
            networks:
              blue:
                vni: 100
                ports:
                  - device: veth7
            """,
            "h1");
    assertThat(file.error("networks.blue.ports[0].device", "'veth7' does not exist"))
        .hasToString("viaduct.yaml:7:17: networks.blue.ports[0].device: 'veth7' does not exist");
    assertThat(file.error("underlay.port", "4789 is held"))
        .as("a default has the place of what is around it")
        .hasToString("viaduct.yaml:1:1: underlay.port: 4789 is held");
  }
}
