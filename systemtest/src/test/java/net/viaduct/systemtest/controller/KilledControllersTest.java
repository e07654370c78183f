package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.ViaductHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hosts, whose machines ping each other, follow two controllers on three members of etcd. All
 * the time stations are made, moved and deleted. Each member and each controller is killed, and
 * then all controllers.
 */
@DisplayName("R56: members and controllers are killed under traffic and under changes")
class KilledControllersTest {
  private static final int HOSTS = 3;
  private static final int STEP = 30;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerCluster cluster;
  private StationWriter writer;
  private PingingMachines machines;

  @BeforeEach
  void build() throws Exception {
    hosts = ControlledHosts.ofCluster(directory, HOSTS);
    cluster = hosts.cluster();
    writer = new StationWriter(cluster.controllers(), "blue", HOSTS);
    machines = new PingingMachines(hosts);
  }

  @AfterEach
  void close() throws Exception {
    if (writer != null) {
      writer.abandon();
    }
    if (hosts != null) {
      hosts.close();
    }
  }

  /** A change that is made now comes to all hosts. */
  private void awaitThatHostsHear(int controller, int mark) throws Exception {
    String mac = "02:02:00:00:00:%02x".formatted(mark);
    String station =
        "{\"network\":\"blue\",\"mac\":\"%s\",\"behind\":\"h%d\"}".formatted(mac, 1 + mark % HOSTS);
    cluster.controllers().get(controller).api().ask("POST", "/stations", station);
    for (int i = 0; i < HOSTS; i++) {
      if (i != mark % HOSTS) {
        hosts.host(i).awaitAnswer("/v1/stations?mac=" + mac, "10\\.77\\.0\\." + (1 + mark % HOSTS));
      }
    }
  }

  @Test
  @Tag("R56")
  @DisplayName("no frame and no acknowledged change is lost, and hosts know all afterwards")
  void shouldLoseNothing() throws Exception {
    PingRun pings = machines.ping(PingPlan.COUNT_MAX);
    writer.start();
    writer.awaitMore(STEP);
    for (int member = 0; member < ControllerCluster.MEMBERS; member++) {
      cluster.killMember(member);
      writer.awaitMore(STEP);
      awaitThatHostsHear(member % 2, member);
      cluster.startMember(member);
    }
    for (int controller = 0; controller < 2; controller++) {
      ControllerProcess killed = cluster.controllers().get(controller);
      killed.kill();
      writer.awaitMore(STEP);
      awaitThatHostsHear(1 - controller, 10 + controller);
      killed.restart();
    }
    for (ControllerProcess controller : cluster.controllers()) {
      controller.kill();
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"state\":\"away\"");
    }
    machines.assertNothingLost(machines.ping(200), 200);
    for (ControllerProcess controller : cluster.controllers()) {
      controller.restart();
    }
    writer.awaitMore(STEP);
    Map<String, Integer> wanted = writer.end();
    assertThat(writer.surprise()).isEmpty();
    pings.stop();
    machines.assertNothingLost(pings, 1_000);

    for (ControllerProcess controller : cluster.controllers()) {
      assertThat(ToldStations.by(controller)).isEqualTo(wanted);
      assertThat(controller.log()).doesNotContain("viaduct: error: ");
    }
    for (int i = 0; i < HOSTS; i++) {
      ToldStations.awaitAt(hosts.host(i), i, wanted);
      assertThat(hosts.host(i).log()).doesNotContain("viaduct: error: ");
    }
    System.out.printf(
        "%d changes acknowledged, %d stations in the end, pings %s%n",
        writer.acknowledged(),
        wanted.size(),
        pings.await().stream().map(PingResult::sent).toList());
  }
}
