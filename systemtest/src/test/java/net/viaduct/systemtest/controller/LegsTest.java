package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network over three hosts and a wire, which is a bridge of the kernel. Hosts h1 and h2 have a
 * leg, h3 has none; each has a machine, and two more are on the wire, of which one is told.
 */
@DisplayName("P25, U4: a network that is also a VLAN")
class LegsTest {
  private static final long MS = 1_000_000;
  private static final int ON_WIRE = 3;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerProcess controller;
  private final List<Machine> machines = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3, ", withdraw-after: 4s");
    controller = hosts.controller();
    LabSwitch wire = new LabSwitch(hosts.lab(), "wire", 1504);
    for (int host = 0; host < 2; host++) {
      LabHost place = hosts.place(host);
      wire.attach(place.name(), place.namespace(), "eth1");
      Links links = place.net().links();
      links.up(links.require("eth1").index());
    }
    controller.run("network", "create", "blue", "vni=100", "legs=h1:eth1,h2:eth1");
    for (int i = 1; i <= 5; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i));
      machines.add(machine);
      String mac = "mac=" + MacAddress.format(machine.spec().mac());
      String ips = "ips=" + machine.spec().ipv4();
      if (i <= ON_WIRE) {
        machine.attachVeth(hosts.place(i - 1), "vm" + i);
        controller.run("port", "create", "vm" + i, "network=blue", "host=h" + i, mac, ips);
      } else {
        machine.plug(wire, "m" + i);
      }
      if (i == ON_WIRE + 1) {
        controller.run("station", "create", "network=blue", "direct=true", mac, ips);
      }
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"stations\":4");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  /** One socket of a machine at a time: each hears the answers to all. */
  private List<PingResult> ping(List<Machine> some, int count) throws Exception {
    List<PingResult> results = new ArrayList<>();
    for (int further = 1; further < some.size(); further++) {
      List<PingFlow> flows = new ArrayList<>();
      for (int i = 0; i < some.size(); i++) {
        Machine from = some.get(i);
        Machine to = some.get((i + further) % some.size());
        flows.add(new PingFlow(from.name(), to.name(), from.pingSocket(false), to.ip(false)));
      }
      PingPlan plan = new PingPlan(count, 20 * MS, 2000 * MS, 56);
      results.addAll(PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await());
    }
    return results;
  }

  private void awaitReach(List<Machine> some) throws Exception {
    for (int i = 0; i < 20; i++) {
      if (ping(some, 1).stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
    assertThat(ping(some, 1)).as(hosts.drops()).allMatch(result -> result.lost() == 0);
  }

  private void shouldReachEachOtherOnce(List<Machine> some, String when) throws Exception {
    awaitReach(some); // a veth drops frames for a moment after it has come up
    assertThat(ping(some, 10))
        .allSatisfy(result -> {
          assertThat(result.lost()).as("%s: %s; %s", when, result, hosts.drops()).isZero();
          assertThat(result.duplicates()).as("%s: %s", when, result).isZero();
        });
  }

  @Test
  @DisplayName("each reaches each, nothing comes twice, and the next host takes over")
  void shouldCarryFramesBetweenTheWireAndAllHosts() throws Exception {
    shouldReachEachOtherOnce(machines, "with h1 as gateway");
    assertThat(hosts.host(1).get("/v1/flood")).doesNotContain("10.77.0.3");
    assertThat(hosts.host(2).get("/v1/flood"))
        .contains("\"10.77.0.1:4789\"")
        .doesNotContain("10.77.0.2");
    for (ViaductHost host : hosts.all()) {
      assertThat(host.get("/v1/flaps")).doesNotContain("\"mac\"");
    }
    hosts.signal("KILL", 0);
    hosts.host(2).awaitAnswer("/v1/flood", "10\\.77\\.0\\.2");
    hosts.host(2).awaitAnswer("/v1/stations", "02:00:00:00:00:04[^}]*10\\.77\\.0\\.2");
    shouldReachEachOtherOnce(machines.subList(1, 5), "with h2 as gateway");
  }
}
