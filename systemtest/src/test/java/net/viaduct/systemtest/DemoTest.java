package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.viaduct.io.linux.NetNamespace;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code viaduct demo} from the shell's point of view. */
class DemoTest {
  private static final Path RUN = Path.of("/run/viaduct-lab");

  @TempDir private Path directory;

  @BeforeEach
  void look() {
    SystemLab.open(directory).close(); // skipped where no namespace can be made
  }

  @Test
  void shouldReachEverybodyAndLeaveNothing() throws Exception {
    CommandRun.Result demo = CommandRun.viaduct("demo");
    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output())
        .contains("30 of 30 pairs without loss", "Linux kernel", "moved from h1 to h2")
        .contains("Everything was removed");
    assertNothingIsLeft(demo.pid());
  }

  @Test
  @DisplayName(
      "U3 P20: a controller and three hosts, from join to ping, a move, the controller killed")
  void shouldShowAControllerAndLeaveNothing() throws Exception {
    CommandRun.Result demo = CommandRun.viaduct("demo", "--controller");
    assertThat(demo.exitCode()).as(demo.output()).isZero();
    assertThat(demo.output())
        .contains("viaduct port move m1 --to h2", "The controller is killed")
        .containsPattern("[0-9]+ pings from it and to it, one each 5 ms and flow; 0 lost")
        .contains("where it is now: h1: 10.77.0.2, h2: port m1, h3: 10.77.0.2")
        .contains("Everything was removed");
    assertThat(demo.output().split("6 of 6 pairs without loss", -1)).hasSize(4);
    assertNothingIsLeft(demo.pid());
  }

  @Test
  void shouldRemoveEverythingWhenItIsInterrupted() throws Exception {
    Path output = directory.resolve("demo.log");
    Process demo = SystemLab.program(output, "demo").start();
    while (!SystemLab.read(output).contains("pings from inside")) {
      assertThat(demo.isAlive()).as(SystemLab.read(output)).isTrue();
      demo.waitFor(20, TimeUnit.MILLISECONDS);
    }
    CommandRun.signal("INT", demo.pid());
    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).as(SystemLab.read(output)).isTrue();
    assertThat(demo.exitValue()).isNotZero();
    assertNothingIsLeft(demo.pid());
  }

  private static void assertNothingIsLeft(long pid) throws IOException {
    String prefix = "vd" + pid + "-"; // other laboratories may be at work beside it
    assertThat(NetNamespace.names()).noneMatch(name -> name.startsWith(prefix));
    try (Stream<Path> left = Files.exists(RUN) ? Files.list(RUN) : Stream.empty()) {
      assertThat(left).noneMatch(path -> path.endsWith("vd" + pid));
    }
    assertThat(ProcessHandle.allProcesses().filter(process -> isPartOf(process, prefix))).isEmpty();
  }

  private static boolean isPartOf(ProcessHandle process, String prefix) {
    return process.info().commandLine().orElse("").contains("/" + prefix.replace("-", "") + "/");
  }
}
