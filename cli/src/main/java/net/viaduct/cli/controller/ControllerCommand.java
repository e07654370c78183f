package net.viaduct.cli.controller;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code viaduct controller}. What it runs is apart in {@link ControllerProgram}: the controller's
 * libraries are on the class path only if this is the command.
 */
@Command(
    name = "controller",
    description = "Runs a controller: knows what should be, and serves the API for it.",
    mixinStandardHelpOptions = true,
    subcommands = {ExportCommand.class, ImportCommand.class},
    footer = {
      "",
      "The file is described in docs/controller.md; without one, a store in",
      "/var/lib/viaduct and a Unix socket in /run/viaduct are used."
    })
public final class ControllerCommand implements Callable<Integer> {
  static final Path DEFAULT_FILE = Path.of("/etc/viaduct/controller.yaml");

  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The controller's configuration; default: /etc/viaduct/controller.yaml.")
  private Path file = DEFAULT_FILE;

  private ControllerCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    return ControllerProgram.run(file, spec.commandLine().getErr());
  }
}
