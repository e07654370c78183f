package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import net.viaduct.host.client.ApiSilent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code viaduct flush}. */
@Command(
    name = "flush",
    description = "Forgets stations that were learned.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "  viaduct flush stations                     all that were learned",
      "  viaduct flush stations --remote 10.77.0.2  those behind a remote",
      "",
      "What is configured stays. Until a station is heard of again, frames for it are",
      "flooded."
    })
final class FlushCommand implements Callable<Integer> {
  private static final String STATIONS = "stations";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "stations", description = "What is to be forgotten.")
  private String what = "";

  @Mixin private StationFlags flags = new StationFlags();

  @Option(names = "--json", description = "Prints JSON, as the local API answers.")
  private boolean json;

  @Mixin private HostSocket socket = new HostSocket();

  private FlushCommand() {}

  @Override
  public Integer call() {
    if (!what.equals(STATIONS)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "'" + what + "' cannot be flushed; there is: " + STATIONS);
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      String answer = socket.host().end("/v1/stations?" + StationFlags.query(flags.parameters()));
      String count = String.valueOf(Json.parse(answer).get(STATIONS));
      out.println(
          json ? answer : count + (count.equals("1") ? " station" : " stations") + " forgotten");
      return ExitCode.DONE;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      return ExitCode.of(silent);
    } finally {
      out.flush();
      err.flush();
    }
  }
}
