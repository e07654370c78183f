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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts, one of which is put out while it goes on sending. */
class RevokedHostTest {
  private static final long MS = 1_000_000;
  private static final int PINGS = 10;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private final List<Machine> machines = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    // whoever is only away is withdrawn long after the test has ended
    hosts = new ControlledHosts(directory, 2, ", away-after: 60s, withdraw-after: 600s");
    ControllerApi api = hosts.controller().api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    for (int i = 1; i <= 2; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i));
      machine.attachVeth(hosts.place(i - 1), "vm" + i);
      machines.add(machine);
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\",\"host\":\"h%d\"}";
      api.ask("POST", "/ports", port.formatted(i, i, i));
    }
    awaitBoth();
  }

  private void awaitBoth() throws Exception {
    for (int i = 0; i < 2; i++) {
      hosts.host(i).awaitAnswer("/v1/networks", "1 remote");
      hosts.host(i).awaitAnswer("/v1/controller", "\"stations\":2");
      hosts.host(i).awaitAnswer("/v1/ports", "\"state\":\"attached\"");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  /** From the host that is put out to the other one. */
  private PingResult ping() throws Exception {
    PingFlow flow =
        new PingFlow(
            "out", "in", machines.getLast().pingSocket(false), machines.getFirst().ip(false));
    PingPlan plan = new PingPlan(PINGS, 50 * MS, 1000 * MS, 56);
    return PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime)
        .await()
        .getFirst();
  }

  @Test
  @DisplayName("A host that is put out is out on the other hosts too, until it joins anew")
  void shouldTakeNothingFromAHostThatIsPutOut() throws Exception {
    assertThat(ping().lost()).as(hosts.drops()).isZero();
    hosts.controller().run("host", "revoke", "h2");
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":1");
    hosts.host(0).awaitAnswer("/v1/flood", "\\A(?!.*10\\.77\\.0\\.2)");
    assertThat(ping().lost()).as("it goes on sending").isEqualTo(PINGS);
    hosts.host(0).awaitAnswer("/v1/drops", "source-not-authorised\"[^}]*\"count\":[1-9]");
    hosts.host(1).awaitAnswer("/v1/controller", "revoked");
    hosts.host(1).process().kill();
    hosts.joinAnew(1);
    awaitBoth();
    assertThat(ping().lost()).as(hosts.drops()).isZero();
  }
}
