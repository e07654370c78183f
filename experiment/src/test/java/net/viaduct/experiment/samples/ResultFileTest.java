package net.viaduct.experiment.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.viaduct.experiment.Plans;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.VariantPlan;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final ProbeSample ANSWERED =
      new ProbeSample(
          "ping, \"a\"", "icmp", 7, 1_500_000_000L, 12_345_600L, -250_000L, Outcome.ANSWERED);
  private static final ProbeSample LOST =
      new ProbeSample(
          "ping, \"a\"", "icmp", 8, 2_000_000_000L, 0, ProbeSample.UNKNOWN, Outcome.LOST);
  private static final LoadSample TCP =
      new LoadSample("up-1", "tcp", 100_000_000L, 10, 41.25, 3.5, 2, 19_500_000, 90_000, 70_000);
  private static final LoadSample UDP =
      new LoadSample("noise", "udp", 100_000_000L, -1, -1, -1, -1, -1, 90_000, -1);
  private static final PhaseMark MARK = new PhaseMark("keys on", 3_000_000_000L, "two\nlines \\ n");

  @TempDir private Path directory;
  private Path file = Path.of("x.csv");

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("x.csv");
    ExperimentPlan plan =
        Plans.of(
            "both, \"ways\"",
            List.of(VariantPlan.of("A", List.of()), VariantPlan.of("B", List.of())),
            2);
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      for (ExperimentPlan.Run run : plan.runs()) {
        writer.run(run, "2026-11-26T00:00:00Z");
        writer.probe(ANSWERED);
        writer.probe(LOST);
        writer.load(TCP);
        writer.load(UDP);
        writer.phase(MARK);
      }
      writer.ended("complete");
    }
  }

  @Test
  void shouldReadWhatWasWritten() throws IOException {
    ResultFile results = ResultFile.read(file);
    assertThat(results.name()).isEqualTo("both, \"ways\"");
    assertThat(results.plan()).isEqualTo("a: b\n# c\n");
    assertThat(results.end()).isEqualTo("complete");
    assertThat(results.runs()).extracting(RunResult::variant).containsExactly("A", "B", "A", "B");
    assertThat(results.runs()).extracting(RunResult::repetition).containsExactly(1, 1, 2, 2);
    RunResult run = results.runs().getFirst();
    assertThat(run.streams()).containsOnlyKeys("ping, \"a\"");
    assertThat(run.streams().get("ping, \"a\"")).containsExactly(ANSWERED, LOST);
    assertThat(run.flows().get("up-1")).containsExactly(TCP);
    assertThat(run.flows().get("noise")).containsExactly(UDP);
    assertThat(run.phases()).containsExactly(MARK);
  }

  @Test
  void shouldReadWhatWasPacked() throws IOException {
    Path packed = directory.resolve("x.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      Files.copy(file, out);
    }
    assertThat(ResultFile.read(packed).runs()).hasSize(4);
  }

  @Test
  void shouldHaveAsManyCellsInEachRowAsColumns() throws IOException {
    List<String> lines = Files.readAllLines(file);
    assertThat(lines.getFirst()).isEqualTo(String.join(",", CsvFormat.COLUMNS));
    assertThat(lines)
        .allSatisfy(line -> assertThat(CsvFormat.cells(line)).hasSameSizeAs(CsvFormat.COLUMNS));
  }

  @Test
  void shouldKeepWhatWasWrittenBeforeTheWriterWasKilled() throws IOException {
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.lastIndexOf("lost") + 2));
    ResultFile results = ResultFile.read(file);
    assertThat(results.end()).isEmpty();
    assertThat(results.runs()).hasSize(4);
    assertThat(results.runs().getLast().streams().get("ping, \"a\"")).containsExactly(ANSWERED);
  }

  @Test
  void shouldReadWhatALaterVersionWritesMore() throws IOException {
    List<String> lines = Files.readAllLines(file).stream().map(line -> line + ",more").toList();
    Files.write(file, lines);
    Files.writeString(
        file,
        "novelty" + ",".repeat(CsvFormat.COLUMNS.size()) + "\n",
        java.nio.file.StandardOpenOption.APPEND);
    assertThat(ResultFile.read(file).runs()).hasSize(4);
  }

  @Test
  void shouldNameTheLineThatIsWrong() throws IOException {
    Files.writeString(file, Files.readString(file).replaceFirst("12\\.3456", "fast"));
    assertThatThrownBy(() -> ResultFile.read(file))
        .hasMessageMatching(".*x\\.csv:[0-9]+: .*fast.*");
    Files.writeString(file, "a,b,c\n");
    assertThatThrownBy(() -> ResultFile.read(file)).hasMessageContaining("no file of results");
  }
}
