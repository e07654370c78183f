package net.viaduct.cli.trace;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.HostSocket;
import net.viaduct.cli.Json;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.SocketFinder;
import net.viaduct.cli.Version;
import net.viaduct.cli.controller.ControllerOptions;
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
      "  viaduct trace --underlay --capture eth0.pcap --packet 7",
      "  viaduct trace --controller https://c1:7443 --port vm1 --to vm2 --tcp 80",
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

  @Option(
      names = "--underlay",
      description = "It came by the underlay: --capture has it with its outer headers.")
  private boolean underlay;

  @Mixin private FrameFlags flags;

  @Mixin private ControllerOptions controller;

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

  @Mixin private HostSocket socket = new HostSocket();

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
    int origins = (port == null ? 0 : 1) + (remote == null ? 0 : 1) + (underlay ? 1 : 0);
    if (origins != 1 || (remote == null) != (vni == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "where does the frame come from? --port NAME, or --remote ADDRESS and --vni VNI, or"
              + " --underlay");
    }
    try {
      if (controller.isTold()) {
        throughController(out);
        return ExitCode.DONE;
      }
      List<Map<String, Object>> traces = traces(socket.host(finder));
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
      return ExitCode.of(silent);
    }
  }

  /** The controller asks the hosts, wherever they are. */
  private void throughController(PrintWriter out) throws IOException {
    if (port == null || hosts || socket.named() != null || !otherSockets.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "a controller asks the hosts itself: with --controller goes --port NAME and what the"
              + " frame is");
    }
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("port", port);
    question.putAll(told());
    Map<String, Object> answer = controller.client().ask("POST", "/api/v1/trace", question);
    if (json) {
      out.println(Json.write(answer));
    } else {
      new TracePrinter(out).printJourney(answer);
    }
    out.flush();
  }

  private Map<String, Object> told() throws IOException {
    try {
      return flags.told();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private List<Map<String, Object>> traces(LocalHost host) throws IOException, ApiSilent {
    if (underlay) {
      String packet = HexFormat.of().formatHex(underlayPacket());
      return List.of(Json.parse(host.ask("/v1/trace", Map.of("packet", packet))));
    }
    byte[] frame = frame(host);
    List<Path> sockets = new ArrayList<>(otherSockets);
    if (hosts) {
      sockets.addAll(finder.sockets());
    }
    return new Journey(host, sockets).follow(question(), frame);
  }

  private byte[] underlayPacket() throws IOException {
    try {
      return flags.underlayPacket();
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(spec.commandLine(), e.getMessage(), e);
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
