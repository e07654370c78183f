package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Route;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts with two uplinks each, whose VTEPs have addresses on the loopback device. One sends by
 * the first uplink and the other by the second, so that everything comes by the wrong one.
 */
class UplinksTest {
  private static final int LOOPBACK = 1;
  private static final String STRICT = "1";
  private static final String LOOSE = "2";
  private static final PingPlan ONE_PING = new PingPlan(1, 0, 300_000_000L, 56);

  @TempDir private Path directory;

  private final List<LabHost> hosts = new ArrayList<>();
  private final List<ViaductHost> viaducts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  @Test
  @Tag("P18")
  @DisplayName(
      "asymmetric routes with strict rp_filter: the message names what helps, and it helps")
  void shouldNameTheSysctlThatKeepsPacketsAway() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      LabSwitch first = new LabSwitch(lab, "one", 1500);
      LabSwitch second = new LabSwitch(lab, "two", 1500);
      for (int i = 1; i <= 2; i++) {
        build(lab, first, second, i);
      }
      route(hosts.get(0), "10.99.0.2", "10.77.0.2", hosts.get(0).uplinkIndex());
      int other = hosts.get(1).net().links().require("eth1").index();
      route(hosts.get(1), "10.99.0.1", "10.78.0.1", other);
      for (int i = 1; i <= 2; i++) {
        start(lab, i);
      }
      List<PingFlow> flows =
          List.of(
              new PingFlow(
                  "m1", "m2", machines.get(0).pingSocket(false), machines.get(1).ip(false)));
      for (int i = 0; i < 3; i++) {
        assertThat(lost(flows)).as("what comes by the wrong uplink is dropped").isEqualTo(1);
      }
      for (ViaductHost viaduct : viaducts) {
        assertThat(viaduct.log())
            .contains("rp_filter of eth0 and eth1 is 1", "sysctl -w net.ipv4.conf.all.rp_filter=2");
      }
      hosts.forEach(host -> host.namespace().sysctl("net/ipv4/conf/all/rp_filter", LOOSE));
      ViaductHost.await("m1 reaches m2", () -> lost(flows) == 0);
    }
  }

  private void build(Lab lab, LabSwitch first, LabSwitch second, int number) {
    IpAddress address = IpAddress.parse("10.77.0." + number);
    LabHost host = new LabHost(lab, first, "h" + number, address, 24);
    second.attach("h" + number, host.namespace(), "eth1");
    Links links = host.net().links();
    int index = links.require("eth1").index();
    links.disableIpv6Autoconfiguration(index);
    host.net().addresses().add(index, IpAddress.parse("10.78.0." + number), 24);
    links.up(index);
    host.net().addresses().add(LOOPBACK, IpAddress.parse("10.99.0." + number), 32);
    links.up(LOOPBACK);
    for (String device : List.of("all", "eth0", "eth1")) {
      host.namespace().sysctl("net/ipv4/conf/" + device + "/rp_filter", STRICT);
    }
    Machine machine = new Machine(lab, MachineSpec.numbered(number));
    machine.attachVeth(host, "veth");
    hosts.add(host);
    machines.add(machine);
  }

  private static void route(LabHost host, String to, String by, int device) {
    Route route = Route.to(IpAddress.parse(to), 32, IpAddress.parse(by), device);
    host.net().routes().add(route);
  }

  private void start(Lab lab, int number) throws Exception {
    String networks =
        "blue: { vni: 100, flood: { remotes: [10.99.0.%d] }, ports: [{ device: veth }] }"
            .formatted(3 - number);
    String underlay = "{ address: 10.99.0.%d, device: eth0 }".formatted(number);
    viaducts.add(ViaductHost.start(lab, hosts.get(number - 1), underlay, networks));
  }

  private static int lost(List<PingFlow> flows) {
    try {
      return PingRun.start(flows, ONE_PING, new EpollReadiness(), System::nanoTime)
          .await()
          .getFirst()
          .lost();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
