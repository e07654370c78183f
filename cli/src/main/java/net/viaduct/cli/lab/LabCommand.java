package net.viaduct.cli.lab;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code viaduct lab}. */
@Command(
    name = "lab",
    description = {
      "An emulated data centre on this machine: hosts, machines, networks, and links with rate,"
          + " delay and loss.",
      "",
      "All of it lives in network namespaces whose names begin with the laboratory's; this"
          + " machine's own network is not touched."
    },
    synopsisSubcommandLabel = "up|change|show|down",
    mixinStandardHelpOptions = true,
    subcommands = {
      LabUpCommand.class,
      LabDownCommand.class,
      LabChangeCommand.class,
      LabShowCommand.class,
      LabCarryCommand.class
    })
public final class LabCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** The command, as picocli makes it. */
  public LabCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "up, change, show or down?");
  }
}
