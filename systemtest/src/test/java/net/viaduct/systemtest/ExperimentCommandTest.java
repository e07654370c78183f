package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code viaduct experiment} from the shell's point of view. */
class ExperimentCommandTest {
  @TempDir private Path directory;

  @Test
  void shouldMeasureAndPlotAgain() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      NetNamespace place = lab.createNamespace("x");
      Path samples = directory.resolve("x.csv");
      CommandRun.Result run =
          CommandRun.viaduct(
              "experiment",
              "run",
              "--icmp",
              "127.0.0.1",
              "--request",
              "127.0.0.1",
              "--tcp-load",
              "127.0.0.1",
              "--from",
              place.name(),
              "--responder",
              place.name(),
              "--duration",
              "1s",
              "--interval",
              "20ms",
              "-o",
              samples.toString());
      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.output()).contains("STREAM", "icmp", "tcp-request", "load", "x.html");
      assertThat(run.output()).as("no bar in a pipe").doesNotContain("[#", "\r");
      assertThat(directory.resolve("x.html")).exists();

      List<String> rows = Files.readAllLines(samples);
      assertThat(rows.getFirst()).startsWith("record,run,repetition,variant,name,kind,");
      assertThat(rows.getLast()).startsWith("end,").endsWith(",complete");

      Path again = directory.resolve("again");
      CommandRun.Result plot =
          CommandRun.viaduct("experiment", "plot", samples.toString(), "-o", again.toString());
      assertThat(plot.exitCode()).as(plot.output()).isZero();
      assertThat(plot.output().split("\npage", -1)[0])
          .as("the same numbers")
          .isEqualTo(run.output().split("\npage", -1)[0].replaceFirst("samples .*\n", ""));
      assertThat(Path.of(again + ".html")).hasSameTextualContentAs(directory.resolve("x.html"));
    }
  }

  @Test
  void shouldKeepWhatWasMeasuredWhenItIsInterrupted() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      NetNamespace place = lab.createNamespace("x");
      Path samples = directory.resolve("x.csv");
      Path output = directory.resolve("x.log");
      Process running =
          SystemLab.program(
                  output,
                  "experiment",
                  "run",
                  "--icmp",
                  "127.0.0.1",
                  "--from",
                  place.name(),
                  "--duration",
                  "1h",
                  "--interval",
                  "1ms",
                  "--no-pictures",
                  "-o",
                  samples.toString())
              .start();
      while (!SystemLab.read(samples).contains("probe,")) {
        assertThat(running.isAlive()).as(SystemLab.read(output)).isTrue();
        running.waitFor(20, TimeUnit.MILLISECONDS);
      }
      CommandRun.signal("INT", running.pid());
      assertThat(running.waitFor(60, TimeUnit.SECONDS)).as(SystemLab.read(output)).isTrue();
      assertThat(SystemLab.read(output)).contains("1 run; stopped", "icmp");
      assertThat(SystemLab.read(samples)).endsWith(",stopped\n");
    }
  }

  @Test
  void shouldAnswerFromTheOtherEnd() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      NetNamespace place = lab.createNamespace("x");
      Path output = directory.resolve("serve.log");
      Process server = place.start(SystemLab.program(output, "experiment", "serve"));
      while (!SystemLab.read(output).contains("answering on port 7411")) {
        assertThat(server.isAlive()).as(SystemLab.read(output)).isTrue();
        server.waitFor(20, TimeUnit.MILLISECONDS);
      }
      CommandRun.Result run =
          CommandRun.viaduct(
              place,
              "experiment",
              "run",
              "--udp",
              "127.0.0.1",
              "--count",
              "10",
              "--duration",
              "1s",
              "--interval",
              "10ms",
              "--no-pictures",
              "-o",
              directory.resolve("x.csv").toString());
      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.output()).containsPattern("udp +10 +0 +0 +0 ");
      CommandRun.signal("TERM", server.pid());
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
    }
  }
}
