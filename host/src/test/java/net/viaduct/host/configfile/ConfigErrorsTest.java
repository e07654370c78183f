package net.viaduct.host.configfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each thing that can be wrong in a file, and the exact words about it. */
class ConfigErrorsTest {
  private static final String GOOD_UNDERLAY = "underlay: { address: 10.77.0.1 }\n";

  private static List<String> errorsOf(String text) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse(Path.of("v.yaml"), text, "h1"));
    assertThat(refused).as("refused").isNotNull();
    return refused.errors().stream().map(ConfigError::toString).toList();
  }

  static Stream<Arguments> underlayErrors() {
    return Stream.of(
        arguments("", "v.yaml:1:1: the file is empty"),
        arguments("- a\n", "v.yaml:1:1: a configuration has keys: underlay, networks, ..."),
        arguments("host: h1\n", "v.yaml:1:1: has no 'underlay'; it needs at least an address"),
        arguments(
            "underlay: { address: 10.77.0.1 }\nnetworks:\n  b:\n    vni: 1\n    moves: often\n",
            "v.yaml:5:12: networks.b.moves: 'often' is unknown; it is damp or follow or never"),
        arguments(
            "underlay: { address: 10.77.0.1 }\nnetworks:\n  b:\n    vni: 1\n    learning: some\n",
            "v.yaml:5:15: networks.b.learning: 'some' is unknown; stations are learned (true), from"
                + " ports only (ports), or not (false)"),
        arguments(
            "underlay: { address: 10.77.0.1 }\nnetworks:\n  b:\n    vni: 1\n    neighbours:\n"
                + "      known: [ { address: 224.0.0.1, mac: 02:00:00:00:00:01 } ]\n",
            "v.yaml:6:27: networks.b.neighbours.known[0].address: 224.0.0.1 is no address of a"
                + " station"),
        arguments(
            "underlay: { address: 10.77.0.1 }\nnetworks:\n  b:\n    vni: 1\n    neighbours:\n"
                + "      supression: true\n",
            "v.yaml:6:7: networks.b.neighbours.supression: unknown key; did you mean"
                + " 'suppression'?"),
        arguments(
            "underlay:\n  adress: 10.77.0.1\n  address: 10.77.0.1\n",
            "v.yaml:2:3: underlay.adress: unknown key; did you mean 'address'?"),
        arguments(
            GOOD_UNDERLAY + "networks: { b: { vni: 1 }, b: { vni: 2 } }\n",
            "v.yaml:2:28: networks.b: comes twice; first in line 2"),
        arguments(
            GOOD_UNDERLAY + "colour: blue\n",
            "v.yaml:2:1: colour: unknown key; known here: host, underlay, latency, workers,"
                + " limits, port-groups, trunks, networks, api, counters, controller"),
        arguments(
            GOOD_UNDERLAY + "workers: 0\n",
            "v.yaml:2:10: workers: 0 is out of range; a number of workers is 1 to 64"),
        arguments(
            "underlay: { address: 10.77.0.1, way: tap }\nworkers: 2\n",
            "v.yaml:2:10: workers: the tap of 'underlay.way: tap' is for one worker; choose"
                + " sockets, or 1"),
        arguments(
            "underlay:\n  port: 1\n",
            "v.yaml:1:1: underlay: has no 'address'; it is an address of this host, from which"
                + " tunnel packets are sent"),
        arguments(
            "underlay:\n  address: 10.77.0.256\n",
            "v.yaml:2:12: underlay.address: '10.77.0.256' is not an IPv4 or IPv6 address"),
        arguments(
            "underlay:\n  address: 239.1.1.1\n",
            "v.yaml:2:12: underlay.address: 239.1.1.1 is a multicast group; this is the address of"
                + " one host"),
        arguments(
            "underlay:\n  address: 0.0.0.0\n",
            "v.yaml:2:12: underlay.address: 0.0.0.0 is no host's address"),
        arguments("underlay:\n  address:\n", "v.yaml:2:11: underlay.address: has no value"),
        arguments(
            "underlay:\n  address: [10.77.0.1, 10.77.0.2]\n",
            "v.yaml:2:12: underlay.address: [10.77.0.1, 10.77.0.2] is not one address, or one of"
                + " IPv4 and one of IPv6; a host is known by one of each"),
        arguments(
            "underlay:\n  address: [10.77.0.1, fe80::1]\n",
            "v.yaml:2:24: underlay.address[1]: fe80::1 is of one link only; tunnels need an"
                + " address that routers know"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  accept-ports: [8472, 0]\n",
            "v.yaml:3:24: underlay.accept-ports[1]: 0 is out of range; a UDP port is 1 to 65535"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  zero-checksum-ipv6: [fd77::1/64]\n",
            "v.yaml:3:24: underlay.zero-checksum-ipv6[0]: fd77::1/64 has bits behind its length;"
                + " meant is perhaps fd77::/64"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  fragments: { received: keep }\n",
            "v.yaml:3:26: underlay.fragments.received: 'keep' is unknown; it is drop or"
                + " reassemble"),
        arguments(
            "underlay: 10.77.0.1\n",
            "v.yaml:1:11: underlay: is a single value, and should have keys of its own"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  port: 65536\n",
            "v.yaml:3:9: underlay.port: 65536 is out of range; a UDP port is 1 to 65535"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  port: vxlan\n",
            "v.yaml:3:9: underlay.port: 'vxlan' is not a whole number; a UDP port is 1 to 65535"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  address: 10.77.0.2\n",
            "v.yaml:3:3: underlay.address: comes twice; first in line 2"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  udp-checksum: maybe\n",
            "v.yaml:3:17: underlay.udp-checksum: 'maybe' is neither true nor false"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  reserved-bits: loose\n",
            "v.yaml:3:18: underlay.reserved-bits: 'loose' is unknown; it is lenient or strict"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  source-ports: { from: 1024 }\n",
            "v.yaml:3:25: underlay.source-ports.from: 1024 is out of range; a source port is 32768"
                + " to 65535"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  source-ports: { from: 50000, to: 49999 }\n",
            "v.yaml:3:3: underlay.source-ports: source ports from 50000 to 49999 are none"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  accept-from: [10.77.0.1/24]\n",
            "v.yaml:3:17: underlay.accept-from[0]: 10.77.0.1/24 has bits behind its length; meant"
                + " is perhaps 10.77.0.0/24"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  accept-from: [10.77.0.0/33]\n",
            "v.yaml:3:17: underlay.accept-from[0]: /33 is out of range; the length of this prefix"
                + " is 0 to 32"),
        arguments(
            "underlay:\n  address: 10.77.0.1\n  device: a-name-too-long-for-linux\n",
            "v.yaml:3:11: underlay.device: 'a-name-too-long-for-linux' has 25 bytes; the name of a"
                + " device has 1 to 15"),
        arguments(
            "underlay:\n\taddress: 10.77.0.1\n",
            "v.yaml:2:1: is not YAML: found character '\\t(TAB)' that cannot start any token. (Do"
                + " not use \\t(TAB) for indentation)"),
        arguments(
            "host: two words\n" + GOOD_UNDERLAY,
            "v.yaml:1:7: host: 'two words' is not a name; a name is 1 to 63 letters, digits, '.',"
                + " '_' and '-', the first a letter or digit"),
        arguments(
            GOOD_UNDERLAY + "api: { socket: run.sock }\n",
            "v.yaml:2:16: api.socket: 'run.sock' is not an absolute path"),
        arguments(
            GOOD_UNDERLAY + "limits: { stations: 0 }\n",
            "v.yaml:2:21: limits.stations: 0 is out of range; a limit of stations is 1 to"
                + " 16777216"));
  }

  @ParameterizedTest
  @MethodSource("underlayErrors")
  void shouldTellLineAndValueWhenTheHostIsWrong(String text, String error) {
    assertThat(errorsOf(text)).containsExactly(error);
  }

  static Stream<Arguments> networkErrors() {
    return Stream.of(
        arguments(
            "flood: { group: 239.1.1.1 }",
            "v.yaml:3:3: networks.blue: has no 'vni'; a VNI is 1 to 16777215"),
        arguments(
            "vni: 16777216",
            "v.yaml:4:10: networks.blue.vni: 16777216 is out of range; a VNI is 1 to 16777215"),
        arguments(
            "vni: 0", "v.yaml:4:10: networks.blue.vni: 0 is out of range; a VNI is 1 to 16777215"),
        arguments(
            "{ vni: 1, flood: { group: 10.77.0.2 } }",
            "v.yaml:4:31: networks.blue.flood.group: 10.77.0.2 is not a multicast group; a group is"
                + " 224.0.0.0 to 239.255.255.255, or ff..::"),
        arguments(
            "{ vni: 1, flood: { group: 224.0.0.1 } }",
            "v.yaml:4:31: networks.blue.flood.group: 224.0.0.1 is for the protocols of a link:"
                + " switches bring it to everybody, routers to nobody; take one of 239.0.0.0 to"
                + " 239.255.255.255"),
        arguments(
            "{ vni: 1, flood: { group: ff02::1 } }",
            "v.yaml:4:31: networks.blue.flood.group: ff02::1 is for the protocols of a link:"
                + " switches bring it to everybody, routers to nobody; take one like ff05::100"),
        arguments(
            "{ vni: 1, flood: { group: ff05::1 } }",
            "v.yaml:4:31: networks.blue.flood.group: ff05::1 is an IPv6 group, and the"
                + " underlay's address is IPv4"),
        arguments(
            "{ vni: 1, flood: { remotes: [239.1.1.1] } }",
            "v.yaml:4:34: networks.blue.flood.remotes[0]: 239.1.1.1 is a multicast group; a remote"
                + " is one host, a group goes to 'flood: { group: ... }'"),
        arguments(
            "{ vni: 1, flood: { remotes: [10.77.0.2, 10.77.0.1] } }",
            "v.yaml:4:45: networks.blue.flood.remotes[1]: 10.77.0.1 is this host's own address;"
                + " remotes are the others"),
        arguments(
            "{ vni: 1, flood: { remotes: [10.77.0.2, 10.77.0.2] } }",
            "v.yaml:4:45: networks.blue.flood.remotes[1]: 10.77.0.2 comes twice; first in line 4"),
        arguments(
            "{ vni: 1, flood: { remotes: [\"10.77.0.2:99999\"] } }",
            "v.yaml:4:34: networks.blue.flood.remotes[0]: 99999 is out of range; a UDP port is 1 to"
                + " 65535"),
        arguments(
            "{ vni: 1, flood: { remotes: [10.77.0.2] }, stations: [ { mac: 02:00:00:00:00:01,"
                + " remote: '10.77.0.2:8472' } ] }",
            "v.yaml:4:94: networks.blue.stations[0].remote: 10.77.0.2 has UDP port 4789 elsewhere"
                + " in this file, and cannot have 8472 too"),
        arguments(
            "{ vni: 1, flood: { group: 239.1.1.1, remotes: [10.77.0.2] } }",
            "v.yaml:4:42: networks.blue.flood.remotes: a network floods to a group or to remotes,"
                + " not to both"),
        arguments(
            "{ vni: 1, flood: {} }",
            "v.yaml:4:15: networks.blue.flood: says not where to; { group: 239.1.1.100 } or"
                + " { remotes: [10.77.0.2, 10.77.0.3] }"),
        arguments(
            "{ vni: 1, ageing: 300 }",
            "v.yaml:4:23: networks.blue.ageing: '300' is not a time with its unit, such as 300s, 5m"
                + " or 1h"),
        arguments(
            "{ vni: 1, ageing: 10ms }",
            "v.yaml:4:23: networks.blue.ageing: 0.01s is out of range; an ageing time is 1s to"
                + " 1000000s"),
        arguments(
            "{ vni: 1, tagged: map }",
            "v.yaml:4:23: networks.blue.tagged: 'map' is unknown; it is drop or strip or keep"),
        arguments(
            "{ vni: 1, ports: [ vm1 ] }",
            "v.yaml:4:24: networks.blue.ports[0]: is a single value, and should have keys of its"
                + " own"),
        arguments(
            "{ vni: 1, ports: { tap: vm1 } }",
            "v.yaml:4:22: networks.blue.ports: is a section with keys, and should be a list"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1, device: eth1 } ] }",
            "v.yaml:4:24: networks.blue.ports[0]: a port is a 'tap' that is created or a 'device'"
                + " that exists: name one"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm/1 } ] }",
            "v.yaml:4:31: networks.blue.ports[0].tap: 'vm/1' is no name of a device: no blanks, no"
                + " '/', no ':'"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1, mtu: 70000 } ] }",
            "v.yaml:4:41: networks.blue.ports[0].mtu: 70000 is out of range; an MTU is 68 to"
                + " 65521"),
        arguments(
            "{ vni: 1, ports: [ { device: eth1, vlan: 4095 } ] }",
            "v.yaml:4:46: networks.blue.ports[0].vlan: 4095 is out of range; a VLAN is 1 to 4094"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1 }, { device: vm1 } ] }",
            "v.yaml:4:48: networks.blue.ports[1].device: 'vm1' is a port of network 'blue' in line"
                + " 4; a device belongs to one network, but its VLANs may belong to others: {"
                + " device: vm1, vlan: 20 }"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1, vlan: 20 }, { device: vm1, vlan: 30 } ] }",
            "v.yaml:4:58: networks.blue.ports[1].device: 'vm1' is a tap that is created elsewhere"
                + " in this file, and cannot be both"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1, vlan: 20, mtu: 1400 }, { tap: vm1, mtu: 1500 } ] }",
            "v.yaml:4:76: networks.blue.ports[1].mtu: tap 'vm1' has an MTU of 1400 elsewhere in"
                + " this file; its VLANs share it"),
        arguments(
            "{ vni: 1, ports: [ { device: eth1, vlan: 20 }, { device: eth1, vlan: 20 } ] }",
            "v.yaml:4:62: networks.blue.ports[1].device: 'eth1.20' is a port of network 'blue' in"
                + " line 4; a VLAN of a device belongs to one network"),
        arguments(
            "{ vni: 1, stations: [ { mac: 01:00:5e:00:00:01, remote: 10.77.0.2 } ] }",
            "v.yaml:4:34: networks.blue.stations[0].mac: 01:00:5e:00:00:01 is no station's address:"
                + " it is that of a group"),
        arguments(
            "{ vni: 1, stations: [ { mac: 02:00:00:00:00:01 } ] }",
            "v.yaml:4:27: networks.blue.stations[0]: a station is behind a 'remote' or behind a"
                + " 'port' of this host: name one"),
        arguments(
            "{ vni: 1, ports: [ { tap: vm1 } ], stations: [ { mac: 02:00:00:00:00:01, port: vm2 }"
                + " ] }",
            "v.yaml:4:84: networks.blue.stations[0].port: 'vm2' is not a port of this network; did"
                + " you mean 'vm1'?"));
  }

  @ParameterizedTest
  @MethodSource("networkErrors")
  void shouldTellLineAndValueWhenANetworkIsWrong(String network, String error) {
    String text = GOOD_UNDERLAY + "networks:\n  blue:\n    " + network + "\n";
    assertThat(errorsOf(text)).containsExactly(error);
  }

  @Test
  void shouldTellWhereItWasUsedFirstWhenTwoNetworksShareWhatTheyMayNot() {
    assertThat(
            errorsOf(
                GOOD_UNDERLAY
                    + """
                    networks:
                      blue:
                        vni: 100
                        ports: [{ device: eth1 }]
                      red:
                        vni: 100
                        ports: [{ device: eth1 }]
                    """))
        .containsExactly(
            "v.yaml:7:10: networks.red.vni: 100 is the VNI of network 'blue' in line 4; each"
                + " network has its own",
            "v.yaml:8:23: networks.red.ports[0].device: 'eth1' is a port of network 'blue' in line"
                + " 5; a device belongs to one network, but its VLANs may belong to others: {"
                + " device: eth1, vlan: 20 }");
  }

  @Test
  void shouldTellAllThatIsWrongInOneGo() {
    assertThat(
            errorsOf(
                """
                underlay:
                  address: 10.77.0
                  prt: 4789
                networks:
                  blue:
                    vni: -1
                    ports:
                      - tap: vm1
                        mtuu: 1400
                """))
        .containsExactly(
            "v.yaml:2:12: underlay.address: '10.77.0' is not an IPv4 or IPv6 address",
            "v.yaml:3:3: underlay.prt: unknown key; did you mean 'port'?",
            "v.yaml:6:10: networks.blue.vni: -1 is out of range; a VNI is 1 to 16777215",
            "v.yaml:9:9: networks.blue.ports[0].mtuu: unknown key; did you mean 'mtu'?");
  }

  @Test
  void shouldSayThatThereIsNoSuchFileWhenThereIsNone(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("no.yaml");
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, "h1"));
    assertThat(refused).hasMessage(file + ":1:1: there is no such file; name another one with -c");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 'a'});
    refused = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, "h1"));
    assertThat(refused).hasMessage(file + ":1:1: is not UTF-8");
  }
}
