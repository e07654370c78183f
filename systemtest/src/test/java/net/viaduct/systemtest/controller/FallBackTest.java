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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A network that knows all its stations, and learns when no controller is there for long. */
class FallBackTest {
  private static final long MS = 1_000_000;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private Machine known;
  private Machine unknown;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 2);
    known = new Machine(hosts.lab(), MachineSpec.numbered(1));
    known.attachVeth(hosts.place(0), "vm1");
    unknown = new Machine(hosts.lab(), MachineSpec.numbered(9)); // port vm2 is told for another
    unknown.attachVeth(hosts.place(1), "vm2");
    ControllerApi api = hosts.controller().api();
    api.ask(
        "POST",
        "/networks",
        "{\"name\":\"blue\",\"vni\":100,\"unknown\":\"drop\","
            + "\"whenAway\":{\"do\":\"learn\",\"afterSeconds\":5}}");
    for (int i = 1; i <= 2; i++) {
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\",\"host\":\"h%d\"}";
      api.ask("POST", "/ports", port.formatted(i, i, i));
    }
    for (int i = 0; i < 2; i++) {
      hosts.host(i).awaitAnswer("/v1/networks", "1 remote, known stations only");
      hosts.host(i).awaitAnswer("/v1/ports", "\"state\":\"attached\"");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private PingResult ping(int count) throws Exception {
    PingFlow flow = new PingFlow("known", "unknown", known.pingSocket(false), unknown.ip(false));
    PingPlan plan = new PingPlan(count, 100 * MS, 1000 * MS, 56);
    return PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime)
        .await()
        .getFirst();
  }

  @Test
  @Tag("R56")
  @DisplayName("A machine that no controller knows is reached only while none is there for long")
  void shouldReachAMachineThatNobodyKnowsAfterTheFallBack() throws Exception {
    PingResult before = ping(10);
    assertThat(before.lost()).as("%s", before).isEqualTo(10);
    hosts.host(0).awaitAnswer("/v1/drops", "unknown-station\"[^}]*\"count\":[1-9]");

    hosts.controller().kill();
    for (int i = 0; i < 2; i++) {
      hosts.host(i).awaitAnswer("/v1/networks", "1 remote, learns: no controller");
    }
    assertThat(hosts.host(0).ask("show", "controller").output()).contains("blue");
    PingResult away = ping(10);
    assertThat(away.lost()).as("%s; %s", away, hosts.host(0).drops()).isZero();
    assertThat(hosts.host(0).get("/v1/stations"))
        .containsPattern("02:00:00:00:00:09[^}]*\"origin\":\"learned\"")
        .containsPattern("02:00:00:00:00:02[^}]*\"origin\":\"controller\"");

    hosts.controller().restart();
    for (int i = 0; i < 2; i++) {
      hosts.host(i).awaitAnswer("/v1/networks", "1 remote, known stations only");
    }
    assertThat(ping(5).lost()).as("what was learned is not believed").isEqualTo(5);
  }
}
