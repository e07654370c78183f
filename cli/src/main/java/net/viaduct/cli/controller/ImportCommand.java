package net.viaduct.cli.controller;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct controller import}. */
@Command(
    name = "import",
    description = "Brings an export into an empty store, all of it or nothing.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "No controller of the store may run. The file is read to its end before anything",
      "is changed. A store whose import was interrupted is not used by any controller",
      "until the import was repeated with --replace."
    })
final class ImportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The controller's configuration; default: /etc/viaduct/controller.yaml.")
  private Path config = ControllerCommand.DEFAULT_FILE;

  @Option(names = "--replace", description = "Throws away what the store has.")
  private boolean replace;

  @Parameters(paramLabel = "EXPORT", description = "The file that 'export' has written.")
  private Path file = Path.of("");

  private ImportCommand() {}

  @Override
  public Integer call() {
    return StoreTransfer.importInto(config, file, replace, spec.commandLine().getOut());
  }
}
