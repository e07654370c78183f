package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import net.viaduct.controller.api.Asked;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.ViaductHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store of controllers has no room for more, for longer than a host may be away, while machines
 * ping each other and stations are changed all the time.
 */
@DisplayName("R56: the store's disk is full under traffic and under changes")
class FullStoreTest {
  private static final int HOSTS = 3;
  private static final int STEP = 30;
  private static final int TRIES = 2_400;
  private static final long TRY_NS = 25_000_000;
  private static final int DISK_MEGABYTES = 16;

  /** So many are sent in 7 s, after which hosts that are away would be withdrawn. */
  private static final int PINGS = 1_400;

  /** So many are sent in 20 s, after which controllers that write nothing would be dead. */
  private static final int PINGS_OF_SEVERAL = 4_000;

  private static final String HASTY = ", away-after: 2s, withdraw-after: 4s";

  @TempDir private Path directory;
  private SmallDisk disk;
  private ControlledHosts hosts;
  private StationWriter writer;

  @AfterEach
  void close() throws Exception {
    try {
      if (writer != null) {
        writer.abandon();
      }
      if (hosts != null) {
        hosts.close();
      }
    } finally {
      if (disk != null) {
        disk.close();
      }
    }
  }

  @Test
  @Tag("R56")
  @DisplayName("of one controller: it says so, all else goes on, and changes when there is room")
  void shouldGoOnWithoutRoomOnTheDisk() throws Exception {
    disk = new SmallDisk(directory.resolve("small"), DISK_MEGABYTES);
    Path store = disk.directory().resolve("controller.db");
    hosts = new ControlledHosts(directory, HOSTS, HASTY, store);
    ControllerProcess controller = hosts.controller();
    PingingMachines machines = begin();
    PingRun pings = machines.ping(PingPlan.COUNT_MAX);
    disk.fill();
    assertThatItIsTold(controller, "the store cannot write: the disk is full; nothing was changed");
    controller.kill();
    controller.restart();
    assertThatItIsTold(controller, "the store cannot write: the disk is full; nothing was changed");
    machines.assertNothingLost(machines.ping(PINGS), PINGS);
    assertThatAllAreThere(controller);
    disk.free();
    end(machines, pings);
  }

  @Test
  @Tag("R56")
  @DisplayName("of several controllers: none takes another one or its hosts for dead")
  void shouldGoOnWithoutRoomInEtcd() throws Exception {
    hosts =
        ControlledHosts.ofCluster(
            directory, HOSTS, HASTY, "--quota-backend-bytes", String.valueOf(16 << 20));
    ControllerCluster cluster = hosts.cluster();
    PingingMachines machines = begin();
    PingRun pings = machines.ping(PingPlan.COUNT_MAX);
    cluster.fill();
    for (ControllerProcess controller : cluster.controllers()) {
      assertThatItIsTold(controller, "etcd refuses: its database is full, nothing was changed");
    }
    cluster.controllers().getFirst().kill();
    cluster.controllers().getFirst().restart();
    machines.assertNothingLost(machines.ping(PINGS_OF_SEVERAL), PINGS_OF_SEVERAL);
    cluster.controllers().forEach(this::assertThatAllAreThere);
    cluster.makeRoom();
    end(machines, pings);
  }

  private PingingMachines begin() throws Exception {
    writer = new StationWriter(hosts.controllers(), "blue", HOSTS);
    PingingMachines machines = new PingingMachines(hosts);
    writer.start();
    writer.awaitMore(STEP);
    return machines;
  }

  /** What is refused is a problem that says why. */
  private static void assertThatItIsTold(ControllerProcess controller, String why)
      throws IOException {
    Asked asked = change(controller);
    for (int i = 0; asked.status() == 201; i++) {
      assertThat(i).as("what there is room for").isLessThan(TRIES);
      asked = change(controller);
    }
    assertThat(asked.status()).as(asked.body()).isEqualTo(503);
    assertThat(asked.head()).contains("application/problem+json");
    assertThat(asked.json().path("detail").asString()).startsWith(why);
  }

  private static Asked change(ControllerProcess controller) throws IOException {
    String name = "g" + System.nanoTime();
    return Asked.of(
        Asked.unix(controller.socket()),
        "POST",
        "/api/v1/groups",
        "Content-Type: application/json\r\n",
        "{\"name\":\"%s\"}".formatted(name));
  }

  /** Reads go on, and hosts are connected. */
  private void assertThatAllAreThere(ControllerProcess controller) {
    try {
      for (int i = 1; i <= HOSTS; i++) {
        assertThat(controller.api().ask("GET", "/hosts/h" + i, "")).contains("\"state\":\"alive\"");
      }
      for (ViaductHost host : hosts.all()) {
        host.awaitAnswer("/v1/controller", "\"state\":\"connected\"");
      }
    } catch (Exception e) {
      throw new AssertionError(controller.log(), e);
    }
  }

  /** There is room again: all goes on as if nothing had been. */
  private void end(PingingMachines machines, PingRun pings) throws Exception {
    writer.awaitMore(STEP);
    Map<String, Integer> wanted = writer.end();
    assertThat(writer.surprise()).isEmpty();
    for (int i = 0; i < HOSTS; i++) {
      ToldStations.awaitAt(hosts.host(i), i, wanted);
    }
    pings.stop();
    machines.assertNothingLost(pings, 1_000);
    for (ControllerProcess controller : hosts.controllers()) {
      assertThat(ToldStations.by(controller)).isEqualTo(wanted);
      assertThatAllAreThere(controller);
      assertThat(controller.log()).doesNotContain("withdrawn", "is away", "for dead");
    }
  }
}
