package net.viaduct.cli.lab;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.lab.LabRegistry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct lab down}. */
@Command(
    name = "down",
    description = "Removes a laboratory: its processes, namespaces and files.",
    mixinStandardHelpOptions = true)
final class LabDownCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|NAME", description = "What was built, or its name.")
  private String what;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  private LabDownCommand() {}

  /** The name of a laboratory that is told by its file or by its name. */
  static String name(String fileOrName) {
    Path file = Path.of(fileOrName);
    return Files.isRegularFile(file) ? LabFile.read(file).name() : fileOrName;
  }

  @Override
  public Integer call() {
    String name = name(what);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (LabRegistry.ofUser().takeDown(name)) {
      out.println(name + " was removed");
      out.flush();
      return ExitCode.DONE;
    }
    err.println("viaduct: no laboratory of the name " + name + " is up");
    err.flush();
    return ExitCode.FAILED;
  }
}
