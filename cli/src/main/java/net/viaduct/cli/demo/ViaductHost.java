package net.viaduct.cli.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.cli.demo.stage.HostApi;
import net.viaduct.host.view.CountersView;
import net.viaduct.host.view.StationView;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.Machine;
import net.viaduct.runtime.NanoClock;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/** A host that runs {@code viaduct up} as a process of its own. */
final class ViaductHost implements DemoHost {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
  private static final int LOG_LINES = 10;
  private static final String DROP = "drop-";
  private static final String LOST_BEFORE = "drop-lost-before-";

  private final Lab lab;
  private final LabHost host;
  private final DemoPlan plan;
  private final NanoClock clock;
  private final List<String> ports = new ArrayList<>();
  private final List<Machine> onTaps = new ArrayList<>();
  private final HostApi api;
  private @Nullable LabProcess process;
  private long beganNs;
  private Duration readyAfter = Duration.ZERO;

  ViaductHost(Lab lab, LabHost host, DemoPlan plan, NanoClock clock) {
    this.lab = lab;
    this.host = host;
    this.plan = plan;
    this.clock = clock;
    api = new HostApi(file("sock"));
  }

  private Path file(String extension) {
    return lab.directory().resolve(host.name() + "." + extension);
  }

  /** The configuration that it reads. */
  Path configuration() {
    return file("yaml");
  }

  /** Where its local API listens. */
  Path socket() {
    return file("sock");
  }

  @Override
  public LabHost host() {
    return host;
  }

  @Override
  public String program() {
    return "Viaduct";
  }

  @Override
  public void plan(Machine machine, Attachment attachment) {
    String port = DemoPlan.portOf(machine);
    switch (attachment) {
      case VETH -> machine.attachVeth(host, port);
      case VETH_AFTER_MOVE -> machine.prepareMove(host, port);
      case TAP -> onTaps.add(machine);
    }
    ports.add((attachment == Attachment.TAP ? "tap: " : "device: ") + port);
  }

  @Override
  public void begin() {
    writeConfiguration();
    ProcessBuilder command = ProgramCommand.of("up", "-c", configuration().toString());
    command.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    command.redirectErrorStream(true).redirectOutput(file("log").toFile());
    beganNs = clock.nanoTime();
    process = lab.start("viaduct up on " + host.name(), host.namespace(), command);
  }

  /** Takes a port out of the configuration, and has it applied. */
  void removePort(Machine machine) {
    ports.remove("device: " + DemoPlan.portOf(machine));
    writeConfiguration();
    api.reload();
  }

  private void writeConfiguration() {
    try {
      Files.writeString(configuration(), yaml());
    } catch (IOException e) {
      throw new IoFailure("write " + configuration(), "EIO", String.valueOf(e.getMessage()));
    }
  }

  private String yaml() {
    StringBuilder text = new StringBuilder();
    text.append("host: ").append(host.name()).append('\n');
    text.append("underlay:\n  address: ").append(host.address()).append('\n');
    text.append("  port: ").append(plan.port()).append('\n');
    text.append("api:\n  socket: ").append(socket()).append('\n');
    text.append("counters:\n  file: ").append(file("counters")).append('\n');
    text.append("networks:\n  ").append(plan.network()).append(":\n");
    text.append("    vni: ").append(plan.vni()).append('\n');
    text.append("    flood: { group: ").append(plan.group()).append(" }\n    ports:\n");
    ports.forEach(port -> text.append("      - ").append(port).append('\n'));
    return text.toString();
  }

  @Override
  public void finish() {
    LabProcess started = running();
    long deadline = clock.nanoTime() + READY_TIMEOUT.toNanos();
    while (!api.isUp()) {
      if (!started.isAlive() || clock.nanoTime() > deadline) {
        String what = started.isAlive() ? "is not ready" : "ended";
        throw new IoFailure("start " + started.name(), "ECANCELED", "it " + what + lastOfLog());
      }
      api.pause();
    }
    readyAfter = Duration.ofNanos(clock.nanoTime() - beganNs);
    onTaps.forEach(machine -> machine.adoptTap(host, DemoPlan.portOf(machine)));
  }

  /** How long the process took to be ready. */
  Duration readyAfter() {
    return readyAfter;
  }

  private LabProcess running() {
    if (process == null) {
      throw new IllegalStateException(host.name() + " was not begun");
    }
    return process;
  }

  /** Its process. */
  LabProcess process() {
    return running();
  }

  private String lastOfLog() {
    try {
      List<String> lines = Files.readAllLines(file("log"));
      int from = Math.max(0, lines.size() - LOG_LINES);
      return ":\n  " + String.join("\n  ", lines.subList(from, lines.size()));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public List<Knowledge> knowledge() {
    return api.stations().stream().map(ViaductHost::knowledge).toList();
  }

  private static Knowledge knowledge(StationView station) {
    String port = station.port();
    String place = port == null ? withoutPort(station.remote()) : "port " + port;
    return new Knowledge(MacAddress.parse(station.mac()), place);
  }

  private static String withoutPort(@Nullable String endpoint) {
    return endpoint == null ? "?" : endpoint.replaceFirst(":[0-9]+$", "");
  }

  @Override
  public Optional<Passed> passed() {
    return api.counters().stream()
        .filter(block -> block.kind().equals("vtep"))
        .findFirst()
        .map(ViaductHost::passed);
  }

  static Passed passed(CountersView counters) {
    return new Passed(
        sum(counters, "egress-unicast-frames", "ingress-unicast-frames"),
        sum(counters, "egress-flooded-frames", "ingress-flooded-frames"),
        sum(counters, "egress-dropped-frames", "ingress-dropped-frames"),
        reasons(counters));
  }

  /** What the kernel lost before it could be received is not among the frames that came. */
  private static Map<String, Long> reasons(CountersView counters) {
    Map<String, Long> reasons = new TreeMap<>();
    counters
        .values()
        .forEach((counter, count) -> {
          if (count > 0 && counter.startsWith(DROP) && !counter.startsWith(LOST_BEFORE)) {
            reasons.put(counter.substring(DROP.length()), count);
          }
        });
    return reasons;
  }

  private static long sum(CountersView counters, String one, String other) {
    return counters.values().getOrDefault(one, 0L) + counters.values().getOrDefault(other, 0L);
  }
}
