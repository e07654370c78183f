package net.viaduct.host.configfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.ReservedProtocol;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who gets multicast, how much may be flooded, and loops, as a file says it. */
class MulticastConfigTest {
  private static String file(String keys) {
    return """
    underlay: { address: 10.77.0.1 }
    networks:
      blue:
        vni: 100
        flood: { %s }
    %s
    """
        .formatted(
            keys.contains("REMOTES") ? "remotes: [10.77.0.2]" : "group: 239.1.1.100",
            keys.replace("REMOTES", "").indent(4).stripTrailing());
  }

  private static NetworkSettings read(String keys) {
    return ConfigFile.parse(Path.of("v.yaml"), file(keys), "h1")
        .config()
        .networks()
        .getFirst()
        .settings();
  }

  @Test
  void shouldTakeDefaultsWhenNothingIsSaid() {
    assertThat(read("ports: []").multicast()).isEqualTo(MulticastSettings.DEFAULT);
    assertThat(read("ports: []").storm()).isEqualTo(StormSettings.DEFAULT);
  }

  @Test
  void shouldReadAllOfMulticast() {
    NetworkSettings settings =
        read(
            """
            multicast:
              snooping: true
              fast-leave: true
              unknown: everybody
              groups: 500
              reports: proxy
              querier:
                address: 10.0.0.254
                interval: 60s
                response: 5s
                last-member: 500ms
                robustness: 3
              carry: [lldp, stp]
              underlay-groups: [239.2.0.1, 239.2.0.2]
            """);
    QuerierSettings querier =
        new QuerierSettings(
            true,
            IpAddress.parse("10.0.0.254"),
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofMillis(500),
            3);
    assertThat(settings.multicast())
        .isEqualTo(
            new MulticastSettings(
                new SnoopingSettings(true, true, true, 500, Reports.PROXY, querier),
                List.of(IpAddress.parse("239.2.0.1"), IpAddress.parse("239.2.0.2")),
                Set.of(ReservedProtocol.LLDP, ReservedProtocol.STP)));
  }

  @Test
  void shouldReadLimitsAndLoops() {
    NetworkSettings settings =
        read(
            """
            storm:
              network: { broadcast: { packets: 10k }, multicast: { bits: 2G } }
              port: { unknown-unicast: { packets: 500, bits: 10M } }
            loops: { interval: 1s }
            """);
    assertThat(settings.storm())
        .isEqualTo(
            new StormSettings(
                new StormLimits(
                    new RateLimit(10_000, 0), RateLimit.NONE, new RateLimit(0, 2_000_000_000L)),
                new StormLimits(RateLimit.NONE, new RateLimit(500, 10_000_000), RateLimit.NONE),
                new LoopSettings(true, Duration.ofSeconds(1), Duration.ofSeconds(30))));
    assertThat(read("loops: { find: false }").storm().loops().enabled()).isFalse();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments(
            "multicast: { snoping: true }",
            "v.yaml:6:18: networks.blue.multicast.snoping: unknown key; did you mean 'snooping'?"),
        arguments(
            "multicast: { snooping: yes }",
            "v.yaml:6:28: networks.blue.multicast.snooping: 'yes' is neither true nor false"),
        arguments(
            "multicast: { unknown: nobody }",
            "v.yaml:6:27: networks.blue.multicast.unknown: 'nobody' is unknown; it is routers or"
                + " everybody"),
        arguments(
            "multicast: { carry: [cdp] }",
            "v.yaml:6:26: networks.blue.multicast.carry[0]: 'cdp' is unknown; it is stp or lacp or"
                + " lldp"),
        arguments(
            "multicast: { groups: 0 }",
            "v.yaml:6:26: networks.blue.multicast.groups: 0 is out of range; a limit of groups is 1"
                + " to 65536"),
        arguments(
            "multicast: { underlay-groups: [239.1.1.1] }",
            "v.yaml:6:5: networks.blue.multicast: underlay groups are joined for listeners, which"
                + " only snooping finds"),
        arguments(
            "multicast: { snooping: true, underlay-groups: [10.0.0.1] }",
            "v.yaml:6:52: networks.blue.multicast.underlay-groups[0]: 10.0.0.1 is not a multicast"
                + " group; a group is 224.0.0.0 to 239.255.255.255, or ff..::"),
        arguments(
            "multicast: { snooping: true, underlay-groups: [239.1.1.1, 224.0.0.1] }",
            "v.yaml:6:63: networks.blue.multicast.underlay-groups[1]: 224.0.0.1 is for the"
                + " protocols of a link: switches bring it to everybody, routers to nobody; take"
                + " one of 239.0.0.0 to 239.255.255.255"),
        arguments(
            "multicast: { snooping: true, querier: { interval: 5s } }",
            "v.yaml:6:34: networks.blue.multicast.querier: machines may take 10000 ms to answer,"
                + " but are asked again after 5000 ms"),
        arguments(
            "multicast: { querier: { address: 239.1.1.1 } }",
            "v.yaml:6:18: networks.blue.multicast.querier: 239.1.1.1 is not an IPv4 address of one"
                + " machine"),
        arguments(
            "multicast: { snooping: true, underlay-groups: [239.1.1.1] } REMOTES",
            "v.yaml:6:34: networks.blue.multicast.underlay-groups: these are for a network that"
                + " floods to a group, not to remotes"),
        arguments(
            "storm: { port: { broadcast: { packets: lots } } }",
            "v.yaml:6:44: networks.blue.storm.port.broadcast.packets: 'lots' is not an amount in a"
                + " second, such as 1000, 10k or 100M"),
        arguments(
            "storm: { port: { broadcast: {} } }",
            "v.yaml:6:22: networks.blue.storm.port.broadcast: says not how much in a second;"
                + " { packets: 1000, bits: 10M }"),
        arguments(
            "storm: { ports: {} }",
            "v.yaml:6:14: networks.blue.storm.ports: unknown key; did you mean 'port'?"),
        arguments(
            "loops: { interval: 1ms }",
            "v.yaml:6:5: networks.blue.loops: an interval of 1 ms is not within 100 ms to 60 s"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void shouldSayWhatIsWrong(String keys, String error) {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse(Path.of("v.yaml"), file(keys), "h1"));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.errors().stream().map(ConfigError::toString)).containsExactly(error);
  }
}
