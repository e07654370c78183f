package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;

/** A controller in a namespace, and what its operator says to it. */
final class ControllerProcess {
  private static final String UP = "the controller is up";
  private static final int TRIES = 1_200;
  private static final long TRY_NS = 50_000_000L;

  private final Lab lab;
  private final LabHost host;
  private final String name;
  private final String store;
  private final Path socket;
  private final Path log;
  private final Path file;
  private final String settings;
  private LabProcess process;

  /** What those wrote that were killed. */
  private String earlier = "";

  /**
   * Starts one.
   *
   * @param store as it stands in its file
   * @param settings of its section hosts, with a comma in front
   */
  ControllerProcess(Lab lab, LabHost host, String name, String store, String settings) {
    this.settings = settings;
    this.lab = lab;
    this.host = host;
    this.name = name;
    this.store = store;
    socket = lab.directory().resolve(name + ".sock");
    log = lab.directory().resolve(name + ".log");
    file = lab.directory().resolve(name + ".yaml");
    process = start();
    await();
  }

  private LabProcess start() {
    try {
      if (Files.exists(log)) {
        earlier += SystemLab.read(log);
        Files.delete(log);
      }
      Files.writeString(
          file,
          """
          store: %s
          api: { socket: %s, requests-per-second: 100000 }
          hosts: { address: %s%s }
          """
              .formatted(store, socket, host.address(), settings));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lab.start(
        name, host.namespace(), SystemLab.program(log, "controller", "-c", file.toString()));
  }

  private void await() {
    for (int i = 0; i < TRIES && !SystemLab.read(log).contains(UP); i++) {
      assertThat(process.isAlive()).as("it ended: %s", SystemLab.read(log)).isTrue();
      LockSupport.parkNanos(TRY_NS);
    }
    assertThat(SystemLab.read(log)).contains(UP);
  }

  /** Its API. */
  ControllerApi api() {
    return new ControllerApi(socket);
  }

  /** Where its API is. */
  Path socket() {
    return socket;
  }

  /** Another one on the same store. */
  void restart() {
    process = start();
    await();
  }

  /** As when its machine burns down. */
  void kill() throws Exception {
    Process kill = new ProcessBuilder("kill", "-9", Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
    for (int i = 0; i < TRIES && process.isAlive(); i++) {
      LockSupport.parkNanos(TRY_NS);
    }
    assertThat(process.isAlive()).isFalse();
    process.stop();
  }

  /** Runs a command that asks it, and expects that it is done; returns what it prints. */
  String run(String... words) throws Exception {
    CommandRun.Result result = ask(words);
    assertThat(result.exitCode()).as("%s: %s: %s", List.of(words), result.output(), log()).isZero();
    return result.output();
  }

  /** Runs a command that asks it. */
  CommandRun.Result ask(String... words) throws Exception {
    return CommandRun.viaduct(host.namespace(), asking(words));
  }

  private String[] asking(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--controller", "unix:" + socket));
    return all.toArray(String[]::new);
  }

  /** Begins a command that asks it; what it prints goes into a file. */
  Process begin(Path output, String... words) {
    return host.namespace().start(SystemLab.program(output, asking(words)));
  }

  /** All that it has written, also before it was killed. */
  String log() {
    return earlier + SystemLab.read(log);
  }
}
