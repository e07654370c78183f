package net.viaduct.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.NearestKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code viaduct show THING}. */
@Command(
    name = "show",
    description = "Shows what a host has, knows and counts.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "Things: status controller networks ports stations neighbours flaps remotes",
      "        flood groups drops queues counters errors",
      "",
      "  viaduct show ports --watch      rates per second, redrawn each second",
      "  viaduct show drops              what was lost, why, and what to do about it",
      "  viaduct show stations --json    for programs",
      "  viaduct show stations --limit 1000    and on with --after",
      "  viaduct show stations --port vm1 --origin learned",
      "",
      "'show counters' reads the counters file when the host does not answer, and says",
      "so."
    })
final class ShowCommand implements Callable<Integer> {
  /** More stations than a host may have. */
  private static final int ALL = 1 << 26;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "THING",
      description = "What to show; see below.")
  private @Nullable String word;

  @Option(names = "--json", description = "Prints JSON, as the local API answers.")
  private boolean json;

  @Option(names = "--all", description = "Shows counters that are zero too.")
  private boolean all;

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "1",
      paramLabel = "SECONDS",
      description = "Goes on, with rates per second; each second if nothing else is said.")
  private @Nullable Double watchSeconds;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Of stations: at most so many; where to go on is said at the end.")
  private @Nullable Integer limit;

  @Option(
      names = "--after",
      paramLabel = "CURSOR",
      description = "Of stations: goes on where a list ended, within a minute.")
  private @Nullable String after;

  @Mixin private HostSocket socket = new HostSocket();

  @Option(
      names = "--counters",
      paramLabel = "PATH",
      description = "Whose queues: a counters file; default: all in /run/viaduct.")
  private @Nullable Path counters;

  @Mixin private StationFlags flags = new StationFlags();

  @Option(
      names = "--origin",
      paramLabel = "WORD",
      description = "Only where this origin says so: static, learned.")
  private String origin = "";

  private ShowCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    if (watchSeconds != null && !(watchSeconds >= 0.1 && watchSeconds <= 3600)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--watch: " + watchSeconds + " is out of range; it is 0.1 to 3600");
    }
    Thing thing = thing();
    checkPage(thing);
    if (!filter().isEmpty() && thing != Thing.STATIONS && thing != Thing.NEIGHBOURS) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--" + filter().keySet().iterator().next() + " goes with stations and neighbours only");
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      if (thing == Thing.STATIONS && watchSeconds == null) {
        printStations(out, err);
        return StandardOutput.afterPrinting(out, err);
      }
      Answers source = answers(thing, err);
      ThingPrinter printer = new ThingPrinter(thing, all, json, out);
      if (watchSeconds == null) {
        printer.print(source.read());
        return StandardOutput.afterPrinting(out, err);
      }
      new Watch(source, printer, out, Terminal.isStandardOutput()).run(watchSeconds);
      return StandardOutput.afterPrinting(out, err); // it goes on until nobody reads any more
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      err.flush();
      return ExitCode.of(silent);
    }
  }

  private void checkPage(Thing thing) {
    String wrong =
        limit == null && after == null
            ? ""
            : thing != Thing.STATIONS || watchSeconds != null
                ? "--limit and --after are about 'show stations' without --watch"
                : limit != null && (limit < 1 || limit > ALL)
                    ? "--limit: " + limit + " is out of range; it is 1 to " + ALL
                    : "";
    if (!wrong.isEmpty()) {
      throw new CommandLine.ParameterException(spec.commandLine(), wrong);
    }
  }

  private void printStations(PrintWriter out, PrintWriter err) throws ApiSilent {
    StationList list = new StationList(socket.host(), filter(), out);
    int most = limit == null ? ALL : limit;
    String from = after == null ? "" : after;
    if (json) {
      list.printJson(most, from);
      return;
    }
    String next = list.printTable(most, from);
    if (next != null) {
      out.flush();
      err.println("viaduct: there are more: --after " + next);
      err.flush();
    }
  }

  private Answers answers(Thing thing, PrintWriter err) {
    if (thing == Thing.QUEUES) {
      Path host = socket.named();
      return host != null && counters == null
          ? new QueueFiles(HostConfig.defaultCounters(host))
          : new QueueFiles(counters);
    }
    return new ThingSource(socket.host(), thing, filter(), err);
  }

  private Map<String, String> filter() {
    Map<String, String> filter = flags.parameters();
    if (!origin.isEmpty()) {
      filter.put("origin", origin);
    }
    return filter;
  }

  private Thing thing() {
    List<String> words = Arrays.stream(Thing.values()).map(Thing::word).toList();
    if (word == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "show what? There are: " + String.join(", ", words));
    }
    for (Thing thing : Thing.values()) {
      if (thing.word().equalsIgnoreCase(word)) {
        return thing;
      }
    }
    String right =
        NearestKey.of(word, words)
            .map(near -> "did you mean '" + near + "'?")
            .orElse("there are: " + String.join(", ", words));
    throw new CommandLine.ParameterException(
        spec.commandLine(), "'" + word + "' is nothing that can be shown; " + right);
  }
}
