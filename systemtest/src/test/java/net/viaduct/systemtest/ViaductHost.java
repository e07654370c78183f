package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;

/** A host that runs {@code viaduct up} as a process of its own. */
public final class ViaductHost {
  private static final int TRIES = 400;
  private static final long TRY_MS = 50;

  private final String underlay;
  private final LabHost host;
  private final LabProcess process;
  private final Path log;
  private final Path config;
  private final ApiClient api;

  private ViaductHost(
      LabHost host, LabProcess process, Path config, Path log, Path socket, String underlay) {
    this.underlay = underlay;
    this.host = host;
    this.process = process;
    this.config = config;
    this.log = log;
    api = new ApiClient(socket, Duration.ofSeconds(5));
  }

  /** Starts a host with the networks as they stand under {@code networks:} in its file. */
  public static ViaductHost start(Lab lab, LabHost host, String networks) throws Exception {
    return start(lab, host, "{ address: \"" + host.address() + "\" }", networks);
  }

  /**
   * Starts a host.
   *
   * @param underlay as it stands behind {@code underlay:} in its file
   * @param networks as they stand under {@code networks:}
   */
  public static ViaductHost start(Lab lab, LabHost host, String underlay, String networks)
      throws Exception {
    return start(lab, host, underlay, networks, Map.of());
  }

  /** Starts a host with something more in its environment. */
  static ViaductHost start(
      Lab lab, LabHost host, String underlay, String networks, Map<String, String> environment)
      throws Exception {
    Path directory = lab.directory();
    Path config = directory.resolve(host.name() + ".yaml");
    Path socket = directory.resolve(host.name() + ".sock");
    Path log = directory.resolve(host.name() + ".log");
    Files.writeString(config, file(host, socket, underlay, networks));
    ProcessBuilder program = SystemLab.program(log, "up", "-c", config.toString());
    program.environment().putAll(environment);
    LabProcess process = lab.start(host.name(), host.namespace(), program);
    ViaductHost started = new ViaductHost(host, process, config, log, socket, underlay);
    try {
      started.awaitUp();
    } catch (AssertionError | InterruptedException e) {
      process.stop(); // it must not hold the port of the next one
      throw e;
    }
    return started;
  }

  private static String file(LabHost host, Path socket, String underlay, String networks) {
    return """
    host: %s
    underlay: %s
    api:
      socket: %s
    networks:
    """
            .formatted(host.name(), underlay, socket)
        + networks.indent(2);
  }

  /** Writes another file over the one that it was started with. */
  public void rewrite(String networks) throws IOException {
    rewrite(underlay, networks);
  }

  /** Writes another file over the one that it was started with, also with another underlay. */
  public void rewrite(String otherUnderlay, String networks) throws IOException {
    Files.writeString(config, file(host, socket(), otherUnderlay, networks));
  }

  private void awaitUp() throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      assertThat(process.isAlive()).as("it ended at once: %s", log()).isTrue();
      try {
        if (api.get("/v1/status").status() == 200) {
          return;
        }
      } catch (ApiSilent e) {
        Thread.sleep(TRY_MS); // not up yet
      }
    }
    throw new AssertionError("it does not come up: " + log());
  }

  /**
   * Runs a command of the program that asks this host; returns what it prints and its exit code.
   */
  public CommandRun.Result ask(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--socket");
    all.add(socket().toString());
    return CommandRun.viaduct(host.namespace(), all.toArray(String[]::new));
  }

  Path socket() {
    return config.resolveSibling(host.name() + ".sock");
  }

  /** The names of its ports, in the order in which it tells them. */
  String ports() throws ApiSilent {
    Matcher each = Pattern.compile("\"name\"\\s*:\\s*\"([^\"]*)\"").matcher(get("/v1/ports"));
    return each.results().map(found -> found.group(1)).toList().toString();
  }

  /** Waits until it has ended by itself. */
  int awaitEnd() throws InterruptedException {
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      Thread.sleep(TRY_MS);
    }
    assertThat(process.isAlive()).as("it goes on running: %s", log()).isFalse();
    return process.stop().exitCode();
  }

  public LabProcess process() {
    return process;
  }

  public LabHost host() {
    return host;
  }

  Path config() {
    return config;
  }

  public String log() {
    return SystemLab.read(log);
  }

  /** The answer of the local API. */
  public String get(String target) throws ApiSilent {
    ApiAnswer answer = api.get(target);
    assertThat(answer.status()).as("%s: %s", target, answer.body()).isEqualTo(200);
    return answer.body();
  }

  public ApiAnswer reload() throws ApiSilent {
    return api.post("/v1/reload");
  }

  /** How often each drop was counted that was counted at all. */
  public List<String> drops() throws ApiSilent {
    List<String> found = new ArrayList<>();
    Matcher each =
        Pattern.compile("\"reason\"\\s*:\\s*\"([a-z0-9-]+)\"[^}]*?\"count\"\\s*:\\s*([0-9]+)")
            .matcher(get("/v1/drops"));
    while (each.find()) {
      if (!each.group(2).equals("0")) {
        found.add(each.group(1) + " " + each.group(2));
      }
    }
    return found;
  }

  /** Waits until something is true that nobody tells of. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      Thread.sleep(TRY_MS);
    }
    throw new AssertionError(what + " did not come to be");
  }

  /** Waits until an answer of the API matches; fails with the last answer. */
  public void awaitAnswer(String target, String regex) throws Exception {
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      last = get(target);
      if (Pattern.compile(regex, Pattern.DOTALL).matcher(last).find()) {
        return;
      }
      Thread.sleep(TRY_MS);
    }
    throw new AssertionError(target + " never matched " + regex + "; last: " + last);
  }
}
