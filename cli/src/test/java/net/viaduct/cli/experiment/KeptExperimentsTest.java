package net.viaduct.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.experiment.samples.ResultFile;
import org.junit.jupiter.api.Test;

/** The experiments of the documents, and the samples that are kept of them. */
class KeptExperimentsTest {
  private static final String SAMPLES = ".csv.gz";
  private static final long MOST_BYTES = 1_000_000;

  private static List<Path> files(String suffix) throws IOException {
    Path directory = Path.of("").toAbsolutePath().resolveSibling("docs/experiments");
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  @Test
  void shouldReadEachExperiment() throws IOException {
    int experiments = 0;
    for (Path file : files(".yaml")) {
      if (Files.readString(file).contains("\nstreams:")) {
        assertThat(ExperimentFile.read(file).name())
            .as("the name is the file's")
            .isEqualTo(String.valueOf(file.getFileName()).replace(".yaml", ""));
        experiments++;
      }
    }
    assertThat(experiments).isGreaterThan(5);
  }

  @Test
  void shouldKeepSamplesOfTheExperimentAsItStandsThere() throws IOException {
    assertThat(files(SAMPLES)).isNotEmpty();
    for (Path file : files(SAMPLES)) {
      Path experiment = Path.of(file.toString().replace(SAMPLES, ".yaml"));
      ResultFile results = ResultFile.read(file);
      assertThat(results.plan()).as("%s", file).isEqualTo(Files.readString(experiment));
      assertThat(results.end()).as("%s", file).isEqualTo("complete");
      assertThat(Files.size(file)).as("%s", file).isLessThan(MOST_BYTES);
    }
  }
}
