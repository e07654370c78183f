package net.viaduct.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.viaduct.experiment.plan.Action;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.PhasePlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExperimentFileTest {
  private static final IpAddress TO = IpAddress.parse("192.168.100.2");
  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  private ExperimentPlan read(String text) throws IOException {
    return ExperimentFile.read(Files.writeString(directory.resolve("keys.yaml"), text));
  }

  @Test
  void shouldReadEverythingThatAnExperimentHas() throws IOException {
    Path other = Files.writeString(directory.resolve("other.yaml"), "");
    ExperimentPlan plan =
        read(
            """
            duration: 30s
            repetitions: 2
            from: uplink-m1
            to: 192.168.100.2
            responder: uplink-m2
            streams:
              ping: {}
              voice:
                { kind: udp, interval: 20ms, size: 160, dscp: 46, tos: 2, timeout: 1s, count: 9, port: 7, from: x }
            loads:
              up: { flows: 4, congestion: bbr, start: 5s, stop: 25s }
              noise: { kind: udp, rate: 5M, to: 10.0.0.9 }
              more: {}
            phases:
              - { at: 20s, install: other.yaml, over: /run/h1.yaml, socket: /run/h1.sock }
              - { at: 15s, name: keys on, command: echo on }
            variants:
              A: {}
              B: { congestion: bbr, before: [ { command: echo b } ], from: uplink-m3, against: A }
            """);
    assertThat(plan.name()).isEqualTo("keys");
    assertThat(plan.place()).isEqualTo("uplink-m1");
    assertThat(plan.durationNs()).isEqualTo(30_000 * MS);
    assertThat(plan.responder()).isEqualTo(Optional.of(new ResponderPlan("uplink-m2", 7411)));
    assertThat(plan.streams())
        .containsExactly(
            new StreamPlan("ping", ProbeKind.ICMP, TO, 7411, "", 56, 0, 100 * MS, 0, 2_000 * MS),
            new StreamPlan("voice", ProbeKind.UDP, TO, 7, "x", 160, 0xba, 20 * MS, 9, 1_000 * MS));
    assertThat(plan.loads())
        .containsExactly(
            new LoadPlan(
                "up",
                LoadPlan.Kind.TCP,
                TO,
                7411,
                "",
                "bbr",
                0,
                1_200,
                4,
                0,
                5_000 * MS,
                25_000 * MS),
            new LoadPlan(
                "noise",
                LoadPlan.Kind.UDP,
                IpAddress.parse("10.0.0.9"),
                7411,
                "",
                "",
                5_000_000,
                1_200,
                1,
                0,
                0,
                Long.MAX_VALUE),
            new LoadPlan(
                "more", LoadPlan.Kind.TCP, TO, 7411, "", "", 0, 1_200, 1, 0, 0, Long.MAX_VALUE));
    assertThat(plan.phases())
        .containsExactly(
            new PhasePlan("keys on", 15_000 * MS, new Action.Command("echo on")),
            new PhasePlan(
                "at 20 s",
                20_000 * MS,
                new Action.Install(other, Path.of("/run/h1.yaml"), Path.of("/run/h1.sock"))));
    assertThat(plan.variants())
        .containsExactly(
            VariantPlan.of("A", List.of()),
            new VariantPlan("B", List.of(new Action.Command("echo b")), "bbr", "uplink-m3", "A"));
    assertThat(plan.runs()).hasSize(4);
    assertThat(plan.runs())
        .extracting(plan::placeOf)
        .containsExactly("uplink-m1", "uplink-m3", "uplink-m1", "uplink-m3");
    assertThat(plan.source()).startsWith("duration: 30s\n");
  }

  @Test
  void shouldTellEverythingThatIsWrongWithItsLine() {
    assertThatThrownBy(() ->
            read(
                """
                duration: 30
                streams:
                  ping: { interval: 10us, to: 10.0.0.1 }
                  voice: { kind: upd, size: 1 }
                loads:
                  noise: { kind: udp, to: 10.0.0.1 }
                  late: { start: 5s, stop: 2s, to: 10.0.0.1 }
                phases:
                  - { at: 3s }
                  - { at: 3s, install: missing.yaml, over: a, socket: b }
                """))
        .hasMessageContaining("keys.yaml:1:11: duration: '30' is not a time with its unit")
        .hasMessageContaining("streams.ping: an interval is at least 100us")
        .hasMessageContaining("streams.voice.kind: 'upd' is unknown; it is icmp or udp")
        .hasMessageContaining("streams.voice: has no 'to', and there is none for all")
        .hasMessageContaining("loads.noise: a load by UDP has a rate")
        .hasMessageContaining("loads.late: a load stops after it has started")
        .hasMessageContaining("phases[0]: says not what is done")
        .hasMessageContaining("phases[1].install: there is no file");
    assertThatThrownBy(
            () -> read("to: 10.0.0.1\nstreams: { p: {} }\nvariants: { A: { against: B } }\n"))
        .hasMessageContaining("'A' is compared with 'B', which is no variant");
    assertThatThrownBy(() ->
            read(
                """
                to: 10.0.0.1
                duration: 10s
                loads: { up: { congestion: cubic } }
                variants: { A: {}, B: { congestion: bbr } }
                """))
        .hasMessageContaining("the congestion control of 'B' is nobody's");
    assertThatThrownBy(() ->
            read("to: 10.0.0.1\nstreams: { p: {} }\nphases: [{ at: 30500ms, command: ls }]\n"))
        .hasMessageContaining("the phase 'at 30.5 s' would come after a run is over");
    assertThatThrownBy(() -> read("to: 10.0.0.1\nloads: { up: { start: 10s } }\n"))
        .hasMessageContaining("the load 'up' would start after a run is over");
    assertThatThrownBy(() -> read("name: x\n")).hasMessageContaining("neither streams nor loads");
  }

  @Test
  void shouldNotWriteOverTheSamplesOfAnEarlierRun() throws IOException {
    String name = directory.resolve("keys").toString();
    assertThat(RunOutput.unused(name)).hasToString(name + ".csv");
    Files.writeString(directory.resolve("keys.csv"), "");
    assertThat(RunOutput.unused(name)).hasToString(name + "-2.csv");
    Files.writeString(directory.resolve("keys-2.csv"), "");
    assertThat(RunOutput.unused(name)).hasToString(name + "-3.csv");
  }

  @Test
  void shouldTakeOptionsInPlaceOfAFile() {
    CommandLine line = new CommandLine(new Options());
    line.parseArgs(
        "--icmp",
        "10.0.0.2",
        "--icmp",
        "fd00::2",
        "--udp",
        "[fd00::2]:99",
        "--tcp-load",
        "10.0.0.2:5201",
        "--udp-load",
        "10.0.0.2@5M",
        "--flows",
        "3",
        "--duration",
        "2s",
        "--tos",
        "184");
    Options options = line.getCommand();
    ExperimentPlan plan = options.flags.plan(List.of("experiment", "run"));
    assertThat(plan.streams())
        .extracting(StreamPlan::name)
        .containsExactly("icmp 10.0.0.2", "icmp fd00::2", "udp");
    assertThat(plan.streams().getLast().port()).isEqualTo(99);
    assertThat(plan.streams()).allMatch(stream -> stream.trafficClass() == 184);
    assertThat(plan.loads())
        .extracting(LoadPlan::name, LoadPlan::port, LoadPlan::rateBitsPerSecond, LoadPlan::flows)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("load", 5201, 0L, 3),
            org.assertj.core.groups.Tuple.tuple("load2", 7411, 5_000_000L, 3));
    assertThat(plan.source()).isEqualTo("viaduct experiment run");
  }

  @CommandLine.Command
  private static final class Options {
    @CommandLine.Mixin private PlanFlags flags;
  }
}
