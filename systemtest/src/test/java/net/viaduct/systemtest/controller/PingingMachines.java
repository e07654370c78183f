package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.MacAddress;

/**
 * A machine at each host, in one network, each of which pings the next one. Owned by the test's
 * thread.
 */
final class PingingMachines {
  private static final long MS = 1_000_000;

  /** Late is not lost, as this machine may be busy. */
  private static final long PATIENCE_NS = 20_000 * MS;

  private final ControlledHosts hosts;
  private final List<Machine> machines = new ArrayList<>();

  /** Makes the network blue and its ports, and waits until each machine reaches the next one. */
  PingingMachines(ControlledHosts hosts) throws Exception {
    this.hosts = hosts;
    int count = hosts.all().size();
    ControllerApi api = hosts.controller().api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    for (int i = 0; i < count; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i + 1));
      machine.attachVeth(hosts.place(i), "vm" + (i + 1));
      machines.add(machine);
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"%s\",\"host\":\"h%d\"}"
              .formatted(i + 1, MacAddress.format(machine.spec().mac()), i + 1);
      api.ask("POST", "/ports", port);
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/stations", "(02:00:00:00:00.*){" + count + "}");
    }
    awaitReach();
  }

  /** The first pings wait for ARP. */
  private void awaitReach() throws Exception {
    List<PingResult> last = List.of();
    for (int i = 0; i < 20; i++) {
      last = ping(1, 2_000 * MS).await();
      if (last.stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
    throw new AssertionError(last + "; " + hosts.drops());
  }

  /** Has each ping the next one so often, 200 times a second. */
  PingRun ping(int count) {
    return ping(count, PATIENCE_NS);
  }

  private PingRun ping(int count, long patienceNs) {
    List<PingFlow> flows = new ArrayList<>();
    for (int i = 0; i < machines.size(); i++) {
      Machine from = machines.get(i);
      Machine to = machines.get((i + 1) % machines.size());
      flows.add(new PingFlow(from.name(), to.name(), from.pingSocket(false), to.ip(false)));
    }
    PingPlan plan = new PingPlan(count, 5 * MS, patienceNs, 56);
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime);
  }

  /**
   * Waits for all answers.
   *
   * @param least how many each has sent
   */
  void assertNothingLost(PingRun pings, int least) throws Exception {
    assertThat(pings.await())
        .as(hosts.drops())
        .allSatisfy(result -> {
          assertThat(result.sent()).isGreaterThanOrEqualTo(least);
          assertThat(result.lost()).as(result.toString()).isZero();
          assertThat(result.duplicates() + result.damaged()).as(result.toString()).isZero();
        });
  }
}
