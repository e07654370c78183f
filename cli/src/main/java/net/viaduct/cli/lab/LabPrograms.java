package net.viaduct.cli.lab;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.topology.LabGround;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.MachinePlan;
import net.viaduct.lab.topology.LabPlan.NetworkPlan;
import net.viaduct.lab.topology.LabPlan.Vtep;
import net.viaduct.runtime.NanoClock;

/**
 * Builds a laboratory and starts its programs: who carries the links, and a host for each VTEP.
 * Owned by the thread that builds.
 */
final class LabPrograms {
  /** The copy of the laboratory's file, in its directory. */
  static final String FILE = "lab.yaml";

  /** The counters of its links, in its directory. */
  static final String COUNTERS = "links.counters";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long PAUSE_NS = 10_000_000;
  private static final int LOG_LINES = 10;

  private final Lab lab;
  private final LabPlan plan;
  private final NanoClock clock;

  LabPrograms(Lab lab, LabPlan plan, NanoClock clock) {
    this.lab = lab;
    this.plan = plan;
    this.clock = clock;
  }

  /** A file that is there as long as a change of the links was asked for and is not done. */
  static Path changeMark(Path labFile) {
    return labFile.resolveSibling("links.change");
  }

  /** Where the number of the process that carries the links is written. */
  static Path linksProcess(Path directory) {
    return directory.resolve("links.pid");
  }

  /** Starts all; when it returns, everything carries frames. */
  void start() throws IOException {
    LabGround ground = new LabGround(lab, plan);
    List<Program> started = new ArrayList<>();
    if (ground.wire().isPresent()) {
      started.add(startLinks(ground.wire().get()));
    }
    for (HostPlan host : plan.hosts()) {
      List<NetworkPlan> networks =
          plan.networks().stream().filter(n -> plan.hostsOf(n).contains(host)).toList();
      if (host.vtep() == Vtep.VIADUCT && !networks.isEmpty()) {
        started.add(startHost(host, networks, ground.host(host.name()).namespace()));
      }
    }
    ground.awaitCarrier(clock);
    for (Program each : started) {
      await(each);
    }
  }

  /**
   * A program that is starting.
   *
   * @param isReady whether it is ready
   * @param log where it writes
   */
  private record Program(LabProcess process, BooleanSupplier isReady, Path log) {}

  private Path file(String name) {
    return lab.directory().resolve(name);
  }

  private Program startLinks(NetNamespace wire) throws IOException {
    Path ready = file("links.ready");
    ProcessBuilder command =
        ProgramCommand.of(
            "lab",
            "carry",
            file(FILE).toString(),
            "--counters",
            file(COUNTERS).toString(),
            "--ready",
            ready.toString());
    Program links = start("links", wire, command, () -> Files.exists(ready));
    Files.writeString(linksProcess(lab.directory()), Long.toString(links.process().pid()));
    return links;
  }

  private Program startHost(HostPlan host, List<NetworkPlan> networks, NetNamespace where)
      throws IOException {
    Path configuration = file(host.name() + ".yaml");
    Path socket = file(host.name() + ".sock");
    Files.writeString(configuration, configuration(host, networks, socket));
    ProcessBuilder command = ProgramCommand.of("up", "-c", configuration.toString());
    return start(host.name(), where, command, () -> Files.exists(socket));
  }

  private String configuration(HostPlan host, List<NetworkPlan> networks, Path socket) {
    StringBuilder text = new StringBuilder();
    text.append("host: ").append(host.name()).append('\n');
    text.append("underlay:\n  address: ").append(host.address()).append('\n');
    text.append("api:\n  socket: ").append(socket).append('\n');
    text.append("counters:\n  file: ").append(file(host.name() + ".counters")).append('\n');
    text.append("networks:\n");
    for (NetworkPlan network : networks) {
      text.append("  ").append(network.name()).append(":\n");
      text.append("    vni: ").append(network.vni()).append('\n');
      text.append("    flood: ").append(flood(host, network)).append('\n');
      text.append("    ports:\n");
      for (MachinePlan machine : plan.machinesOf(network, host)) {
        text.append("      - device: ").append(machine.name()).append('\n');
      }
    }
    return text.toString();
  }

  private String flood(HostPlan host, NetworkPlan network) {
    if (network.group().isPresent()) {
      return "{ group: " + network.group().get() + " }";
    }
    List<String> remotes =
        plan.hostsOf(network).stream()
            .filter(other -> !other.equals(host))
            .map(other -> other.address().toString())
            .toList();
    return "{ remotes: [" + String.join(", ", remotes) + "] }";
  }

  private Program start(
      String name, NetNamespace where, ProcessBuilder command, BooleanSupplier isReady) {
    Path log = file(name + ".log");
    command.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    command.redirectErrorStream(true).redirectOutput(log.toFile());
    return new Program(lab.start(name, where, command), isReady, log);
  }

  private void await(Program program) {
    long deadline = clock.nanoTime() + TIMEOUT.toNanos();
    while (!program.isReady().getAsBoolean()) {
      boolean alive = program.process().isAlive();
      if (!alive || clock.nanoTime() - deadline > 0) {
        throw new IoFailure(
            "start " + program.process().name(),
            "ECANCELED",
            (alive ? "it is not ready" : "it ended") + lastOf(program.log()));
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private static String lastOf(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      int from = Math.max(0, lines.size() - LOG_LINES);
      return ":\n  " + String.join("\n  ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
