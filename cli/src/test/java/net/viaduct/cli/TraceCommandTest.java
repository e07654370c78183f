package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.cli.trace.TraceCommand;
import net.viaduct.host.api.ApiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code viaduct trace} prints; the hosts behind it are told what to say. */
class TraceCommandTest {
  @TempDir private Path directory;
  private Path socket;
  private Path otherSocket;
  private ApiServer server;
  private ApiServer other;

  private record Output(int exitCode, String out, String err) {}

  @BeforeEach
  void start() {
    socket = directory.resolve("h1.sock");
    otherSocket = directory.resolve("h2.sock");
    server = ApiServer.start(socket, Optional.empty(), new ShownHost());
    other = ApiServer.start(otherSocket, Optional.empty(), new ShownHost("10.77.0.2"));
  }

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  private Output trace(String... arguments) {
    List<String> all = new ArrayList<>(List.of("trace", "--socket", socket.toString()));
    all.addAll(List.of(arguments));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Viaduct.run(all.toArray(String[]::new));
      return new Output(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
    }
  }

  @Test
  void shouldTellStepsAndOutcome() {
    assertThat(trace("--port", "vm1", "--to", "02:00:00:00:00:02", "--ip", "10.0.0.2"))
        .isEqualTo(
            new Output(
                ExitCode.DONE,
                """
                h1
                  receive     60 bytes from port vm1
                  look up     02:00:00:00:00:02 is at remote 10.77.0.2, static
                  => sent to 10.77.0.2:4789 with VNI 100
                """,
                ""));
  }

  @Test
  void shouldGoOnAtTheOtherHost() {
    assertThat(
            trace(
                    "--port",
                    "vm1",
                    "--to",
                    "02:00:00:00:00:02",
                    "--host-socket",
                    otherSocket.toString())
                .out())
        .endsWith(
            """
              => sent to 10.77.0.2:4789 with VNI 100
            h2
              receive     a datagram from 10.77.0.1
              => dropped: unknown-vni. A datagram is for nobody.
                 Add the network here.
            """);
  }

  @Test
  void shouldGoOnAtEachHostOfThisMachineThatTheFrameReaches() {
    for (String port : List.of("vm1", "by-gre")) {
      StringWriter out = new StringWriter();
      CommandLine command = new CommandLine(new TraceCommand(new SocketFinder(directory, null)));
      command.setOut(new PrintWriter(out));
      int exitCode =
          command.execute(
              "--socket",
              socket.toString(),
              "--port",
              port,
              "--to",
              "02:00:00:00:00:02",
              "--hosts");
      assertThat(exitCode).isEqualTo(ExitCode.DONE);
      assertThat(out.toString())
          .as(port)
          .contains("\nh2\n  receive     a datagram from 10.77.0.1\n")
          .doesNotContain("not followed");
    }
  }

  @Test
  void shouldSayWhenNobodyCanBeAsked() {
    assertThat(
            trace(
                    "--port",
                    "vm1",
                    "--to",
                    "02:00:00:00:00:02",
                    "--host-socket",
                    directory.resolve("h3.sock").toString())
                .out())
        .endsWith(
            """
            10.77.0.2:4789
              not followed: no Viaduct host that can be asked from here has this address
            """);
  }

  @Test
  void shouldPrintJson() {
    assertThat(trace("--port", "vm1", "--to", "02:00:00:00:00:02", "--json").out())
        .startsWith("{\"traces\":[{\"host\":\"h1\",\"steps\":[{\"step\":\"receive\"")
        .contains("\"verdict\":\"sent\"");
  }

  @Test
  void shouldRefuseWhatCannotBeTraced() {
    assertThat(trace("--to", "02:00:00:00:00:02").exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(trace("--port", "vm1").err()).contains("--to is missing");
    assertThat(trace("--port", "vm9", "--to", "02:00:00:00:00:02"))
        .isEqualTo(new Output(ExitCode.FAILED, "", "viaduct: there is no port vm9\n"));
    Path none = directory.resolve("none.pcapng");
    assertThat(trace("--port", "vm1", "--capture", none.toString()))
        .isEqualTo(new Output(ExitCode.FAILED, "", "viaduct: there is no " + none + "\n"));
  }

  @Test
  void shouldNotAskAControllerAndAHostAtOnce() {
    Output output = trace("--port", "vm1", "--to", "vm2", "--controller", "unix:/none.sock");
    assertThat(output.exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(output.err()).contains("a controller asks the hosts itself");
  }
}
