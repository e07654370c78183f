package net.viaduct.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.api.ApiServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Commands to a host that is told what to say, and what users see of them. */
abstract class ShownHostCommands {
  @TempDir Path directory;
  final ShownHost host = new ShownHost();
  Path socket;
  ApiServer server;

  record Output(int exitCode, String out, String err) {}

  @BeforeEach
  void start() {
    socket = directory.resolve("h1.sock");
    server = ApiServer.start(socket, Optional.empty(), host);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  Output run(String... arguments) {
    return runWith(System.out, arguments);
  }

  static Output runWith(PrintStream real, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream realErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Viaduct.run(arguments);
      return new Output(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(real);
      System.setErr(realErr);
    }
  }

  Output show(String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of("show", "--socket", socket.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  static Output done(String out) {
    return new Output(ExitCode.DONE, out, "");
  }
}
