package net.viaduct.cli.demo.controller;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.controller.ControllerClient;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/** The controller of the demo, a process of its own. Owned by the thread that runs the demo. */
final class ControllerUnit {
  private static final Duration UP_TIMEOUT = Duration.ofSeconds(40);
  private static final long PAUSE_NS = 20_000_000;

  private final Lab lab;
  private final LabHost host;
  private final NanoClock clock;
  private final Path socket;
  private final ControllerClient client;
  private @Nullable LabProcess process;
  private Duration upAfter = Duration.ZERO;

  ControllerUnit(Lab lab, LabHost host, NanoClock clock) {
    this.lab = lab;
    this.host = host;
    this.clock = clock;
    socket = lab.directory().resolve("controller.sock");
    client = ControllerClient.of("unix:" + socket, "", null);
  }

  /** Starts it, and waits until it answers. */
  void start() {
    Path file = lab.directory().resolve("controller.yaml");
    String text =
        "store: %s\napi: { socket: %s }\nhosts: { address: %s }\n"
            .formatted(lab.directory().resolve("controller.db"), socket, host.address());
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new IoFailure("write " + file, "EIO", String.valueOf(e.getMessage()));
    }
    long beganNs = clock.nanoTime();
    LabProcess started = lab.start("the controller", host.namespace(), command(file));
    process = started;
    while (!isUp()) {
      boolean isLate = clock.nanoTime() - beganNs > UP_TIMEOUT.toNanos();
      if (!started.isAlive() || isLate) {
        throw new IoFailure(
            "start the controller",
            "ECANCELED",
            "it " + (isLate ? "does not answer" : "ended") + "; see " + log());
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
    upAfter = Duration.ofNanos(clock.nanoTime() - beganNs);
  }

  /** The launcher knows where its libraries are; without one they are on the class path. */
  private ProcessBuilder command(Path file) {
    String launcher = System.getProperty("viaduct.launcher");
    ProcessBuilder command =
        launcher == null
            ? ProgramCommand.of("controller", "-c", file.toString())
            : new ProcessBuilder(launcher, "controller", "-c", file.toString());
    command.environment().put("VIADUCT_BUILT", "1");
    command.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    return command.redirectErrorStream(true).redirectOutput(log().toFile());
  }

  private Path log() {
    return lab.directory().resolve("controller.log");
  }

  private boolean isUp() {
    try {
      return Files.exists(socket) && !ask("GET", "status", null).isEmpty();
    } catch (Refusal _) {
      return false;
    }
  }

  /** Asks its API. */
  Map<String, Object> ask(String method, String target, @Nullable Map<String, Object> body) {
    return client.ask(method, "/api/v1/" + target, body);
  }

  /** A token with which each host joins. */
  String joinToken() {
    return String.valueOf(ask("POST", "join-tokens", Map.of("reusable", true)).get("token"));
  }

  /** Says that there is a port. */
  void port(String name, String mac, String ip, String atHost) {
    Map<String, Object> port =
        Map.of(
            "name", name,
            "network", ControlledPlan.NETWORK,
            "mac", mac,
            "ips", List.of(ip),
            "host", atHost);
    ask("POST", "ports", port);
  }

  /** Waits until a host has made itself known. */
  void awaitHost(String name) {
    long untilNs = clock.nanoTime() + UP_TIMEOUT.toNanos();
    while (true) {
      try {
        ask("GET", "hosts/" + name, null);
        return;
      } catch (Refusal e) {
        if (clock.nanoTime() - untilNs > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
    }
  }

  /** Asks for a move until it is as far as it should be. */
  Map<String, Object> awaitMove(String port, String field, Object value) {
    long untilNs = clock.nanoTime() + UP_TIMEOUT.toNanos();
    Map<String, Object> move = ask("GET", "ports/" + port + "/move", null);
    while (!value.equals(move.get(field))) {
      if (clock.nanoTime() - untilNs > 0) {
        throw new IoFailure("move " + port, "ECANCELED", "it stands at " + move);
      }
      LockSupport.parkNanos(PAUSE_NS);
      move = ask("GET", "ports/" + port + "/move", null);
    }
    return move;
  }

  LabProcess process() {
    if (process == null) {
      throw new IllegalStateException("the controller was not started");
    }
    return process;
  }

  LabHost host() {
    return host;
  }

  Duration upAfter() {
    return upAfter;
  }

  Path socket() {
    return socket;
  }
}
