package net.viaduct.experiment.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.experiment.Plans;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.experiment.report.Report.Place;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.ResultWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final long SECOND = 1_000_000_000;

  private static final StreamPlan PING =
      new StreamPlan("ping", ProbeKind.ICMP, Plans.LOOPBACK, 7411, "", 64, 0, SECOND, 0, SECOND);

  @TempDir private Path directory;

  private static LoadPlan load(String name, int flows) {
    return new LoadPlan(
        name,
        LoadPlan.Kind.TCP,
        Plans.LOOPBACK,
        7411,
        "",
        "",
        0,
        1_000,
        flows,
        0,
        0,
        Long.MAX_VALUE);
  }

  private static LoadSample sample(String flow, long atNs, double megabytes, long retransmits) {
    long bytes = Math.round(megabytes * 1e6);
    return new LoadSample(flow, "tcp", atNs, 20, 50, 1, retransmits, 1e6, bytes, bytes);
  }

  private ResultFile results(int repetitions) throws IOException {
    List<VariantPlan> variants =
        List.of(
            VariantPlan.of("A", List.of()),
            VariantPlan.of("B", List.of()),
            new VariantPlan("C", List.of(), "", "", "B"));
    ExperimentPlan plan =
        new ExperimentPlan(
            "loads",
            10 * SECOND,
            "",
            Optional.empty(),
            List.of(),
            List.of(load("up", 3), load("other-2", 1)),
            List.of(),
            variants,
            repetitions,
            "");
    Path file = directory.resolve("x.csv");
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      for (ExperimentPlan.Run run : plan.runs()) {
        writer.run(run, "now");
        for (int flow = 1; flow <= 3; flow++) {
          writer.load(sample("up-" + flow, 0, 0, 0));
          writer.load(sample("up-" + flow, 10 * SECOND, flow, flow));
        }
        writer.load(sample("other-2", 0, 0, 0));
        writer.load(sample("other-2", 10 * SECOND, 5, 0));
      }
      writer.ended("complete");
    }
    return ResultFile.read(file);
  }

  @Test
  void shouldTellHowTheFlowsOfALoadShare() throws IOException {
    LoadSummary up = new Report(results(3)).loads().get(new Place("A", "", "up"));
    assertThat(up.flows()).isEqualTo(3);
    assertThat(up.megabitsPerSecond()).isCloseTo(4.8, within(1e-9));
    assertThat(up.least()).isCloseTo(0.8, within(1e-9));
    assertThat(up.most()).isCloseTo(2.4, within(1e-9));
    assertThat(up.fairness()).isCloseTo(36.0 / (3 * 14), within(1e-9));
    assertThat(up.retransmits()).isEqualTo(6);
    assertThat(TextReport.lines(results(3)))
        .anyMatch(line -> line.matches("A up +3 +4\\.80 +0\\.80 +2\\.40 +0\\.8571 +20\\.0.*"))
        .as("a load of one flow keeps its name, whatever it ends with")
        .anyMatch(line -> line.matches("A other-2 +1 +4\\.00 .* - .*"));
  }

  @Test
  void shouldSayOnceThatThereAreTooFewRuns() throws IOException {
    assertThat(TextReport.lines(results(2)))
        .endsWith(
            "", "Nothing is compared: fewer than three runs of each side tell nothing from noise.");
    assertThat(TextReport.lines(results(3)))
        .last()
        .asString()
        .contains("other-2", "B -> C", "the same within noise");
  }

  @Test
  void shouldNotCallALostStreamFast() throws IOException {
    Path file = directory.resolve("lost.csv");
    ExperimentPlan plan = pings(3);
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      for (ExperimentPlan.Run run : plan.runs()) {
        writer.run(run, "now");
        boolean isLost = run.variant().orElseThrow().name().equals("B");
        for (int i = 0; i < 10; i++) {
          writer.probe(ping(i, 5, isLost ? Outcome.LOST : Outcome.ANSWERED));
        }
      }
      writer.ended("complete");
    }
    Report report = new Report(ResultFile.read(file));
    assertThat(report.findings())
        .extracting(finding -> finding.what() + ": " + finding.comparison().verdict())
        .containsExactly("median ms: UNKNOWN", "p99 ms: UNKNOWN", "lost %: MORE");
    assertThat(TextReport.lines(ResultFile.read(file)))
        .anyMatch(line -> line.matches("B ping +30 +30 +0 +0( +-){5}"));
  }

  @Test
  void shouldNotCompareARunThatWasCutOff() throws IOException {
    Path file = directory.resolve("cut.csv");
    ExperimentPlan plan = pings(4);
    List<ExperimentPlan.Run> runs = plan.runs();
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      for (ExperimentPlan.Run run : runs) {
        writer.run(run, "now");
        boolean isLast = run == runs.getLast();
        for (int i = 0; i < (isLast ? 1 : 10); i++) {
          writer.probe(ping(i, isLast ? 500 : 5, Outcome.ANSWERED));
        }
      }
      writer.ended("stopped");
    }
    assertThat(new Report(ResultFile.read(file)).findings())
        .allMatch(finding -> finding.comparison().after() <= 5.01);
  }

  private static ExperimentPlan pings(int repetitions) {
    return new ExperimentPlan(
        "pings",
        10 * SECOND,
        "",
        Optional.empty(),
        List.of(PING),
        List.of(),
        List.of(),
        List.of(VariantPlan.of("A", List.of()), VariantPlan.of("B", List.of())),
        repetitions,
        "");
  }

  private static ProbeSample ping(int sequence, int ms, Outcome outcome) {
    return new ProbeSample(
        "ping", "icmp", sequence, sequence * SECOND, ms * Plans.MS, ProbeSample.UNKNOWN, outcome);
  }

  @Test
  void shouldTellTheRateOfDatagramsThoughTheOtherEndTellsLate() {
    List<LoadSample> samples = new ArrayList<>();
    for (int i = 0; i <= 30; i++) { // 1 MB in each tenth of a second, told a tenth later
      long arrived = i == 0 ? -1 : (i - 1) * 1_000_000L;
      samples.add(datagrams(i * SECOND / 10, (i + 1) * 1_000_000L, arrived));
    }
    samples.add(datagrams(3 * SECOND + SECOND / 20, 31_000_000, 29_000_000));
    assertThat(FlowSummary.of(samples).megabitsPerSecond()).isCloseTo(80, within(1e-9));
    samples.replaceAll(s -> datagrams(s.timeNs(), s.sentBytes(), -1));
    assertThat(FlowSummary.of(samples).megabitsPerSecond())
        .as("nobody told what came: what was sent")
        .isCloseTo(80, within(2.0));
  }

  private static LoadSample datagrams(long atNs, long sent, long arrived) {
    return new LoadSample("noise", "udp", atNs, -1, -1, -1, -1, -1, sent, arrived);
  }

  @Test
  void shouldCompareEachVariantWithItsPartner() throws IOException {
    assertThat(new Report(results(3)).findings())
        .extracting(Finding::stream, Finding::from, Finding::to)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("up", "A", "B"),
            org.assertj.core.groups.Tuple.tuple("other-2", "A", "B"),
            org.assertj.core.groups.Tuple.tuple("up", "B", "C"),
            org.assertj.core.groups.Tuple.tuple("other-2", "B", "C"));
  }
}
