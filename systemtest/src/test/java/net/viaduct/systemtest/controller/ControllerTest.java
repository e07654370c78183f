package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller and three hosts, each a process in a namespace of its own; no multicast. */
class ControllerTest {
  private static final long MS = 1_000_000;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerProcess controller;
  private final List<Machine> machines = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3);
    controller = hosts.controller();
    controller.run("network", "create", "blue", "vni=100");
    for (int i = 1; i <= 3; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i));
      machine.attachVeth(hosts.place(i - 1), "vm" + i);
      machines.add(machine);
      MachineSpec spec = machine.spec();
      controller.run(
          "port",
          "create",
          "vm" + i,
          "network=blue",
          "host=h" + i,
          "mac=" + MacAddress.format(spec.mac()),
          "ips=" + spec.ipv4());
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"stations\":3");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private List<PingResult> ping(int count, long intervalNs) throws Exception {
    List<PingFlow> flows = new ArrayList<>();
    for (Machine from : machines) {
      for (Machine to : machines) {
        if (from != to) {
          flows.add(new PingFlow(from.name(), to.name(), from.pingSocket(false), to.ip(false)));
        }
      }
    }
    PingPlan plan = new PingPlan(count, intervalNs, 2000 * MS, 56);
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await();
  }

  /** A veth drops frames for a moment after it has come up. */
  private void awaitLinks() throws Exception {
    for (int i = 0; i < 20; i++) {
      if (ping(1, MS).stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
  }

  private void shouldReachEachOther(String when) throws Exception {
    assertThat(ping(10, 20 * MS))
        .hasSize(6)
        .allSatisfy(result ->
            assertThat(result.lost())
                .as("%s: %s; %s; %s", when, result, hosts.host(0).drops(), controller.log())
                .isZero());
  }

  @Test
  @Tag("R56")
  @DisplayName("U3 P20: from join to ping, a move, all controllers killed, a host restarted")
  void shouldCarryFramesByWhatTheControllerKnows() throws Exception {
    awaitLinks();
    shouldReachEachOther("at once");
    assertThat(hosts.host(0).get("/v1/flood")).contains("\"10.77.0.2:4789\"", "\"10.77.0.3:4789\"");
    assertThat(hosts.host(0).get("/v1/stations"))
        .contains("\"origin\":\"controller\"")
        .doesNotContain("\"origin\":\"learned\"");
    CommandRun.Result shown = hosts.host(0).ask("show", "controller");
    assertThat(shown.output()).contains("connected", "10.77.0.9:7843", "revision");

    machines.get(2).prepareMove(hosts.place(1), "vm3");
    controller.run("port", "set", "vm3", "host=h2");
    machines.get(2).move();
    hosts.host(0).awaitAnswer("/v1/stations", "02:00:00:00:00:03[^}]*10\\.77\\.0\\.2");
    hosts.host(1).awaitAnswer("/v1/stations", "02:00:00:00:00:03[^}]*\"port\":\"vm3\"");
    shouldReachEachOther("after the move");

    controller.kill();
    hosts.host(0).awaitAnswer("/v1/controller", "\"state\":\"away\"");
    shouldReachEachOther("without controller");

    hosts.host(1).process().stop();
    hosts.restart(1);
    assertThat(hosts.host(1).get("/v1/controller")).contains("\"stations\":3");
    shouldReachEachOther("after a restart without controller");

    controller.restart();
    hosts.host(0).awaitAnswer("/v1/controller", "\"state\":\"connected\"");
    controller.run("port", "delete", "vm1");
    hosts.host(1).awaitAnswer("/v1/controller", "\"stations\":2");
    hosts.host(0).awaitAnswer("/v1/networks", "\"networks\":\\[\\]");
  }

  @Test
  @DisplayName("U6: what flows between two machines, and why frames are dropped, is told")
  void shouldTellWhatFlowsAndWhatIsDropped() throws Exception {
    awaitLinks();
    PingFlow flow =
        new PingFlow("m1", "m2", machines.get(0).pingSocket(false), machines.get(1).ip(false));
    PingPlan plan = new PingPlan(60_000, 2 * MS, 2000 * MS, 1_000);
    PingRun pings = PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime);
    ControllerApi api = controller.api();
    String rate = "[1-9][0-9]{5,}";
    api.await("/meters", "\"from\":\"h1\",\"to\":\"h2\",\"bitsPerSecond\":" + rate);
    api.await("/meters", "\"from\":\"h2\",\"to\":\"h1\",\"bitsPerSecond\":" + rate);
    api.await("/meters?port=vm1", "\"host\":\"h1\".*\"sent\":\\{[^}]*\"bitsPerSecond\":" + rate);
    api.await(
        "/meters?network=blue",
        "\"name\":\"h2\"[^}]*\"traffic\":\\{\"fromPorts\":\\{[^}]*\"bitsPerSecond\":" + rate);
    pings.stop();
    pings.await();
    api.await("/meters", "\"pairs\":\\[\\]"); // nothing flows any more

    controller.run("port", "delete", "vm1");
    controller.run("port", "delete", "vm2");
    hosts.host(2).awaitAnswer("/v1/flood", "\"mode\":\"local\"");
    PingFlow lonely =
        new PingFlow("m3", "m1", machines.get(2).pingSocket(false), machines.get(0).ip(false));
    PingPlan few = new PingPlan(3, 50 * MS, 200 * MS, 56);
    PingRun.start(List.of(lonely), few, new EpollReadiness(), System::nanoTime).await();
    String drops =
        api.await(
            "/meters?host=h3", "\"reason\":\"no-flood-target\",\"frames\":[1-9][^}]*\"hint\"");
    assertThat(drops).contains("no other port and no remote to flood to");
    assertThat(hosts.host(2).drops())
        .anySatisfy(drop -> assertThat(drop).startsWith("no-flood-target "));

    controller.kill();
    hosts.host(0).awaitAnswer("/v1/controller", "\"state\":\"away\"");
    controller.restart();
    api.await("/meters?host=h3", "no-flood-target");
  }

  @Test
  @DisplayName("A revoked host is told nothing more, and goes on with what it knows")
  void shouldPutAHostOut() throws Exception {
    controller.run("host", "revoke", "h3");
    hosts.host(2).awaitAnswer("/v1/controller", "\"state\":\"away\".*revoked");
    hosts.host(1).awaitAnswer("/v1/controller", "\"stations\":2"); // without that of h3
    controller.run("port", "delete", "vm1");
    hosts.host(1).awaitAnswer("/v1/controller", "\"stations\":1");
    assertThat(hosts.host(2).get("/v1/controller")).contains("\"stations\":3");
  }
}
