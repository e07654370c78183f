package net.viaduct.cli.capture;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.HostSocket;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.Version;
import net.viaduct.host.client.ApiSilent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code viaduct capture}. */
@Command(
    name = "capture",
    description = {
      "Captures frames at ports or datagrams at the underlay, with what becomes of each.",
      "",
      "A line for each, or a pcapng file whose packets have the verdict as their comment."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "  viaduct capture --port vm1            a line for each frame",
      "  viaduct capture --port vm1 --underlay -w lost.pcapng --seconds 10",
      "  viaduct capture --dropped             what is lost at any port, and why",
      "  viaduct capture --underlay --vni 100 -w - | tshark -r -",
      "",
      "The IP and UDP headers of the underlay are made again from what the kernel",
      "tells; the source port of what is sent is the kernel's affair. One capture at a",
      "time; what the reader is too slow for is lost and counted, traffic never waits."
    })
public final class CaptureCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "NAME",
      description = "At this port; several times. Default: at all, unless --underlay is told.")
  private List<String> ports = new ArrayList<>();

  @Option(names = "--underlay", description = "At the underlay.")
  private boolean underlay;

  @Option(names = "--mac", paramLabel = "MAC", description = "Only from or to this address.")
  private @Nullable String mac;

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "Only from or to this IP address.")
  private @Nullable String ip;

  @Option(
      names = "--transport-port",
      paramLabel = "PORT",
      description = "Only from or to this port of TCP, UDP or the like.")
  private @Nullable Integer transportPort;

  @Option(names = "--vni", paramLabel = "VNI", description = "Only frames of this network.")
  private @Nullable Integer vni;

  @Option(names = "--dropped", description = "Only what is dropped, or a copy of it.")
  private boolean dropped;

  @Option(
      names = "--reason",
      paramLabel = "REASON",
      description = "Only what is dropped for this reason; 'viaduct show drops --all' names them.")
  private @Nullable String reason;

  @Option(names = "--bytes", paramLabel = "N", description = "How much to keep of each.")
  private @Nullable Integer bytes;

  @Option(
      names = {"-w", "--write"},
      paramLabel = "FILE",
      description = "Writes pcapng; '-' for the standard output.")
  private @Nullable String file;

  @Option(names = "--count", paramLabel = "N", description = "Ends after so many.")
  private long count = Long.MAX_VALUE;

  @Option(names = "--seconds", paramLabel = "S", description = "Ends after so long.")
  private double seconds = Double.MAX_VALUE;

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      description = "Ends when so much was captured; default: 1024.")
  private long megabytes = 1024;

  @Mixin private HostSocket socket = new HostSocket();

  /** The command, as picocli makes it. */
  public CaptureCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 1 || !(seconds > 0) || megabytes < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--count, --seconds and --megabytes are more than 0");
    }
    PrintWriter err = spec.commandLine().getErr();
    try {
      LocalHost host = socket.host();
      Session session = Session.begin(host, question());
      try (FrameSink sink = sink()) {
        session.run(sink, new Session.Bounds(count, seconds, megabytes << 20));
      } finally {
        session.end();
      }
      err.println(session.summary());
      err.flush();
      return ExitCode.DONE;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      err.flush();
      return ExitCode.of(silent);
    }
  }

  private Map<String, String> question() {
    Map<String, String> question = new LinkedHashMap<>();
    if (!ports.isEmpty()) {
      question.put("ports", String.join(",", ports));
    }
    put(question, "underlay", underlay ? "true" : null);
    put(question, "mac", mac);
    put(question, "ip", ip);
    put(question, "transport-port", transportPort);
    put(question, "vni", vni);
    put(question, "dropped", dropped ? "true" : null);
    put(question, "reason", reason);
    put(question, "bytes", bytes);
    return question;
  }

  private static void put(Map<String, String> question, String name, @Nullable Object value) {
    if (value != null) {
      question.put(name, value.toString());
    }
  }

  private FrameSink sink() throws IOException {
    if (file == null) {
      return new LineSink(spec.commandLine().getOut());
    }
    OutputStream out = file.equals(STANDARD_OUTPUT) ? System.out : new FileOutputStream(file);
    return new PcapngSink(new BufferedOutputStream(out, 1 << 16));
  }
}
