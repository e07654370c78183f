package net.viaduct.cli.trace;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Json;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.SocketFinder;
import net.viaduct.cli.Version;
import net.viaduct.host.client.ApiSilent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code viaduct trace}. */
@Command(
    name = "trace",
    description = {
      "Tells where a frame would go, and why, by the code and the tables that forward real ones.",
      "",
      "Nothing is sent, learned or counted."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "  viaduct trace --port vm1 --to 02:00:00:00:00:02 --ip 10.0.0.2 --tcp 80",
      "  viaduct trace --port vm1 --arp 10.0.0.2 --hosts",
      "  viaduct trace --port vm1 --capture lost.pcapng --packet 7",
      "  viaduct trace --remote 10.77.0.2 --vni 100 --to 02:00:00:00:00:01",
      "",
      "Exit code 0 means that the frame was followed, also if it would be dropped."
    })
public final class TraceCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "NAME",
      description = "The port that the frame comes from.")
  private @Nullable String port;

  @Option(
      names = "--remote",
      paramLabel = "ADDRESS",
      description = "The remote that it comes from, in the network of --vni.")
  private @Nullable String remote;

  @Option(names = "--vni", paramLabel = "VNI", description = "The network of --remote.")
  private @Nullable Integer vni;

  @Mixin private FrameFlags flags;

  @Option(
      names = "--hosts",
      description = "Goes on at the hosts that get it, where their sockets are on this machine.")
  private boolean hosts;

  @Option(
      names = "--host-socket",
      paramLabel = "PATH",
      description = "Where another host is asked, besides those of --hosts; several times.")
  private List<Path> otherSockets = new ArrayList<>();

  @Option(names = "--json", description = "Prints JSON.")
  private boolean json;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The host's socket; default: $VIADUCT_SOCKET, else the only one here.")
  private @Nullable Path socket;

  private final SocketFinder finder;

  /** The command, as picocli makes it. */
  public TraceCommand() {
    this(new SocketFinder());
  }

  /** A command that looks for hosts by this finder. */
  public TraceCommand(SocketFinder finder) {
    this.finder = finder;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if ((port == null) == (remote == null) || (remote == null) != (vni == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "where does the frame come from? --port NAME, or --remote ADDRESS and --vni VNI");
    }
    try {
      LocalHost host = new LocalHost(finder.find(socket));
      byte[] frame = frame(host);
      List<Path> sockets = new ArrayList<>(otherSockets);
      if (hosts) {
        sockets.addAll(finder.sockets());
      }
      List<Map<String, Object>> traces = new Journey(host, sockets).follow(question(), frame);
      if (json) {
        out.println(Json.write(Map.of("traces", traces)));
      } else {
        new TracePrinter(out).print(traces);
      }
      out.flush();
      return ExitCode.DONE;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      err.flush();
      return silent.isNotPermitted() ? ExitCode.NOT_PERMITTED : ExitCode.FAILED;
    }
  }

  private byte[] frame(LocalHost host) throws IOException {
    try {
      return flags.frame(() -> new UsualSource(host).of(port));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Map<String, String> question() {
    Map<String, String> question = new LinkedHashMap<>();
    if (port != null) {
      question.put("port", port);
    } else {
      question.put("remote", String.valueOf(remote));
      question.put("vni", String.valueOf(vni));
    }
    return question;
  }
}
