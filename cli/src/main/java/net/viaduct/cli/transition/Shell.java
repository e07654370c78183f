package net.viaduct.cli.transition;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;

/** Runs what an operator has for attaching a machine elsewhere. Stateless. */
final class Shell {
  private Shell() {}

  /**
   * Runs a command to its end, with the move in its environment.
   *
   * @return whether it succeeded
   */
  static boolean run(String command, Map<String, Object> move) {
    ProcessBuilder shell = new ProcessBuilder("/bin/sh", "-c", command).inheritIO();
    move.forEach((name, value) ->
        shell.environment().put("VIADUCT_" + name.toUpperCase(Locale.ROOT), String.valueOf(value)));
    try {
      return shell.start().waitFor() == 0;
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, "/bin/sh cannot be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(ExitCode.FAILED, "interrupted");
    }
  }
}
