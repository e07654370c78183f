package net.viaduct.cli.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.cli.Signals;
import net.viaduct.cli.Terminal;
import net.viaduct.experiment.Actions;
import net.viaduct.experiment.Experiment;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.ResultWriter;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.io.IoFailure;
import net.viaduct.runtime.SystemClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct experiment run}. */
@Command(
    name = "run",
    description = {
      "Runs an experiment, described by a file or by options, and tells what came out.",
      "",
      "Without a file: probes by --icmp, --udp, --connect and --request, loads by --tcp-load and"
          + " --udp-load; --udp, --request and the loads need 'viaduct experiment serve' there."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Ctrl-C ends it; what was measured until then is kept and told.",
      "Example: viaduct experiment run --icmp 10.0.0.2 --tcp-load 10.0.0.2 --duration 20s"
    })
final class RunCommand implements Callable<Integer> {
  private static final Set<String> BESIDE_A_FILE = Set.of("--output", "--no-pictures", "--check");

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "0..1", description = "The experiment.")
  private @Nullable Path file;

  @Mixin private PlanFlags flags;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.csv",
      description = {
        "Where every sample goes; default: the experiment's name, and a number if that is taken.",
        "Pictures lie beside."
      })
  private @Nullable Path output;

  @Option(names = "--no-pictures", description = "Only the numbers and the page.")
  private boolean noPictures;

  @Option(names = "--check", description = "Only checks the file.")
  private boolean check;

  @SuppressWarnings("NullAway.Init") // picocli sets the flags
  private RunCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      ExperimentPlan plan = plan();
      if (check) {
        out.println(plan.name() + ": " + plan.runs().size() + " runs; the file is right");
        return ExitCode.DONE;
      }
      Path results = output == null ? RunOutput.unused(plan.name()) : output;
      boolean complete = run(plan, results, err);
      out.println("samples   " + results);
      RunOutput.tell(ResultFile.read(results), RunOutput.stemOf(results), !noPictures, out, err);
      return complete ? ExitCode.DONE : ExitCode.FAILED;
    } catch (ConfigException e) {
      e.errors().forEach(err::println);
      return ExitCode.FAILED;
    } catch (IoFailure e) {
      err.println("viaduct: " + e.getMessage());
      boolean refused = e.errno().equals("EPERM") || e.errno().equals("EACCES");
      return refused ? ExitCode.NOT_PERMITTED : ExitCode.FAILED;
    } catch (IOException e) {
      err.println("viaduct: " + RunOutput.words(e));
      return ExitCode.FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private ExperimentPlan plan() {
    if (file != null) {
      List<String> beside =
          spec.commandLine().getParseResult().matchedOptions().stream()
              .map(OptionSpec::longestName)
              .filter(name -> !BESIDE_A_FILE.contains(name))
              .toList();
      if (!beside.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "either a file or options, not both; the file has to say what "
                + String.join(", ", beside)
                + " does");
      }
      return ExperimentFile.read(file);
    }
    try {
      return flags.plan(spec.commandLine().getParseResult().originalArgs());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether it came to its end. */
  private static boolean run(ExperimentPlan plan, Path results, PrintWriter err) throws Exception {
    SystemClock clock = new SystemClock();
    Actions actions = new Actions(ProgramCommand.prefix());
    boolean isTerminal = Terminal.isStandardOutput();
    try (ResultWriter writer = new ResultWriter(results, plan);
        Progress progress = new Progress(plan, writer, isTerminal)) {
      Experiment experiment =
          new Experiment(plan, actions, clock, Clock.systemUTC(), progress::runBegins);
      Signals signals = Signals.catchAll();
      Thread.ofPlatform().name("stop-on-signal").daemon().start(() -> stop(signals, experiment));
      experiment.run(writer, progress);
      return true;
    } catch (IoFailure | IOException e) {
      err.println("viaduct: " + e.getMessage() + "; what was measured before is kept");
      return false;
    }
  }

  private static void stop(Signals signals, Experiment experiment) {
    try {
      while (signals.next() != Signals.Kind.STOP) {
        // nothing to read again
      }
      experiment.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
