package net.viaduct.cli.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.cli.lab.Amounts;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An experiment by options. */
final class PlanFlags {
  private static final long USUAL_TIMEOUT_NS = 2_000_000_000L;
  private static final int USUAL_SIZE_BYTES = 56;
  private static final int USUAL_LOAD_BYTES = 1_200;

  @Option(names = "--icmp", paramLabel = "ADDRESS", description = "A stream of ICMP echo.")
  private List<String> icmp = new ArrayList<>();

  @Option(names = "--udp", paramLabel = "ADDRESS[:PORT]", description = "A stream of datagrams.")
  private List<String> udp = new ArrayList<>();

  @Option(
      names = "--connect",
      paramLabel = "ADDRESS[:PORT]",
      description = "A stream of new TCP connections.")
  private List<String> connect = new ArrayList<>();

  @Option(
      names = "--request",
      paramLabel = "ADDRESS[:PORT]",
      description = "A stream of requests on one TCP connection.")
  private List<String> request = new ArrayList<>();

  @Option(names = "--tcp-load", paramLabel = "ADDRESS[:PORT]", description = "Bulk TCP beside it.")
  private List<String> tcpLoad = new ArrayList<>();

  @Option(
      names = "--udp-load",
      paramLabel = "ADDRESS[:PORT]@RATE",
      description = "Datagrams at a rate beside it, such as 10.0.0.2@5M.")
  private List<String> udpLoad = new ArrayList<>();

  @Option(names = "--flows", paramLabel = "N", description = "Flows of each load; default: 1.")
  private int flows = 1;

  @Option(names = "--congestion", paramLabel = "NAME", description = "Such as cubic or bbr.")
  private String congestion = "";

  @Option(names = "--duration", paramLabel = "TIME", description = "Default: 10s.")
  private String duration = "10s";

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "Between probes; default: 100ms.")
  private String interval = "100ms";

  @Option(names = "--size", paramLabel = "BYTES", description = "Of a probe; default: 56.")
  private int sizeBytes = USUAL_SIZE_BYTES;

  @Option(names = "--tos", paramLabel = "0..255", description = "DSCP and ECN of probes.")
  private int tos;

  @Option(names = "--count", paramLabel = "N", description = "Probes of each stream; default: all.")
  private long count;

  @Option(names = "--repetitions", paramLabel = "N", description = "Default: 1.")
  private int repetitions = 1;

  @Option(names = "--from", paramLabel = "NAMESPACE", description = "Where it sends from.")
  private String from = "";

  @Option(
      names = "--responder",
      paramLabel = "NAMESPACE",
      description = "Run the other end too, in this network namespace.")
  private @Nullable String responder;

  @Option(names = "--name", paramLabel = "NAME", description = "Default: experiment.")
  private String name = "experiment";

  private PlanFlags() {}

  /** Whether any stream or load was asked for. */
  private boolean isGiven() {
    return !(icmp.isEmpty()
        && udp.isEmpty()
        && connect.isEmpty()
        && request.isEmpty()
        && tcpLoad.isEmpty()
        && udpLoad.isEmpty());
  }

  /**
   * The experiment.
   *
   * @throws IllegalArgumentException with a sentence
   */
  ExperimentPlan plan(List<String> arguments) {
    if (!isGiven()) {
      throw new IllegalArgumentException("a file, or what to probe: --icmp ADDRESS, --udp, ...");
    }
    List<StreamPlan> streams = new ArrayList<>();
    add(streams, icmp, ProbeKind.ICMP);
    add(streams, udp, ProbeKind.UDP);
    add(streams, connect, ProbeKind.TCP_CONNECT);
    add(streams, request, ProbeKind.TCP_REQUEST);
    List<LoadPlan> loads = new ArrayList<>();
    for (String to : tcpLoad) {
      loads.add(load(LoadPlan.Kind.TCP, to, 0, loads.size()));
    }
    for (String to : udpLoad) {
      int at = to.lastIndexOf('@');
      if (at < 0) {
        throw new IllegalArgumentException("'" + to + "' has no rate; such as 10.0.0.2@5M");
      }
      long rate = Amounts.bitsPerSecond(to.substring(at + 1));
      loads.add(load(LoadPlan.Kind.UDP, to.substring(0, at), rate, loads.size()));
    }
    Optional<ResponderPlan> own =
        Optional.ofNullable(responder).map(place -> new ResponderPlan(place, Protocol.USUAL_PORT));
    String source = "viaduct " + String.join(" ", arguments);
    return new ExperimentPlan(
        name,
        Amounts.ns(duration),
        from,
        own,
        streams,
        loads,
        List.of(),
        List.of(),
        repetitions,
        source);
  }

  private void add(List<StreamPlan> streams, List<String> destinations, ProbeKind kind) {
    for (String destination : destinations) {
      Destination to = Destination.parse(destination, Protocol.USUAL_PORT);
      String kindName = kind.word();
      boolean onlyOne = destinations.size() == 1;
      streams.add(
          new StreamPlan(
              onlyOne ? kindName : kindName + " " + to.address(),
              kind,
              to.address(),
              to.port(),
              "",
              sizeBytes,
              tos,
              Amounts.ns(interval),
              count,
              USUAL_TIMEOUT_NS));
    }
  }

  private LoadPlan load(LoadPlan.Kind kind, String destination, long rate, int before) {
    Destination to = Destination.parse(destination, Protocol.USUAL_PORT);
    IpAddress address = to.address();
    return new LoadPlan(
        "load" + (before == 0 ? "" : Integer.toString(before + 1)),
        kind,
        address,
        to.port(),
        "",
        congestion,
        rate,
        USUAL_LOAD_BYTES,
        flows,
        0,
        0,
        Long.MAX_VALUE);
  }
}
