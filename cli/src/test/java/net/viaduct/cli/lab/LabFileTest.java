package net.viaduct.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabFileTest {
  @TempDir private Path directory;

  private LabPlan read(String name, String text) throws IOException {
    return LabFile.read(Files.writeString(directory.resolve(name), text));
  }

  @Test
  void shouldReadWhatALinkIsLikeBothWays() throws IOException {
    LabPlan plan =
        read(
            "dc1.yaml",
            """
            links:
              dsl:
                delay: 20ms
                jitter: 500us
                loss: 0.5%
                up: { rate: 2.5M, queue: { packets: 256 } }
                down: { rate: 50M, delay: 10ms, overhead: 24, queue: { bytes: 64000 } }
            hosts:
              h1: { address: 10.77.0.1/24, link: dsl }
              h2: { address: 10.77.0.2/24, vtep: kernel }
            networks:
              blue: { vni: 100, group: 239.1.1.100 }
            machines:
              m1: { host: h1, network: blue, address: 192.168.100.1/24 }
              m2: { host: h2, network: blue, address: 192.168.100.2/24 }
            """);
    assertThat(plan.name()).isEqualTo("dc1");
    LinkPlan link = plan.hosts().getFirst().link().orElseThrow();
    assertThat(link.up())
        .isEqualTo(
            new LinkShape(
                2_500_000,
                0,
                20_000_000,
                500_000,
                0.005,
                0,
                0,
                TreeConfig.of(new QueueConfig.Fifo(256, Long.MAX_VALUE))));
    assertThat(link.down())
        .isEqualTo(
            new LinkShape(
                50_000_000,
                24,
                10_000_000,
                500_000,
                0.005,
                0,
                0,
                TreeConfig.of(new QueueConfig.Fifo(30_000, 64_000))));
    assertThat(plan.hosts().get(1).vtep()).isEqualTo(LabPlan.Vtep.KERNEL);
    assertThat(plan.hostsOf(plan.networks().getFirst())).hasSize(2);
    assertThat(plan.switches())
        .singleElement()
        .satisfies(s -> assertThat(s.name()).isEqualTo("core"));
    assertThat(LinkWords.of(link))
        .isEqualTo(
            "link up 2.5 Mbit/s 20 ms +-0.5 ms, 0.5% lost, queue of 256 packets,"
                + " down 50 Mbit/s 10 ms +-0.5 ms, 0.5% lost, queue of 64000 bytes");
  }

  private LinkPlan link(String text) throws IOException {
    LabPlan plan =
        read(
            "dc1.yaml",
            "links: { dsl: { rate: 20M, "
                + text
                + " } }\nhosts: { h1: { address: 10.77.0.1/24, link: dsl } }");
    return plan.hosts().getFirst().link().orElseThrow();
  }

  @Test
  void shouldReadWhatWaitsForALink() throws IOException {
    LinkPlan usual = link("queue: fq-codel");
    assertThat(usual.up().queue()).isEqualTo(TreeConfig.of(QueueConfig.FqCodel.DEFAULT));
    assertThat(LinkWords.of(usual)).endsWith("FQ-CoDel of flows inside tunnels");
    LinkPlan outside = link("keys: outside-only, up: { queue: { fq-codel: { target: 9ms } } }");
    QueueConfig.FqCodel codel = (QueueConfig.FqCodel) outside.up().queue().root().queue();
    assertThat(codel.targetNs()).isEqualTo(9_000_000);
    assertThat(outside.up().queue().keys()).isEqualTo(FlowField.OUTSIDE_ONLY);
    assertThat(outside.down().queue().root().queue()).isEqualTo(QueueConfig.Fifo.DEFAULT);
    LinkPlan sfq =
        link(
            "keys: [src, dst], queue: { sfq: { packets: 256, perturb: 5s, perturbation: rehash }"
                + " }");
    assertThat(sfq.up().queue().keys()).containsExactlyInAnyOrder(FlowField.SRC, FlowField.DST);
    QueueConfig.Sfq queue = (QueueConfig.Sfq) sfq.up().queue().root().queue();
    assertThat(queue.packets()).isEqualTo(256);
    assertThat(queue.perturbation()).isEqualTo(QueueConfig.Perturbation.REHASH);
    assertThat(queue.perturbNs()).isEqualTo(5_000_000_000L);
    assertThatThrownBy(() -> link("queue: codel, keys: [sorce]"))
        .hasMessageContaining(
            "'codel' is no queue; it is fifo, sfq or fq-codel, or a section of fifo,")
        .hasMessageContaining("links.dsl.keys[0]: 'sorce' is unknown");
    assertThatThrownBy(() -> link("queue: { fq-codel: { target: 1s, limit: 3 } }"))
        .hasMessageContaining("links.dsl.queue.fq-codel.limit: unknown key")
        .hasMessageContaining("the interval must not be shorter than the target");
  }

  @Test
  @Tag("R28")
  void shouldReadATreeOfQueuesAsShapeHasIt() throws IOException {
    TreeConfig tree =
        link("keys: [proto-dst], queue: { priority: { voice: { match: { priority: ef } }, rest: {"
                + " queue: { fifo: { packets: 256 } } } } }")
            .up()
            .queue();
    QueueConfig.Priority bands = (QueueConfig.Priority) tree.root().queue();
    assertThat(bands.bands())
        .containsExactly(
            new QueueConfig.Named("voice", QueueConfig.FqCodel.DEFAULT),
            new QueueConfig.Named("rest", new QueueConfig.Fifo(256, Long.MAX_VALUE)));
    assertThat(tree.rules())
        .singleElement()
        .satisfies(r -> assertThat(r.queue()).isEqualTo("voice"));
    assertThat(tree.defaultQueue()).isEqualTo("rest");
    assertThat(tree.keys()).containsExactly(FlowField.PROTO_DST);
    assertThatThrownBy(() -> link("queue: { packets: 3, paket: 4 }"))
        .hasMessageContaining("links.dsl.queue.paket: unknown key");
    assertThatThrownBy(() -> link("queue: { priority: { a: {}, b: {} } }"))
        .hasMessageContaining("links.dsl.queue.priority.b: has no 'match', and neither has 'a'");
  }

  @Test
  void shouldTellEverythingThatIsWrongWithItsLine() {
    assertThatThrownBy(() ->
            read(
                "dc1.yaml",
                """
                links:
                  dsl: { rate: 20, dealy: 20ms }
                  odd: { delay: 1ms, jitter: 2ms, queue: {} }
                hosts:
                  h1: { address: 10.77.0.1, link: dls }
                  h1-with-a-long-name: { address: 10.77.0.2/24 }
                machines:
                  h1: { host: h9, network: blue, address: 192.168.100.1/24 }
                """))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("dc1.yaml:2:16: links.dsl.rate: '20' is no rate")
        .hasMessageContaining("links.dsl.dealy: unknown key; did you mean 'delay'?")
        .hasMessageContaining("links.odd: jitter is not negative")
        .hasMessageContaining("links.odd.queue: says not what waits")
        .hasMessageContaining("hosts.h1.address: '10.77.0.1' has no prefix length")
        .hasMessageContaining("hosts.h1.link: there is no link 'dls'")
        .hasMessageContaining("'h1-with-a-long-name' is no name")
        .hasMessageContaining("machines.h1: 'h1' is the name of something else already")
        .hasMessageContaining("machines.h1.host: there is no host 'h9'")
        .hasMessageContaining("machines.h1.network: there is no network 'blue'");
  }

  @Test
  void shouldReadTheLaboratoriesOfTheDocuments() throws IOException {
    Path documents = Path.of("").toAbsolutePath().resolveSibling("docs/experiments");
    List<Path> files;
    try (Stream<Path> all = Files.list(documents)) {
      files = all.filter(file -> file.getFileName().toString().startsWith("uplink")).toList();
    }
    assertThat(files).hasSizeGreaterThan(5);
    for (Path file : files) {
      assertThat(LabFile.read(file).name()).as("%s", file).isEqualTo("uplink");
    }
  }

  @Test
  void shouldReadAmountsWithTheirUnits() {
    assertThat(Amounts.bitsPerSecond("500k")).isEqualTo(500_000);
    assertThat(Amounts.bitsPerSecond("1.5G")).isEqualTo(1_500_000_000);
    assertThat(Amounts.ns("100us")).isEqualTo(100_000);
    assertThat(Amounts.ns("2m")).isEqualTo(120_000_000_000L);
    assertThat(Amounts.share("2.5%")).isEqualTo(0.025);
    assertThatThrownBy(() -> Amounts.share("101%")).hasMessageContaining("0% to 100%");
    assertThatThrownBy(() -> Amounts.ns("20")).hasMessageContaining("with its unit");
  }
}
