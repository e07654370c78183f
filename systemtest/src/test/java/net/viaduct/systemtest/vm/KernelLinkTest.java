package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.viaduct.systemtest.SystemLab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/experiments/kernel-link}: the kernel of the virtual machine as a link's queues. */
class KernelLinkTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private Path directory;
  private final String lab = "kl" + ProcessHandle.current().pid() % 1_000_000;

  @BeforeEach
  void build() throws Exception {
    SystemLab.open(directory).close(); // skipped where no namespace can be made
    VmImage.prepared();
    Path file =
        Files.writeString(
            directory.resolve("lab.yaml"),
            """
            lab: %s
            hosts:
              h1: { address: 10.77.0.1/24, vtep: none }
              h2: { address: 10.77.0.2/24, vtep: none }
            """
                .formatted(lab));
    run(SystemLab.launcher().toString(), "lab", "up", file.toString());
  }

  @AfterEach
  void remove() throws Exception {
    attempt(script().toString(), "down", lab, "h1");
    attempt(SystemLab.launcher().toString(), "lab", "down", lab);
  }

  private static Path script() {
    return SystemLab.launcher().resolveSibling("docs/experiments/kernel-link");
  }

  private record Outcome(int exitCode, String output) {}

  private Outcome attempt(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "command", ".log");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("VIADUCT_BUILT", "1"); // not under the feet of this JVM
    Process process = builder.redirectOutput(output.toFile()).start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(List.of(command) + " does not end: " + SystemLab.read(output));
    }
    return new Outcome(process.exitValue(), SystemLab.read(output));
  }

  private String run(String... command) throws IOException, InterruptedException {
    Outcome outcome = attempt(command);
    assertThat(outcome.exitCode()).as("%s: %s", List.of(command), outcome.output()).isZero();
    return outcome.output();
  }

  private String link(String what, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script().toString(), what, lab, "h1"));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** The least round-trip time of some pings, in milliseconds. */
  private double ping() throws IOException, InterruptedException {
    String said = run("ip", "netns", "exec", lab + "-h1", "ping", "-c5", "-i0.2", "10.77.0.2");
    assertThat(said).contains(" 0% packet loss");
    return Double.parseDouble(said.replaceFirst("(?s).*rtt [^=]*= ([0-9.]+)/.*", "$1"));
  }

  @Test
  void shouldPutTheKernelsQueuesInTheWayOfAHost() throws Exception {
    assertThat(link("up")).contains("goes through Linux ");
    for (String queue : new String[] {"pfifo limit 256", "sfq perturb 5", "fq_codel"}) {
      link("shape", "queue=" + queue, "delay=15ms");
      assertThat(ping()).as("both ways, by netem").isGreaterThan(30);
      String kind = queue.split(" ", -1)[0];
      assertThat(link("run", "tc -s qdisc show dev q0"))
          .containsPattern("qdisc " + kind + " 10: .*\\n Sent [1-9]");
    }
    link("shape", "queue=sfq", "filter=handle 1 flow hash keys src,dst divisor 1024");
    assertThat(link("run", "tc filter show dev q0 parent 10:")).contains("keys src,dst");
    link("shape", "queue=prio bands 3", "filter=u32 match ip tos 2 0x1e flowid 10:3");
    ping();
    assertThat(attempt(script().toString(), "run", lab, "h1", "exit 7").exitCode()).isEqualTo(7);

    link("down");
    ping();
    assertThat(attempt(script().toString(), "shape", lab, "h1").output()).contains("it is not up");
  }
}
