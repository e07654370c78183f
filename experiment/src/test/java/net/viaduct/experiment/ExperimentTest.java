package net.viaduct.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.experiment.plan.Action;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.PhasePlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.experiment.report.FlowSummary;
import net.viaduct.experiment.report.StreamSummary;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.ResultWriter;
import net.viaduct.experiment.samples.RunResult;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Rtnetlink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments over the loopback device of a namespace of their own. */
class ExperimentTest {
  private static final int PORT = 7411;
  private static final int CLOSED_PORT = 9;
  private static final int DATAGRAM_BYTES = 1_000;

  /** What a load that was late sends in one go, so long does it go back. */
  private static final long MADE_UP_FOR_NS = 20_000_000;

  @TempDir private Path directory;
  private final String place = "xp" + ProcessHandle.current().pid();

  @BeforeEach
  void makePlace() {
    try (NetNamespace made = NetNamespace.create(place);
        Rtnetlink net = made.rtnetlink()) {
      net.links().up(net.links().require("lo").index());
    } catch (IoFailure e) {
      Assumptions.abort("no network namespace can be made here: " + e.getMessage());
    }
  }

  @AfterEach
  void removePlace() {
    NetNamespace.delete(place);
  }

  private ResultFile run(ExperimentPlan plan) throws Exception {
    Path file = directory.resolve("x.csv");
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      new Experiment(
              plan, new Actions(List.of("true")), System::nanoTime, Clock.systemUTC(), (_, _) -> {})
          .run(writer, writer);
    }
    return ResultFile.read(file);
  }

  @Test
  void shouldProbeInFourWaysAtOnce() throws Exception {
    ExperimentPlan plan =
        Plans.inside(
            place,
            PORT,
            List.of(
                Plans.stream(place, ProbeKind.ICMP, 0),
                Plans.stream(place, ProbeKind.UDP, PORT),
                Plans.stream(place, ProbeKind.TCP_CONNECT, PORT),
                Plans.stream(place, ProbeKind.TCP_REQUEST, PORT)),
            List.of(),
            List.of(),
            500);
    ResultFile results = run(plan);
    assertThat(results.end()).isEqualTo("complete");
    Map<String, List<ProbeSample>> streams = results.runs().getFirst().streams();
    assertThat(streams).containsOnlyKeys("icmp", "udp", "tcp-connect", "tcp-request");
    streams.forEach((name, samples) -> {
      StreamSummary summary = StreamSummary.of(samples);
      assertThat(summary.lost()).as(name).isZero();
      assertThat(summary.sent()).as(name).isBetween(10L, 51L);
      assertThat(samples.stream().map(ProbeSample::sequence).distinct()).hasSameSizeAs(samples);
    });
    assertThat(streams.get("udp"))
        .allSatisfy(sample -> assertThat(sample.forwardNs()).isNotEqualTo(ProbeSample.UNKNOWN));
  }

  @Test
  void shouldTellRefusedAndUnanswered() throws Exception {
    ExperimentPlan plan =
        Plans.inside(
            place,
            PORT,
            List.of(
                Plans.stream(place, ProbeKind.TCP_CONNECT, CLOSED_PORT),
                Plans.stream(place, ProbeKind.UDP, CLOSED_PORT)),
            List.of(),
            List.of(),
            200);
    Map<String, List<ProbeSample>> streams = run(plan).runs().getFirst().streams();
    assertThat(streams.get("tcp-connect"))
        .allSatisfy(sample -> assertThat(sample.outcome()).isEqualTo(Outcome.REFUSED));
    assertThat(streams.get("udp"))
        .allSatisfy(sample -> assertThat(sample.outcome()).isEqualTo(Outcome.LOST));
  }

  private LoadPlan load(String name, LoadPlan.Kind kind, String congestion, long rate) {
    return new LoadPlan(
        name,
        kind,
        Plans.LOOPBACK,
        PORT,
        place,
        congestion,
        rate,
        DATAGRAM_BYTES,
        2,
        0,
        0,
        Long.MAX_VALUE);
  }

  @Test
  void shouldTellHowLoadsDo() throws Exception {
    ExperimentPlan plan =
        Plans.inside(
            place,
            PORT,
            List.of(),
            List.of(
                load("bulk", LoadPlan.Kind.TCP, "cubic", 0),
                load("noise", LoadPlan.Kind.UDP, "", 4_000_000)),
            List.of(),
            700);
    RunResult run = run(plan).runs().getFirst();
    assertThat(run.flows()).containsOnlyKeys("bulk-1", "bulk-2", "noise-1", "noise-2");
    List<LoadSample> bulk = run.flows().get("bulk-1");
    assertThat(bulk)
        .hasSizeGreaterThan(3)
        .isSortedAccordingTo((a, b) -> Long.compare(a.timeNs(), b.timeNs()));
    assertThat(bulk.getLast().congestionWindow()).isPositive();
    assertThat(bulk.getLast().smoothedRttMs()).isPositive();
    assertThat(bulk.getLast().arrivedBytes())
        .isPositive()
        .isLessThanOrEqualTo(bulk.getLast().sentBytes() + 2); // the SYN, and the first byte
    List<LoadSample> noise = run.flows().get("noise-1");
    long startNs = noise.getFirst().timeNs();
    assertThat(noise)
        .allSatisfy(sample -> {
          long sinceNs = sample.timeNs() - startNs + MADE_UP_FOR_NS;
          assertThat(sample.sentBytes())
              .as("of 4 Mbit/s: %s", sample)
              .isLessThanOrEqualTo(sinceNs / 2000 + 2 * DATAGRAM_BYTES);
        });
    assertThat(noise.getLast().arrivedBytes()).isPositive();
    assertThat(FlowSummary.of(noise).megabitsPerSecond()).isPositive();
    assertThat(FlowSummary.of(noise).retransmits()).isNegative();
  }

  @Test
  void shouldDoWhatIsAskedForAtItsTime() throws Exception {
    Path told = directory.resolve("told");
    PhasePlan phase =
        new PhasePlan(
            "later", 200 * Plans.MS, new Action.Command("echo here; echo once >> " + told));
    ExperimentPlan plan =
        Plans.inside(
            place,
            PORT,
            List.of(Plans.stream(place, ProbeKind.ICMP, 0)),
            List.of(),
            List.of(phase),
            400);
    RunResult run = run(plan).runs().getFirst();
    assertThat(run.phases())
        .singleElement()
        .satisfies(mark -> {
          assertThat(mark.name()).isEqualTo("later");
          assertThat(mark.text()).isEqualTo("here");
          assertThat(mark.timeNs()).isGreaterThanOrEqualTo(200 * Plans.MS);
        });
    assertThat(told).hasContent("once");
  }

  @Test
  void shouldAlternateVariantsAndPrepareEach() throws Exception {
    Path told = directory.resolve("told");
    VariantPlan a = VariantPlan.of("A", List.of(new Action.Command("echo a >> " + told)));
    VariantPlan b = VariantPlan.of("B", List.of(new Action.Command("echo b >> " + told)));
    ExperimentPlan plan = Plans.of("pairs", List.of(a, b), 2);
    ExperimentPlan quick =
        new ExperimentPlan(
            "pairs",
            Plans.MS,
            "",
            plan.responder(),
            List.of(),
            List.of(),
            List.of(),
            plan.variants(),
            2,
            "");
    run(quick);
    assertThat(Files.readAllLines(told)).containsExactly("a", "b", "a", "b");
  }

  @Test
  void shouldUseTheVariantsCongestionControlWhereALoadNamesNone() {
    LoadPlan named = load("a", LoadPlan.Kind.TCP, "cubic", 0);
    LoadPlan unnamed = load("b", LoadPlan.Kind.TCP, "", 0);
    assertThat(named.or("bbr", "elsewhere")).isEqualTo(named);
    assertThat(unnamed.or("bbr", "elsewhere")).isEqualTo(load("b", LoadPlan.Kind.TCP, "bbr", 0));
  }

  @Test
  void shouldSendFromTheVariantsPlaceWhereNothingElseIsNamed() throws Exception {
    VariantPlan here = VariantPlan.of("here", List.of());
    VariantPlan there = new VariantPlan("there", List.of(), "", "no-such-place", "");
    ExperimentPlan plan =
        new ExperimentPlan(
            "places",
            100 * Plans.MS,
            place,
            Optional.of(new ResponderPlan(place, PORT)),
            List.of(Plans.stream("", ProbeKind.ICMP, 0)),
            List.of(),
            List.of(),
            List.of(here, there),
            1,
            "");
    assertThatThrownBy(() -> run(plan)).hasMessageContaining("no-such-place");
    ResultFile results = ResultFile.read(directory.resolve("x.csv"));
    assertThat(results.runs().getFirst().streams().get("icmp"))
        .as("there is a way from the experiment's own place")
        .isNotEmpty()
        .allMatch(ProbeSample::isAnswered);
  }

  @Test
  void shouldKeepWhatWasMeasuredWhenItIsStopped() throws Exception {
    ExperimentPlan plan =
        Plans.inside(
            place,
            PORT,
            List.of(Plans.stream(place, ProbeKind.UDP, PORT)),
            List.of(load("bulk", LoadPlan.Kind.TCP, "", 0)),
            List.of(),
            600_000);
    Path file = directory.resolve("x.csv");
    Experiment[] running = new Experiment[1];
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      running[0] =
          new Experiment(
              plan,
              new Actions(List.of("true")),
              System::nanoTime,
              Clock.systemUTC(),
              (_, _) -> {});
      StopAfter stop = new StopAfter(writer, 20, () -> running[0].stop());
      running[0].run(writer, stop);
    }
    ResultFile results = ResultFile.read(file);
    assertThat(results.end()).isEqualTo("stopped");
    assertThat(results.runs().getFirst().streams().get("udp")).hasSizeGreaterThanOrEqualTo(20);
  }

  @Test
  void shouldTellWhatIsMissing() {
    ExperimentPlan noResponder =
        new ExperimentPlan(
            "x",
            Plans.MS,
            "",
            Optional.empty(),
            List.of(Plans.stream(place, ProbeKind.TCP_REQUEST, PORT)),
            List.of(),
            List.of(),
            List.of(),
            1,
            "");
    assertThatThrownBy(() -> run(noResponder))
        .hasMessageContaining("no responder at 127.0.0.1 port 7411");
    ExperimentPlan noAlgorithm =
        Plans.inside(
            place,
            PORT,
            List.of(),
            List.of(load("bulk", LoadPlan.Kind.TCP, "no-such-thing", 0)),
            List.of(),
            500);
    assertThatThrownBy(() -> run(noAlgorithm))
        .hasMessageContaining("choose congestion control no-such-thing: ENOENT");
  }
}
