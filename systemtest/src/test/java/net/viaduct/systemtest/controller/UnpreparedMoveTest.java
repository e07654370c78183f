package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
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

/** A machine that goes to another host while no controller is there, and nobody prepared it. */
@Tag("R56")
class UnpreparedMoveTest {
  private static final long MS = 1_000_000;
  private static final String MOVER = "02:00:00:00:00:01\"";

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private Machine mover;
  private Machine other;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3);
    mover = new Machine(hosts.lab(), MachineSpec.numbered(1));
    mover.attachVeth(hosts.place(0), "vm1");
    other = new Machine(hosts.lab(), MachineSpec.numbered(2));
    other.attachVeth(hosts.place(1), "vm2");
    mover.prepareMove(hosts.place(2), "vm3"); // nobody says that: it is the port of another machine
    ControllerApi api = hosts.controller().api();
    api.ask(
        "POST",
        "/networks",
        "{\"name\":\"blue\",\"vni\":100,\"unknown\":\"drop\","
            + "\"whenAway\":{\"do\":\"learn\",\"afterSeconds\":3}}");
    for (int i = 1; i <= 3; i++) {
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\",\"host\":\"h%d\","
              + "\"ips\":[\"192.168.100.%d\"]}";
      api.ask("POST", "/ports", port.formatted(i, i, i, i));
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/stations", "(02:00:00:00:00.*){3}");
      host.awaitAnswer("/v1/ports", "\"state\":\"attached\"");
      host.awaitAnswer("/v1/networks", "2 remotes, known stations only");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private static PingResult ping(Machine from, Machine to) throws Exception {
    PingFlow flow = new PingFlow(from.name(), to.name(), from.pingSocket(false), to.ip(false));
    PingPlan plan = new PingPlan(10, 50 * MS, 5_000 * MS, 56);
    return PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime)
        .await()
        .getFirst();
  }

  private void requireReached(Machine from, Machine to) throws Exception {
    PingResult result = ping(from, to);
    assertThat(result.lost()).as("%s; %s", result, hosts.drops()).isZero();
  }

  @Test
  @DisplayName("A machine that moves while no controller is there is found, and told when one is")
  void shouldFindAMachineThatMovedUntilAControllerSaysWhereItIs() throws Exception {
    requireReached(other, mover);
    hosts.controller().kill();
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/networks", "2 remotes, learns: no controller");
    }
    requireReached(other, mover);

    mover.move();
    requireReached(mover, other);
    requireReached(other, mover);
    String learned = MOVER + ",\"port\":%s,\"remote\":%s,\"origin\":\"learned\"";
    hosts.host(0).awaitAnswer("/v1/stations", learned.formatted("null", "\"10.77.0.3\""));
    String instead = learned + ",\"ageSeconds\":[0-9]*,\"told\":\"remote 10.77.0.1\"";
    hosts.host(1).awaitAnswer("/v1/stations", instead.formatted("null", "\"10.77.0.3\""));
    hosts.host(2).awaitAnswer("/v1/stations", instead.formatted("\"vm3\"", "null"));
    assertThat(hosts.host(1).ask("show", "stations").output())
        .contains("learned, instead of told at remote 10.77.0.1");
    String[] trace = {"trace", "--port", "vm2", "--to", "02:00:00:00:00:01"};
    assertThat(hosts.host(1).ask(trace).output())
        .contains("instead of told at remote 10.77.0.1")
        .contains("10.77.0.3");

    hosts.controller().restart();
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/networks", "2 remotes, known stations only");
    }
    for (ViaductHost host : List.of(hosts.host(1), hosts.host(2))) { // at the first no port is left
      assertThat(host.get("/v1/stations?origin=learned")).contains("\"stations\":[]");
    }
    String told = MOVER + ",\"port\":%s,\"remote\":%s,\"origin\":\"controller\"";
    hosts.host(1).awaitAnswer("/v1/stations", told.formatted("null", "\"10.77.0.1\""));

    ControllerApi api = hosts.controller().api();
    api.ask("DELETE", "/ports/vm3", "");
    api.ask("PATCH", "/ports/vm1", "{\"host\":\"h3\",\"device\":\"vm3\"}");
    hosts.host(1).awaitAnswer("/v1/stations", told.formatted("null", "\"10.77.0.3\""));
    hosts.host(2).awaitAnswer("/v1/stations", told.formatted("\"vm3\"", "null"));
    hosts.host(2).awaitAnswer("/v1/ports", "vm3\"[^}]*\"state\":\"attached\"");
    requireReached(other, mover);
  }
}
