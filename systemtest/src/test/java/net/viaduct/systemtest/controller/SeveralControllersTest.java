package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.controller.api.Asked;
import net.viaduct.controller.etcd.EtcdCluster;
import net.viaduct.systemtest.SystemLab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Two controllers on three members of etcd, each of which is killed while many change things. */
class SeveralControllersTest {
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final int WRITERS = 4;
  private static final int STEP = 25;
  private static final int TRIES = 4_000;
  private static final long TRY_NS = 25_000_000L;

  @TempDir private Path directory;
  private @Nullable EtcdCluster cluster;
  private final List<Process> controllers = new ArrayList<>();
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final AtomicBoolean enough = new AtomicBoolean();

  @BeforeEach
  void start() throws Exception {
    EtcdCluster started = EtcdCluster.start(directory, 3);
    cluster = started;
    for (int i = 0; i < 2; i++) {
      Files.writeString(
          directory.resolve("c" + i + ".yaml"),
          """
          store: { etcd: { endpoints: %s } }
          api: { socket: %s, requests-per-second: 100000 }
          hosts: { address: 127.0.0.1, port: %d }
          """
              .formatted(started.endpoints(), directory.resolve("c" + i + ".sock"), freePort()));
      controllers.add(run(i));
    }
    awaitUp(0);
    awaitUp(1);
  }

  @AfterEach
  void stop() throws Exception {
    enough.set(true);
    for (Process controller : controllers) {
      controller.destroy();
    }
    for (Process controller : controllers) {
      assertThat(controller.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Process run(int controller) throws IOException {
    return SystemLab.program(
            directory.resolve("c" + controller + ".log"),
            "controller",
            "-c",
            directory.resolve("c" + controller + ".yaml").toString())
        .start();
  }

  private void awaitUp(int controller) {
    for (int i = 0; !isUp(controller); i++) {
      assertThat(i).as(log(controller)).isLessThan(TRIES);
      LockSupport.parkNanos(TRY_NS);
    }
  }

  private String log(int controller) {
    return SystemLab.read(directory.resolve("c" + controller + ".log"));
  }

  private SocketAddress socket(int controller) {
    return Asked.unix(directory.resolve("c" + controller + ".sock"));
  }

  private boolean isUp(int controller) {
    try {
      return Asked.of(socket(controller), "GET", "/api/v1/status", "", "").status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  @Test
  void shouldLoseNoAcknowledgedChangeWhenMembersAndControllersAreKilled() throws Exception {
    EtcdCluster etcd = cluster;
    assertThat(etcd).isNotNull();
    assertThat(
            Asked.of(socket(0), "POST", "/api/v1/networks", JSON, "{\"name\":\"blue\"}").status())
        .isEqualTo(201);
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int writer = i;
      writers.add(CompletableFuture.runAsync(() -> write(writer), Thread::startVirtualThread));
    }
    awaitMore();
    for (int member = 0; member < 3; member++) {
      etcd.kill(member);
      awaitMore();
      etcd.start(member);
      etcd.awaitHealthy();
    }
    for (int controller = 0; controller < 2; controller++) {
      controllers.get(controller).destroyForcibly().waitFor();
      awaitMore();
      controllers.set(controller, run(controller));
      awaitUp(controller);
      awaitMore();
    }
    enough.set(true);
    writers.forEach(CompletableFuture::join);
    assertThat(ports(0)).containsAll(acknowledged).isEqualTo(ports(1));
    assertThat(acknowledged).hasSizeGreaterThan(8 * STEP);
    assertThat(log(0) + log(1)).doesNotContain("viaduct: error: ");
  }

  private void awaitMore() {
    int wanted = acknowledged.size() + STEP;
    for (int i = 0; acknowledged.size() < wanted; i++) {
      assertThat(i).as("changes go on").isLessThan(TRIES);
      LockSupport.parkNanos(TRY_NS);
    }
  }

  /** Creates one port after the other, at the other controller when one does not answer. */
  private void write(int writer) {
    int controller = writer % 2;
    for (int i = 0; !enough.get(); i++) {
      String name = "p" + writer + "-" + i;
      String body =
          "{\"name\":\"%s\",\"network\":\"blue\",\"mac\":\"02:00:00:%02x:%02x:%02x\"}"
              .formatted(name, writer, i >> 8, i & 0xff);
      int status = 0;
      while (status != 201 && !enough.get()) {
        try {
          status = Asked.of(socket(controller), "POST", "/api/v1/ports", JSON, body).status();
        } catch (IOException _) {
          status = 0;
        }
        if (status == 409) { // a controller was killed after it had done so
          break;
        }
        if (status != 201) {
          assertThat(status).isIn(0, 503);
          controller = 1 - controller;
          LockSupport.parkNanos(TRY_NS);
        }
      }
      if (status == 201) {
        acknowledged.add(name);
      }
    }
  }

  private Set<String> ports(int controller) throws IOException {
    Set<String> names = new TreeSet<>();
    String cursor = "";
    do {
      ObjectNode page =
          Asked.of(socket(controller), "GET", "/api/v1/ports?limit=500" + cursor, "", "").json();
      names.addAll(page.findValuesAsString("name"));
      cursor = page.has("cursor") ? "&cursor=" + page.get("cursor").asString() : "";
    } while (!cursor.isEmpty());
    return names;
  }
}
