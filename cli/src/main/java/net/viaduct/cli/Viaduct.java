package net.viaduct.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import net.viaduct.cli.capture.CaptureCommand;
import net.viaduct.cli.controller.ApplyCommand;
import net.viaduct.cli.controller.ControllerCommand;
import net.viaduct.cli.controller.ObjectCommand;
import net.viaduct.cli.controller.TokenCommand;
import net.viaduct.cli.demo.DemoCommand;
import net.viaduct.cli.experiment.ExperimentCommand;
import net.viaduct.cli.lab.LabCommand;
import net.viaduct.cli.trace.TraceCommand;
import net.viaduct.cli.transition.TransitionCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The program: knows its commands, and turns what they throw into a sentence and an exit code. */
@Command(
    name = "viaduct",
    description = "Stretches an Ethernet over any IP network.",
    versionProvider = Version.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    subcommands = {
      UpCommand.class,
      JoinCommand.class,
      ReloadCommand.class,
      ShowCommand.class,
      FlushCommand.class,
      AnnounceCommand.class,
      TraceCommand.class,
      CaptureCommand.class,
      ShapeCommand.class,
      DemoCommand.class,
      LabCommand.class,
      ExperimentCommand.class,
      ControllerCommand.class,
      ApplyCommand.class,
      TokenCommand.class,
      TransitionCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 used wrongly, 3 not permitted.",
      "'viaduct COMMAND --help' tells more about a command."
    })
public final class Viaduct implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Viaduct() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command in this process. */
  public static int run(String... arguments) {
    CommandLine line = new CommandLine(new Viaduct());
    ObjectCommand.addTo(line, arguments);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Viaduct::usedWrongly);
    line.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure, command));
    int exitCode = line.execute(arguments);
    return exitCode == ExitCode.DONE
        ? StandardOutput.afterPrinting(line.getOut(), line.getErr())
        : exitCode;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  private static int usedWrongly(ParameterException wrong, String[] arguments) {
    CommandLine line = wrong.getCommandLine();
    PrintWriter err = line.getErr();
    err.println("viaduct: " + inPlainWords(String.valueOf(wrong.getMessage())));
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err)) {
      err.println("usage: " + line.getHelp().synopsis(0).strip());
    }
    err.println("'" + line.getCommandSpec().qualifiedName() + " --help' tells more.");
    err.flush();
    return ExitCode.USED_WRONGLY;
  }

  /** Users do not know types of Java. */
  private static String inPlainWords(String message) {
    return message
        .replaceFirst(" is not an? (?:int|long)$", " is not a whole number")
        .replaceFirst(" is not a double$", " is not a number");
  }

  private static int failed(Exception failure, CommandLine line) {
    PrintWriter err = line.getErr();
    err.println("viaduct: " + sentence(failure));
    err.flush();
    if (System.getenv("VIADUCT_STACK_TRACES") != null) {
      failure.printStackTrace(err);
      err.flush();
    }
    return failure instanceof Refusal refusal ? refusal.exitCode() : ExitCode.FAILED;
  }

  private static String sentence(Exception failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException _ -> "there is no " + message;
      case AccessDeniedException _ -> message + ": permission denied";
      case FileSystemException it when it.getReason() == null -> message + " cannot be used";
      default -> message == null ? failure.toString() : message;
    };
  }
}
