package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code viaduct lab} from the shell's point of view. */
class LabCommandTest {
  private static final long MS = 1_000_000;

  @TempDir private Path directory;
  private final String name = "lt" + ProcessHandle.current().pid() % 1_000_000;
  private Path file = Path.of("lab.yaml");

  @BeforeEach
  void write() throws Exception {
    SystemLab.open(directory).close(); // skipped where no namespace can be made
    file =
        Files.writeString(
            directory.resolve("lab.yaml"),
            """
            lab: %s
            links:
              slow: { rate: 10M, delay: 15ms }
            hosts:
              h1: { address: 10.77.0.1/24, link: slow }
              h2: { address: 10.77.0.2/24, vtep: kernel }
            networks:
              blue: { vni: 100 }
            machines:
              m1: { host: h1, network: blue, address: 192.168.100.1/24 }
              m2: { host: h2, network: blue, address: 192.168.100.2/24 }
            """
                .formatted(name));
  }

  @AfterEach
  void remove() throws Exception {
    CommandRun.viaduct("lab", "down", name);
  }

  private PingResult ping() throws Exception {
    try (NetNamespace m1 = NetNamespace.open(name + "-m1");
        PingSocket socket = m1.call(() -> PingSocket.open(false))) {
      PingFlow flow = new PingFlow("m1", "m2", socket, IpAddress.parse("192.168.100.2"));
      PingPlan plan = new PingPlan(20, 20 * MS, 2_000 * MS, 1_400);
      return PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime)
          .await()
          .getFirst();
    }
  }

  @Test
  void shouldStayUpUntilItIsTakenDown() throws Exception {
    CommandRun.Result up = CommandRun.viaduct("lab", "up", file.toString());
    assertThat(up.exitCode()).as(up.output()).isZero();
    assertThat(up.output()).contains(name + " is up", "10 Mbit/s 15 ms");

    PingResult result = ping();
    assertThat(result.lost()).isZero();
    assertThat(result.roundTrips().minimumNs()).isGreaterThan(30 * MS);

    CommandRun.Result again = CommandRun.viaduct("lab", "up", file.toString());
    assertThat(again.exitCode()).isEqualTo(1);
    assertThat(again.output()).contains("EEXIST", "take it down first");
    assertThat(ping().lost()).as("the first one lives on").isZero();

    CommandRun.Result show = CommandRun.viaduct("lab", "show", name);
    assertThat(show.output()).contains("h1-up", "h1-down", "LATE");

    CommandRun.Result down = CommandRun.viaduct("lab", "down", file.toString());
    assertThat(down.output()).contains(name + " was removed");
    assertThat(NetNamespace.names()).noneMatch(each -> each.startsWith(name + "-"));
    assertThat(ProcessHandle.allProcesses().filter(this::isPart)).isEmpty();
    assertThat(CommandRun.viaduct("lab", "down", name).exitCode()).isEqualTo(1);
  }

  @Test
  void shouldChangeItsLinksWhileTheyCarry() throws Exception {
    CommandRun.Result up = CommandRun.viaduct("lab", "up", file.toString());
    assertThat(up.exitCode()).as(up.output()).isZero();
    assertThat(ping().roundTrips().minimumNs()).isGreaterThan(30 * MS);

    Path next = directory.resolve("next.yaml");
    String text = Files.readString(file);
    Files.writeString(next, text.replace("delay: 15ms", "delay: 5ms, queue: fq-codel"));
    try (NetNamespace m1 = NetNamespace.open(name + "-m1");
        PingSocket socket = m1.call(() -> PingSocket.open(false))) {
      PingFlow flow = new PingFlow("m1", "m2", socket, IpAddress.parse("192.168.100.2"));
      PingPlan plan = new PingPlan(10_000, 5 * MS, 2_000 * MS, 1_400);
      PingRun meanwhile =
          PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime);
      CommandRun.Result change = CommandRun.viaduct("lab", "change", next.toString());
      meanwhile.stop();
      assertThat(change.exitCode()).as(change.output()).isZero();
      assertThat(meanwhile.await().getFirst().lost()).isZero();
    }
    assertThat(ping().roundTrips().minimumNs()).isBetween(10 * MS, 30 * MS);
    assertThat(CommandRun.viaduct("lab", "show", name).output()).contains("h1-up/queue");

    Files.writeString(next, text.replace(", link: slow", ""));
    CommandRun.Result refused = CommandRun.viaduct("lab", "change", next.toString());
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.output()).contains("the hosts with links cannot change");
  }

  private boolean isPart(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("/" + name + "/");
  }

  @Test
  void shouldOnlyCheckWhenAsked() throws Exception {
    assertThat(CommandRun.viaduct("lab", "up", "--check", file.toString()).exitCode()).isZero();
    Files.writeString(file, "lab: x\nhosts: { h1: { adress: 10.77.0.1/24 } }\n");
    CommandRun.Result wrong = CommandRun.viaduct("lab", "up", "--check", file.toString());
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.output()).contains("lab.yaml:2:16", "did you mean 'address'?");
  }
}
