package net.viaduct.experiment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.viaduct.experiment.plan.Action;

/** Does what a plan asks for before and during runs. Any thread. */
public final class Actions {
  private static final int PATIENCE_SECONDS = 60;

  private final List<String> program;

  /**
   * Actions.
   *
   * @param program how this program is started: command and arguments up to the command's name
   */
  public Actions(List<String> program) {
    this.program = List.copyOf(program);
  }

  /**
   * Does it and waits for its end.
   *
   * @return what it said
   * @throws IOException if it could not be done
   */
  String run(Action action) throws IOException, InterruptedException {
    return switch (action) {
      case Action.Command command -> run(List.of("/bin/sh", "-c", command.line()), command.line());
      case Action.Install install -> install(install);
    };
  }

  private String install(Action.Install install) throws IOException, InterruptedException {
    Files.copy(install.file(), install.over(), StandardCopyOption.REPLACE_EXISTING);
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("reload", "--socket", install.socket().toString()));
    return run(command, "reload of " + install.over());
  }

  private static String run(List<String> command, String what)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(what + " does not end");
    }
    if (process.exitValue() != 0) {
      throw new IOException(what + " ended with " + process.exitValue() + ": " + said.strip());
    }
    return said.strip();
  }
}
