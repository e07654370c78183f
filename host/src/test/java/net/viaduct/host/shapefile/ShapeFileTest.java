package net.viaduct.host.shapefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.shape.ShapeConfig;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import net.viaduct.queueing.tree.LeafNames;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeFileTest {
  private static final ShapeFile.Source SOURCE = ShapeFile.Source.of(Path.of("shape.yaml"));
  private static final String FILE =
      """
      in: eth0
      out: wan0
      counters: { file: /tmp/shape.counters }
      keys: inside-tunnels
      depth: 3
      seed: 7
      upload:
        rate: 20M
        overhead: pppoe-atm
        queue:
          htb:
            voice:
              rate: 1M
              ceil: 20M
              match: [{ priority: [ef, 48-63] }, { proto: udp, proto-dst: 5060-5061 }]
              queue: { fifo: { packets: 50 } }
            rest:
              rate: 19M
              ceil: 20M
              priority: 1
              queue: { share: { by: tunnel-id, weights: { 100: 3 }, queue: fq-codel } }
      download:
        rate: 2.5G
        queue:
          priority:
            urgent: { match: { tunnel-src: 10.0.0.0/8 }, queue: fifo }
            rest: { queue: { sfq: { perturb: 10s, packets: 500 } } }
      """;

  @Test
  void shouldReadAllOfIt() {
    ShapeConfig config = ShapeFile.parse(SOURCE, FILE);
    assertThat(config.in()).isEqualTo("eth0");
    assertThat(config.out()).isEqualTo("wan0");
    assertThat(config.countersFile()).isEqualTo(Path.of("/tmp/shape.counters"));
    TreeConfig upload = config.upload().tree();
    assertThat(upload.keys()).isEqualTo(FlowField.INSIDE_TUNNELS);
    assertThat(upload.depth()).isEqualTo(3);
    assertThat(upload.seed()).isEqualTo(7);
    assertThat(upload.overhead()).isEqualTo(LinkOverhead.PPPOE_ATM);
    assertThat(upload.defaultQueue()).isEqualTo("rest");
    assertThat(upload.rules()).hasSize(2).allMatch(rule -> rule.queue().equals("voice"));
    assertThat(LeafNames.of(upload.root())).containsExactly("voice", "rest");
    HtbClass link = ((QueueConfig.Htb) upload.root().queue()).classes().getFirst();
    assertThat(link.ceilBitsPerSecond()).isEqualTo(20_000_000);
    assertThat(link.classes().get(1).priority()).isEqualTo(1);
    assertThat(link.classes().get(1).queue())
        .contains(
            new QueueConfig.Share(
                FlowField.TUNNEL_ID, Map.of(100L, 3), 64, 1_514, QueueConfig.FqCodel.DEFAULT));
    assertThat(config.download().rateBitsPerSecond()).isEqualTo(2_500_000_000L);
    assertThat(LeafNames.of(config.download().tree().root())).containsExactly("urgent", "rest");
  }

  @Test
  void shouldPutFlagsBeforeTheFile() {
    ShapeFile.Source flags =
        new ShapeFile.Source(
            Optional.empty(),
            Optional.of("lan1"),
            Optional.of("wan1"),
            Optional.of("30M"),
            Optional.empty());
    ShapeConfig config = ShapeFile.parse(flags, FILE);
    assertThat(config.in()).isEqualTo("lan1");
    assertThat(config.upload().rateBitsPerSecond()).isEqualTo(30_000_000);
    assertThat(config.download().rateBitsPerSecond()).isEqualTo(2_500_000_000L);
    ShapeConfig alone = ShapeFile.read(flags);
    assertThat(LeafNames.of(alone.upload().tree().root())).isEqualTo(List.of("all"));
    assertThat(alone.countersFile()).hasToString("/run/viaduct/shape-wan1.counters");
  }

  @Test
  void shouldTakeAListOfKeys() {
    String file = FILE.replace("keys: inside-tunnels", "keys: [src, tunnel-proto-dst]");
    assertThat(ShapeFile.parse(SOURCE, file).upload().tree().keys())
        .isEqualTo(Set.of(FlowField.SRC, FlowField.TUNNEL_PROTO_DST));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate: 20M        | raet: 20M        | shape.yaml:8:  | did you mean 'rate'",
        "rate: 20M        | rate: 20 MB      | shape.yaml:8:  | 500k, 20M",
        "rate: 20M        | rate: 500G       | shape.yaml:8:  | 8k to 400G",
        "rate: 20M        | rate: 3M         | shape.yaml:7:  | below 'link' have rates of"
            + " 20000000",
        "pppoe-atm        | pppoa            | shape.yaml:9:  | pppoe-ptm",
        "by: tunnel-id    | by: tunel-id     | shape.yaml:21: | did you mean 'tunnel-id'",
        "[ef, 48-63]      | [eff]            | shape.yaml:15: | is no number",
        "[ef, 48-63]      | [63-48]          | shape.yaml:15: | no number from 63 to 48",
        "tunnel-src: 10.0.0.0/8 | tunnel-src: 10.0.0.1/8 | shape.yaml:26: | 10.0.0.0/8",
        "proto: udp       | porto: udp       | shape.yaml:15: | did you mean 'proto'",
        "packets: 50      | packets: 0       | shape.yaml:16: | 1 to",
        "depth: 3         | depth: 9         | shape.yaml:5:  | 0 to 8",
        "ceil: 20M        | ceil: 10k        | shape.yaml:12: | the rate to 400G",
        "urgent:          | rest:            | shape.yaml:27: | comes twice",
        "out: wan0        | out: eth0        | shape.yaml:1:  | both sides",
        "out: wan0        | tuo: wan0        | shape.yaml:1:  | has no 'out'",
        "sfq:             | sfk:             | shape.yaml:27: | did you mean 'sfq'",
        "queue: fifo      | queue: fiffo     | shape.yaml:26: | is no queue",
      })
  void shouldNameLineAndWhatWouldBeRight(String right, String wrong, String line, String remedy) {
    assertThat(FILE).contains(right);
    assertThatThrownBy(() -> ShapeFile.parse(SOURCE, FILE.replace(right, wrong)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(line)
        .hasMessageContaining(remedy);
  }

  @Test
  void shouldWantOneClassForAllOtherPackets() {
    assertThatThrownBy(
            () -> ShapeFile.parse(SOURCE, FILE.replace("match: { tunnel-src: 10.0.0.0/8 }, ", "")))
        .hasMessageContaining("has no 'match', and neither has 'urgent'");
    assertThatThrownBy(() ->
            ShapeFile.parse(
                SOURCE, FILE.replace("rest: { queue", "rest: { match: { iif: 1 }, queue")))
        .hasMessageContaining("one must have none");
  }

  @Test
  void shouldRefuseAnotherDeviceWhileItRuns() {
    ShapeConfig before = ShapeFile.parse(SOURCE, FILE);
    ShapeFile.Source flags =
        new ShapeFile.Source(
            Optional.empty(),
            Optional.of("eth0"),
            Optional.of("wan1"),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> ShapeFile.readAgain(flags, before))
        .hasMessageContaining("cannot change from wan0 to wan1");
  }
}
