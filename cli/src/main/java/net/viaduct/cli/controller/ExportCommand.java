package net.viaduct.cli.controller;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct controller export}. */
@Command(
    name = "export",
    description = "Writes all that the store has at one moment into a file: the backup.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A controller may run meanwhile. The file has secrets in it, such as the key of",
      "the authority that hosts trust: only its owner may read it. What is in it is",
      "described in docs/controller.md."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The controller's configuration; default: /etc/viaduct/controller.yaml.")
  private Path config = ControllerCommand.DEFAULT_FILE;

  @Parameters(paramLabel = "EXPORT", description = "The file to write; replaced if it is there.")
  private Path file = Path.of("");

  private ExportCommand() {}

  @Override
  public Integer call() {
    return StoreTransfer.export(config, file, spec.commandLine().getOut());
  }
}
