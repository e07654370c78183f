package net.viaduct.cli.controller;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.Row;
import net.viaduct.runtime.NanoClock;

/** A move of a port, step by step, as a controller tells how far it is. Used by one thread. */
final class MoveCourse {
  private static final long LOOK_NS = 50_000_000;
  private static final long READY_NS = 30_000_000_000L;
  private static final long TOLD_NS = 3_000_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final String port;
  private final ControllerClient client;
  private final NanoClock clock;
  private final String target;
  private Map<String, Object> move = Map.of();

  MoveCourse(String port, ControllerClient client, NanoClock clock) {
    this.port = port;
    this.client = client;
    this.clock = clock;
    this.target = "/api/v1/ports/" + word(port) + "/move";
  }

  private static String word(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  /** How far it is, as the API tells it. */
  Map<String, Object> move() {
    return move;
  }

  private String text(String key) {
    return new Row(move).text(key);
  }

  /** The host that it leaves. */
  String from() {
    return text("from");
  }

  /**
   * Has both hosts made ready, and waits until they are.
   *
   * @param atOnce does not wait for a host that is away
   * @throws Refusal if one is not ready in time
   */
  void prepare(String to, boolean atOnce) {
    move = client.ask("POST", target, Map.of("to", to));
    await(READY_NS, () -> hostsToWaitFor(atOnce).isEmpty());
    List<String> late = hostsToWaitFor(atOnce);
    if (!late.isEmpty()) {
      throw new Refusal(
          ExitCode.FAILED,
          "%s not ready for %s within %d s, so it still is at %s: see 'viaduct host show %s' and 'viaduct show controller' there; --cancel, or --at-once, which does not wait for a host that is away"
              .formatted(
                  String.join(" and ", late) + (late.size() == 1 ? " is" : " are"),
                  port,
                  READY_NS / NS_PER_SECOND,
                  from(),
                  late.getFirst()));
    }
  }

  private List<String> hostsToWaitFor(boolean atOnce) {
    if (!(move.get("waitsFor") instanceof List<?> names)) {
      return List.of();
    }
    return names.stream().map(String::valueOf).filter(it -> !atOnce || isAlive(it)).toList();
  }

  private boolean isAlive(String host) {
    Map<String, Object> told = client.ask("GET", "/api/v1/hosts/" + word(host), null);
    return new Row(told).text("observed.state").equals("alive");
  }

  /** Whether nothing is lost if the machine changes over now. */
  boolean isReady() {
    return text("step").equals("ready");
  }

  /**
   * Waits until the machine is heard at the new host.
   *
   * @throws Refusal if it is not in time
   */
  void hear(int seconds) {
    await(seconds * NS_PER_SECOND, this::isHere);
    if (!isHere()) {
      throw new Refusal(
          ExitCode.FAILED,
          "%s was not heard at %s within %d s, so it still is at %s; --activate or --cancel"
              .formatted(port, text("to"), seconds, from()));
    }
  }

  private boolean isHere() {
    return Boolean.TRUE.equals(move.get("here"));
  }

  /**
   * Says that the port is at the new host.
   *
   * @param atOnce whatever hosts say
   */
  void activate(boolean atOnce) {
    move = client.ask("POST", target + "/activate?atOnce=" + atOnce, null);
  }

  /**
   * Waits a little until it is told how it went.
   *
   * @param silence also for how long the machine was not heard
   */
  void learnHowItWent(boolean silence) {
    await(
        TOLD_NS,
        () -> text("step").equals("moved") && (!silence || move.get("blackoutMs") != null));
  }

  /** Lets the port stay where it is. */
  void cancel() {
    client.ask("DELETE", target, null);
  }

  private void await(long mostNs, BooleanSupplier condition) {
    long until = clock.nanoTime() + mostNs;
    while (!condition.getAsBoolean() && until - clock.nanoTime() > 0) {
      LockSupport.parkNanos(LOOK_NS);
      move = client.ask("GET", target, null);
    }
  }
}
