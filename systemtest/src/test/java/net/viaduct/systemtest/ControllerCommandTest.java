package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller as a process, and the commands that ask it. */
class ControllerCommandTest {
  @TempDir private Path directory;
  private Path socket;
  private Path log;
  private Process controller;

  @BeforeEach
  void start() throws Exception {
    socket = directory.resolve("c.sock");
    log = directory.resolve("c.log");
    Files.writeString(
        directory.resolve("c.yaml"),
        "store: " + directory + "/c.db\napi: { socket: " + socket + " }\nvnis: { first: 5000 }\n");
    run();
  }

  private void run() throws Exception {
    controller =
        SystemLab.program(log, "controller", "-c", directory.resolve("c.yaml").toString()).start();
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (ask("network", "list").exitCode() != 0) {
      assertThat(System.nanoTime()).as(SystemLab.read(log)).isLessThan(endNs);
    }
  }

  @AfterEach
  void stop() throws Exception {
    controller.destroy();
    assertThat(controller.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(socket).doesNotExist();
  }

  private CommandRun.Result ask(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--controller", "unix:" + socket));
    return CommandRun.viaduct(all.toArray(String[]::new));
  }

  @Test
  void shouldShowWhatCommandsCreateAlsoAfterItWasKilled() throws Exception {
    assertThat(ask("network", "create", "blue", "subnets=10.0.0.0/24", "labels.a=b").output())
        .contains("vni        5000")
        .contains("labels     a=b");
    assertThat(ask("port", "create", "vm1", "network=blue", "mac=02:00:00:00:00:01").exitCode())
        .isZero();
    assertThat(ask("network", "delete", "blue"))
        .extracting(CommandRun.Result::exitCode, CommandRun.Result::output)
        .containsExactly(1, "viaduct: network blue is in use by port vm1\n");
    assertThat(
            CommandRun.viaduct(
                    "port", "show", "vm1", "--controller", "unix:/nowhere,unix:" + socket)
                .exitCode())
        .as("the first one is away")
        .isZero();
    controller.destroyForcibly().waitFor();
    run();
    assertThat(ask("port", "list", "network=blue").output())
        .isEqualTo(
            """
            NAME  NETWORK  MAC                IPS  HOST  GROUP  STATE
            vm1   blue     02:00:00:00:00:01
            """);
    assertThat(ask("port", "set", "vm1", "ips=10.0.0.7", "up=false", "--json").output())
        .contains("\"ips\":[\"10.0.0.7\"]", "\"up\":false");
  }

  @Test
  void shouldApplyAFileAndPrintTheDifference() throws Exception {
    Path file = directory.resolve("wanted.yaml");
    Files.writeString(
        file,
        """
        networks:
          blue: { vni: 100 }
        stations:
          - { network: blue, mac: "02:00:00:00:00:09", direct: true }
        """);
    String[] words = {"apply", "-f", file.toString()};
    assertThat(ask(words[0], words[1], words[2], "--dry-run").output())
        .startsWith("+ network blue\n")
        .contains("    vni: 100\n", "+ station blue/02:00:00:00:00:09\n")
        .endsWith("2 differences; nothing was done\n");
    assertThat(ask(words).output()).endsWith("2 differences, applied\n");
    assertThat(ask(words).output()).isEqualTo("nothing to do\n");
    Files.writeString(file, "networks: { blue: { vni: 101 } }\nstations: []\n");
    assertThat(ask(words[0], words[1], words[2], "--prune").output())
        .isEqualTo(
            """
            ~ network blue
                vni: 100 -> 101
            - station blue/02:00:00:00:00:09
            2 differences, applied
            """);
    Files.writeString(file, "groups: { web: { securityGroups: [ssh] } }\n");
    assertThat(ask(words).output()).contains("1 difference, applied\n", "nothing is filtered\n");
    assertThat(ask("group", "set", "web", "dscp=10").output()).doesNotContain("filtered");
    assertThat(ask("group", "set", "web", "securityGroups=http").output())
        .contains("nothing is filtered\n");
  }

  @Test
  void shouldMoveIntoAnotherStoreByAnExport() throws Exception {
    ask("network", "create", "blue", "vni=100");
    String config = directory.resolve("c.yaml").toString();
    String export = directory.resolve("export").toString();
    assertThat(CommandRun.viaduct("controller", "export", "-c", config, export).output())
        .as("of a controller that runs")
        .matches("[0-9]+ keys at revision [0-9]+; the file has secrets in it\n");
    Path other = directory.resolve("other.yaml");
    Files.writeString(
        other, "store: " + directory + "/other.db\napi: { socket: " + socket + "2 }\n");
    String[] words = {"controller", "import", "-c", other.toString(), export};
    assertThat(CommandRun.viaduct(words).output())
        .matches("[0-9]+ keys of revision [0-9]+ are in .*/other.db\n");
    assertThat(CommandRun.viaduct(words))
        .extracting(CommandRun.Result::exitCode, CommandRun.Result::output)
        .containsExactly(1, "viaduct: the store is not empty; --replace throws away what it has\n");
    assertThat(CommandRun.viaduct("controller", "import", "-c", config, "--replace", export))
        .extracting(CommandRun.Result::exitCode, CommandRun.Result::output)
        .containsExactly(1, "viaduct: " + directory + "/c.db is in use by another controller\n");
    assertThat(
            CommandRun.viaduct("controller", "export", "-c", other.toString(), export).exitCode())
        .as("of a store that nobody uses")
        .isZero();
    Files.writeString(Path.of(export), "cut", StandardOpenOption.APPEND);
    assertThat(CommandRun.viaduct("controller", "import", "-c", other.toString(), export).output())
        .contains("viaduct: " + export + ": line ", "more follows after the end");
  }

  @Test
  void shouldMakeATokenForSomeMachines() throws Exception {
    stop();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.writeString(
        directory.resolve("c.yaml"),
        "hosts: { address: 127.0.0.1, port: " + port + " }\n",
        StandardOpenOption.APPEND);
    run();
    assertThat(ask("token", "create", "--uses", "3", "--life", "8h").exitCode()).isZero();
    assertThat(ask("token", "list", "--json").output()).contains("\"usesLeft\":3");
  }

  @Test
  void shouldMoveAPortAtOnceBetweenHostsThatAreAway() throws Exception {
    ask("network", "create", "blue", "vni=100");
    ask("host", "create", "h1", "addresses=10.77.0.1");
    ask("host", "create", "h2", "addresses=10.77.0.2");
    ask("port", "create", "vm1", "network=blue", "mac=02:00:00:00:00:01", "host=h1");
    assertThat(ask("port", "jump", "vm1").output())
        .startsWith("viaduct: 'jump'? There is: list, show, create, set, delete, move\n");
    assertThat(ask("port", "move", "vm1", "--to", "h2", "--at-once"))
        .extracting(CommandRun.Result::exitCode, CommandRun.Result::output)
        .containsExactly(0, "vm1 is at h2\n");
    assertThat(ask("port", "show", "vm1").output()).containsPattern("host +h2\n");
  }

  @Test
  void shouldReadItsFileAgainOnSighup() throws Exception {
    Path file = directory.resolve("c.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("api: {", "api: { requests-per-second: 7,"));
    hangUp();
    awaitLog("viaduct: certificates and limits were read again\n");
    Files.writeString(file, text + "history: 5000\n");
    hangUp();
    awaitLog(
        "viaduct: certificates and limits were read again; what else is different takes a new");
    Files.writeString(file, text + "hystory: 5000\n");
    hangUp();
    awaitLog("did you mean 'history'?", "viaduct: nothing was changed\n");
    assertThat(ask("network", "list").exitCode()).isZero();
  }

  private void hangUp() throws Exception {
    String pid = String.valueOf(controller.pid());
    assertThat(new ProcessBuilder("kill", "-HUP", pid).start().waitFor()).isZero();
  }

  private void awaitLog(String... texts) {
    long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Stream.of(texts).allMatch(SystemLab.read(log)::contains)) {
      assertThat(System.nanoTime()).as(SystemLab.read(log)).isLessThan(endNs);
      LockSupport.parkNanos(20_000_000L);
    }
  }
}
