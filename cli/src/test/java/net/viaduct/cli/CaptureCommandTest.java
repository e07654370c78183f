package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.api.ApiServer;
import net.viaduct.wire.capture.CaptureReader;
import net.viaduct.wire.capture.CapturedPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code viaduct capture} prints and writes; the host behind it is told what to say. */
class CaptureCommandTest {
  @TempDir private Path directory;
  private Path socket;
  private ApiServer server;

  private record Output(int exitCode, String out, String err) {}

  @BeforeEach
  void start() {
    socket = directory.resolve("h1.sock");
    server = ApiServer.start(socket, Optional.empty(), new ShownHost());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Output capture(String... arguments) {
    List<String> all = new ArrayList<>(List.of("capture", "--socket", socket.toString()));
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
  void shouldPrintALineForEachFrame() {
    Output output = capture("--port", "vm1");

    assertThat(output.out())
        .endsWith(
            " vm1 < 02:00:00:00:00:01 -> 02:00:00:00:00:02 type 0x88b5, 60 bytes: dropped:"
                + " tagged-frame\n");
    assertThat(output.err()).isEqualTo("1 frame captured\n");
    assertThat(output.exitCode()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void shouldWriteAFileThatCanBeTracedFrom() throws Exception {
    Path file = directory.resolve("lost.pcapng");

    assertThat(capture("-w", file.toString()).exitCode()).isEqualTo(ExitCode.DONE);

    try (InputStream in = Files.newInputStream(file);
        CaptureReader reader = CaptureReader.open(in)) {
      CapturedPacket packet = reader.next();
      assertThat(packet).isNotNull();
      assertThat(packet.interfaceName()).isEqualTo("vm1");
      assertThat(packet.epochNs()).isEqualTo(1_700_000_000_123_456_789L);
      assertThat(packet.bytes()).hasSize(60);
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void shouldRefuseBoundsThatAreNone() {
    assertThat(capture("--count", "0").exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(capture("--mac", "blue").err()).contains("is not a MAC address");
  }
}
