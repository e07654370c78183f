package net.viaduct.cli.experiment;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code viaduct experiment}. */
@Command(
    name = "experiment",
    description = {
      "Latency under load: streams of probes, loads beside them, what changes meanwhile; every"
          + " sample in a file, and pictures of it."
    },
    synopsisSubcommandLabel = "run|serve|plot",
    mixinStandardHelpOptions = true,
    subcommands = {RunCommand.class, ServeCommand.class, PlotCommand.class})
public final class ExperimentCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command, as picocli makes it. */
  public ExperimentCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "run, serve or plot?");
  }
}
