package net.viaduct.host.configfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.HostConfig;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.QueueSettings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues and port groups in a host's file. */
class QueueConfigTest {
  private static final String NETWORKS =
      """
      networks:
        blue: { vni: 100, ports: [ { tap: vm1, port-group: gold }, { device: eth1, vlan: 20 } ] }
        red: { vni: 200, ports: [ { tap: vm2 } ] }
      """;
  private static final String GROUPS =
      """
      port-groups:
        gold:
          from-port: { rate: 100M, burst: 64k }
          to-port: { rate: 200M, queue: { fifo: { packets: 50 } } }
          dscp: pipe
          tunnel-dscp: 46
          limits: { stations: 16 }
      """;

  private static HostConfig read(String link, String groups, String networks) {
    String text = "underlay:\n  address: 10.77.0.1\n" + link.indent(2) + groups + networks;
    return ConfigFile.parse(Path.of("viaduct.yaml"), text, "h1").config();
  }

  private static PortGroup groupOf(HostConfig config, int network) {
    return config.networks().get(network).ports().getFirst().settings().portGroup().orElseThrow();
  }

  @Test
  void shouldHaveNoQueueUnlessItIsTold() {
    HostConfig config = read("", GROUPS, NETWORKS);
    assertThat(config.underlayQueue()).isEmpty();
    assertThat(config.networks().get(1).ports().getFirst().settings().portGroup()).isEmpty();
  }

  @Test
  void shouldReadTheQueueToTheUnderlayInTheWordsOfAShaper() {
    QueueSettings queue =
        read("link: { rate: 950M }", GROUPS, NETWORKS).underlayQueue().orElseThrow();
    assertThat(queue.rateBitsPerSecond()).isEqualTo(950_000_000);
    assertThat(queue.tree().overhead()).isEqualTo(LinkOverhead.ETHERNET);
    assertThat(queue.tree().keys()).isEqualTo(FlowField.INSIDE_TUNNELS);
    QueueConfig.Htb root = (QueueConfig.Htb) queue.tree().root().queue();
    HtbClass link = root.classes().getFirst();
    assertThat(link.rateBitsPerSecond()).isEqualTo(950_000_000);
    assertThat(link.queue()).contains(QueueConfig.FqCodel.DEFAULT);
  }

  @Test
  void shouldKnowNetworksAndPortGroupsByTheirNames() {
    String link =
        "link: { rate: 1G, queue: { share: { by: network, weights: { blue: 3, red: 2 }, queue: {"
            + " share: { by: port-group, weights: { gold: 5 } } } } } }";
    QueueSettings queue = read(link, GROUPS, NETWORKS).underlayQueue().orElseThrow();
    QueueConfig.Htb root = (QueueConfig.Htb) queue.tree().root().queue();
    QueueConfig.Share share = (QueueConfig.Share) root.classes().getFirst().queue().orElseThrow();
    assertThat(share.by()).isEqualTo(FlowField.NETWORK);
    assertThat(share.weights()).isEqualTo(Map.of(100L, 3, 200L, 2));
    QueueConfig.Share groups = (QueueConfig.Share) share.each();
    PortGroup gold = groupOf(read(link, GROUPS, NETWORKS), 0);
    assertThat(groups.weights()).isEqualTo(Map.of(Integer.toUnsignedLong(gold.number()), 5));
  }

  @Test
  @Tag("R28")
  void shouldReadWhatPortsHaveInCommon() {
    PortGroup gold = groupOf(read("", GROUPS, NETWORKS), 0);
    assertThat(gold.name()).isEqualTo("gold");
    assertThat(gold.fromPort().orElseThrow().rateBitsPerSecond()).isEqualTo(100_000_000);
    assertThat(gold.fromPort().orElseThrow().burstBytes()).isEqualTo(64 << 10);
    assertThat(gold.toPort().map(QueueSettings::rateBitsPerSecond))
        .isEqualTo(Optional.of(200_000_000L));
    assertThat(gold.dscp().orElseThrow().dscp()).isEqualTo(DscpMode.PIPE);
    assertThat(gold.dscp().orElseThrow().tunnelDscp()).isEqualTo(46);
    assertThat(gold.mostStations()).isEqualTo(OptionalInt.of(16));
  }

  @Test
  void shouldTellWhatIsWrong() {
    assertWrong("link: { queue: fifo }", GROUPS, NETWORKS, "has no 'rate'");
    assertWrong(
        "link: { rate: 1G, queue: { share: { by: network, weights: { blu: 2 } } } }",
        GROUPS,
        NETWORKS,
        "'blu' is not a network of this file; did you mean 'blue'?");
    assertWrong(
        "link: { rate: 1G, queue: { share: { by: mark } } }",
        GROUPS,
        NETWORKS,
        "'mark' is unknown");
    assertWrong(
        "",
        GROUPS.replace("gold", "silver"),
        NETWORKS,
        "'gold' is not a port group of this file; there are: silver");
    assertWrong("", "", NETWORKS, "there is no section 'port-groups'");
    assertWrong(
        "", GROUPS.replace("    dscp: pipe\n", ""), NETWORKS, "means nothing without 'dscp: pipe'");
    assertWrong(
        "",
        GROUPS.replace("from-port: {", "from-port: { rat: 5M,"),
        NETWORKS,
        "did you mean 'rate'?");
    assertWrong(
        "",
        GROUPS,
        NETWORKS
            .replace("vlan: 20", "vlan: 20, port-group: gold")
            .replace("{ tap: vm2 }", "{ device: eth1 }"),
        "shares eth1 with others");
  }

  private static void assertWrong(String link, String groups, String networks, String sentence) {
    assertThatThrownBy(() -> read(link, groups, networks))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(sentence);
  }
}
