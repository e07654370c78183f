package net.viaduct.cli.demo.controller;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.cli.demo.stage.HostApi;
import net.viaduct.host.view.CountersView;
import net.viaduct.host.view.StationView;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * A host that joins the controller, and whose file says nothing but where it is. Owned by the
 * thread that runs the demo.
 */
final class ControlledHost {
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(40);

  private final Lab lab;
  private final LabHost host;
  private final NanoClock clock;
  private final HostApi api;
  private @Nullable LabProcess joining;
  private @Nullable LabProcess process;
  private long beganNs;
  private Duration readyAfter = Duration.ZERO;

  ControlledHost(Lab lab, LabHost host, NanoClock clock) {
    this.lab = lab;
    this.host = host;
    this.clock = clock;
    api = new HostApi(socket());
  }

  private Path file(String extension) {
    return lab.directory().resolve(host.name() + "." + extension);
  }

  Path socket() {
    return file("sock");
  }

  LabHost host() {
    return host;
  }

  /** Begins to join; does not wait for it. */
  void beginToJoin(String token) {
    write(file("token"), token);
    joining =
        lab.start(
            "viaduct join on " + host.name(),
            host.namespace(),
            program(
                "join",
                "--token-file",
                file("token").toString(),
                "--controller",
                ControlledPlan.CONTROLLER_ADDRESS.toString(),
                "--host",
                host.name(),
                "--state",
                file("state").toString()));
  }

  /** Waits until it has joined. */
  void awaitJoined() {
    LabProcess started = required(joining);
    long deadline = clock.nanoTime() + READY_TIMEOUT.toNanos();
    while (started.isAlive() && clock.nanoTime() - deadline < 0) {
      api.pause();
    }
    if (started.stop().exitCode() != 0) {
      throw new IoFailure(started.name(), "ECANCELED", "it failed: " + log());
    }
  }

  /** Begins to run; does not wait for it. */
  void begin() {
    write(
        file("yaml"),
        """
        host: %s
        underlay: { address: %s }
        controller: { state: %s }
        api: { socket: %s }
        counters: { file: %s }
        """
            .formatted(host.name(), host.address(), file("state"), socket(), file("counters")));
    beganNs = clock.nanoTime();
    process =
        lab.start(
            "viaduct up on " + host.name(),
            host.namespace(),
            program("up", "-c", file("yaml").toString()));
  }

  /** Waits until it is ready. */
  void awaitReady() {
    LabProcess started = process();
    long deadline = clock.nanoTime() + READY_TIMEOUT.toNanos();
    while (!api.isUp()) {
      if (!started.isAlive() || clock.nanoTime() - deadline > 0) {
        throw new IoFailure("start " + started.name(), "ECANCELED", "it is not ready: " + log());
      }
      api.pause();
    }
    readyAfter = Duration.ofNanos(clock.nanoTime() - beganNs);
  }

  /** Waits until it knows so many stations. */
  void awaitStations(int count) {
    long deadline = clock.nanoTime() + READY_TIMEOUT.toNanos();
    while (api.stations().size() < count) {
      if (clock.nanoTime() - deadline > 0) {
        throw new IoFailure(
            host.name(), "ECANCELED", "it was not told of " + count + " stations: " + log());
      }
      api.pause();
    }
  }

  private ProcessBuilder program(String... arguments) {
    ProcessBuilder command = ProgramCommand.of(arguments);
    command.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return command
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(file("log").toFile()));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IoFailure("write " + file, "EIO", String.valueOf(e.getMessage()));
    }
  }

  private String log() {
    try {
      return Files.readString(file("log"));
    } catch (IOException e) {
      return "its log is not there";
    }
  }

  private static LabProcess required(@Nullable LabProcess started) {
    if (started == null) {
      throw new IllegalStateException("it was not started");
    }
    return started;
  }

  LabProcess process() {
    return required(process);
  }

  /** How long it took to be ready. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** Where it thinks a station is, and who says so; empty if it does not know. */
  Optional<StationView> station(String mac) {
    return stations().stream().filter(station -> station.mac().equals(mac)).findFirst();
  }

  List<StationView> stations() {
    return api.stations();
  }

  /** How many frames it flooded. */
  long flooded() {
    return api.counters().stream()
        .filter(block -> block.kind().equals("vtep"))
        .map(CountersView::values)
        .mapToLong(values -> values.getOrDefault("egress-flooded-frames", 0L))
        .sum();
  }
}
