package net.viaduct.systemtest.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.viaduct.systemtest.SystemLab;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How bench/compare tells the CPU time of what it measures from that of others. */
class ProcessorTimeTest {
  private static final int OURS = 500;
  private static final int OTHERS = 600;

  @TempDir private Path directory;

  @Test
  void shouldCountWhatOthersUsedAndNotWhatOursDid() throws Exception {
    List<String> before =
        List.of(cpu(1_000), process(1, 0, 1, 10, 0), process(20, 1, OTHERS, 300, 0));
    List<String> after =
        List.of(
            cpu(1_400),
            process(1, 0, 1, 10, 0),
            process(20, 1, OTHERS, 350, 0),
            process(21, 1, OTHERS, 25, 0), // has begun meanwhile
            process(30, 1, OURS, 200, 100));
    assertThat(used(before, after)).isEqualTo("400 75");
  }

  @Test
  void shouldCountOfWhoEndedOnlyTheLastStretch() throws Exception {
    List<String> before =
        List.of(
            cpu(1_000),
            process(1, 0, 1, 0, 0),
            process(20, 1, OTHERS, 5, 7),
            process(21, 20, OTHERS, 90_000, 1_000),
            process(22, 21, OTHERS, 50, 0));
    List<String> after =
        List.of(
            cpu(1_400), process(1, 0, 1, 0, 0), process(20, 1, OTHERS, 5, 7 + 91_000 + 50 + 33));
    assertThat(used(before, after)).isEqualTo("400 33");
  }

  /** A parent that ignores SIGCHLD gets nothing: 900 s seemed to be ours, 2,275 µs for a packet. */
  @Test
  void shouldNotBelieveThatOthersGaveTimeBack() throws Exception {
    List<String> before =
        List.of(
            cpu(1_000),
            process(1, 0, 1, 0, 0),
            process(20, 1, OTHERS, 5, 0),
            process(21, 20, OTHERS, 90_000, 0),
            process(40, 1, OTHERS, 100, 0));
    List<String> after =
        List.of(
            cpu(1_400),
            process(1, 0, 1, 0, 0),
            process(20, 1, OTHERS, 5, 0),
            process(40, 1, OTHERS, 111, 0));
    assertThat(used(before, after)).isEqualTo("400 11");
  }

  @Test
  void shouldNotTakeANumberThatIsUsedAgainForTheSameProcess() throws Exception {
    List<String> before = List.of(cpu(0), process(20, 1, OTHERS, 500, 0));
    String again = process(20, 1, OTHERS, 3, 0).replace(" 0 777 ", " 0 999 ");
    assertThat(used(before, List.of(cpu(400), again))).isEqualTo("400 3");
  }

  private static String cpu(int ticks) {
    return "cpu  " + ticks + " 0 0 5000 6000 0 0 0 0 0";
  }

  /** A line of /proc/PID/stat whose process has a nasty name and began at 777. */
  private static String process(int pid, int parent, int group, int own, int children) {
    return "%d (a ) b (c) S %d %d 9 0 -1 4194304 1 2 3 4 %d 0 %d 0 20 0 1 0 777 1 2 3"
        .formatted(pid, parent, group, own, children);
  }

  private String used(List<String> before, List<String> after) throws Exception {
    Path script = SystemLab.launcher().resolveSibling("bench/compare.d/processor_time.awk");
    Path first = Files.write(directory.resolve("before"), before);
    Path second = Files.write(directory.resolve("after"), after);
    Process process =
        new ProcessBuilder(
                "awk",
                "-v",
                "group=" + OURS,
                "-f",
                script.toString(),
                first.toString(),
                second.toString())
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
