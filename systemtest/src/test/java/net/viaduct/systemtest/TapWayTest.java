package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts with Viaduct that reach the underlay by taps, one kernel's VXLAN over IPv4 and one over
 * IPv6. Machines 1 and 2 are with Viaduct, on a veth and on a tap; 3 and 4 with one kernel each.
 */
class TapWayTest {
  private static final int VNI = 100;
  private static final int PORT = 4789;
  private static final long MS = 1_000_000;
  private static final long BULK_BYTES = 50L << 20;
  private static final int TRIES = 200;
  private static final long TRY_MS = 50;
  private static final String TAP = "vd-ul0";
  private static final int[][] PAIRS = {
    {0, 1}, {1, 0}, {0, 2}, {2, 1}, {1, 2}, {2, 0}, {1, 3}, {3, 1}, {0, 3}, {3, 0}
  };

  @TempDir private Path directory;

  private Lab lab;
  private LabSwitch underlay;
  private final List<LabHost> hosts = new ArrayList<>();
  private final List<ViaductHost> viaducts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  private void build() throws Exception {
    lab = SystemLab.open(directory);
    underlay = new LabSwitch(lab, "sw", 1600);
    for (int i = 1; i <= 2; i++) {
      LabHost host = new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24);
      host.net().addresses().add(host.uplinkIndex(), IpAddress.parse("fd77::" + i), 64);
      hosts.add(host);
    }
    for (int i = 1; i <= 4; i++) {
      machines.add(new Machine(lab, MachineSpec.numbered(i)));
    }
    machines.get(0).attachVeth(hosts.get(0), "veth1");
    viaducts.add(start(0, "10.77.0.2", "device: veth1"));
    viaducts.add(start(1, "10.77.0.1", "tap: tap2"));
    machines.get(1).adoptTap(hosts.get(1), "tap2");
    viaducts.get(0).awaitAnswer("/v1/status", "tap vd-ul0 to eth0; tap vd-ul1 to eth0|segment UDP");
    Assumptions.assumeTrue(
        viaducts.get(0).get("/v1/status").contains(TAP), "no tap for UDP tunnels on this kernel");
    kernel(3, "10.77.0.3", 24, "10.77.0.%d");
    kernel(4, "fd77::4", 64, "fd77::%d");
  }

  private ViaductHost start(int index, String other, String port) throws Exception {
    String addresses = "[10.77.0.%d, \"fd77::%d\"]".formatted(index + 1, index + 1);
    return ViaductHost.start(
        lab,
        hosts.get(index),
        "{ address: " + addresses + ", way: tap }",
        """
        blue:
          vni: 100
          flood: { remotes: [%s, 10.77.0.3, "fd77::4"] }
          ports:
            - %s
        """
            .formatted(other, port));
  }

  private void kernel(int number, String address, int prefixLength, String remotes) {
    LabHost host = new LabHost(lab, underlay, "k" + number, IpAddress.parse(address), prefixLength);
    KernelVtep kernel = new KernelVtep(host, VNI, PORT, null);
    for (int i = 1; i <= 2; i++) {
      kernel.addRemote(IpAddress.parse(remotes.formatted(i)));
    }
    machines.get(number - 1).attachVeth(host, "veth" + number);
    kernel.attach("veth" + number);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private List<PingFlow> flows(boolean ipv6) {
    List<PingFlow> flows = new ArrayList<>();
    for (int[] pair : PAIRS) {
      Machine from = machines.get(pair[0]);
      Machine to = machines.get(pair[1]);
      flows.add(new PingFlow(from.name(), to.name(), from.pingSocket(ipv6), to.ip(ipv6)));
    }
    return flows;
  }

  private static List<PingResult> ping(List<PingFlow> flows, PingPlan plan) throws Exception {
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await();
  }

  private void awaitReachable() throws Exception {
    List<PingFlow> flows = flows(false);
    List<PingResult> results = List.of();
    for (int i = 0; i < 50; i++) {
      results = ping(flows, new PingPlan(1, 0, 200 * MS, 56));
      if (results.stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
    throw new AssertionError("not reachable: " + results + "; log " + viaducts.get(0).log());
  }

  private static Link.Statistics tap(LabHost host, String name) {
    return host.net().links().find(name).map(Link::statistics).orElseThrow();
  }

  @Test
  @Tag("P17")
  @DisplayName(
      "ping of 1 to 1,500 bytes, datagrams, segmented ones and bulk TCP, contents compared")
  void shouldExchangePacketsByTapsWithViaductAndTheKernel() throws Exception {
    build();
    awaitReachable();
    for (boolean ipv6 : new boolean[] {false, true}) {
      int headers = ipv6 ? 48 : 28;
      for (int payload : new int[] {0, 56, 1500 - headers}) {
        assertThat(ping(flows(ipv6), new PingPlan(3, 5 * MS, 3000 * MS, payload)))
            .hasSize(PAIRS.length)
            .allSatisfy(result -> {
              assertThat(result.lost()).as("%s of %d bytes", result, payload).isZero();
              assertThat(result.damaged()).as("%s of %d bytes", result, payload).isZero();
            });
      }
    }
    int[] sizes = {0, 1, 2, 3, 100, 1000, 1472, 4000, 20_000};
    for (int[] pair : PAIRS) {
      Machine from = machines.get(pair[0]);
      Machine to = machines.get(pair[1]);
      for (boolean ipv6 : new boolean[] {false, true}) {
        String address = to.ip(ipv6).toString();
        Datagrams.check(from.namespace(), to.namespace(), address, sizes, 1);
        Transfer.check(from.namespace(), to.namespace(), address, BULK_BYTES, pair[0]);
        SegmentedDatagrams.check(directory, from.namespace(), to.namespace(), address);
      }
    }
    for (LabHost host : hosts) {
      for (String name : List.of("vd-ul0", "vd-ul1")) {
        // super-frames: more than a packet's worth for each, on the way out and in
        Link.Statistics by = tap(host, name);
        assertThat(by.receivedBytes()).as("%s out by %s", host, name).isGreaterThan(BULK_BYTES);
        assertThat(by.receivedBytes() / by.receivedPackets()).as("bytes each").isGreaterThan(2000);
        assertThat(by.sentBytes()).as("%s in by %s", host, name).isGreaterThan(BULK_BYTES);
        assertThat(by.sentBytes() / by.sentPackets()).as("bytes each").isGreaterThan(2000);
      }
    }
    assertThat(viaducts.get(0).drops()).noneMatch(drop -> drop.contains("underlay"));
    assertThat(viaducts.get(1).drops()).noneMatch(drop -> drop.contains("underlay"));
  }

  @Test
  @DisplayName("a host that is killed leaves no tap and no rule")
  void shouldLeaveNothingWhenItIsKilled() throws Exception {
    build();
    LabHost host = hosts.getFirst();
    assertThat(host.net().links().find(TAP)).isPresent();
    boolean canList = Files.isExecutable(Path.of("/usr/sbin/nft"));
    if (canList) {
      assertThat(tables(host)).contains("viaduct-vd-ul0", "viaduct-vd-ul1");
    }
    CommandRun.signal("KILL", viaducts.getFirst().process().pid());
    for (int i = 0; i < TRIES && host.net().links().find(TAP).isPresent(); i++) {
      Thread.sleep(TRY_MS);
    }
    assertThat(host.net().links().list())
        .extracting(Link::name)
        .noneMatch(name -> name.startsWith("vd-ul"));
    if (canList) {
      assertThat(tables(host)).doesNotContain("viaduct");
    }
  }

  private static String tables(LabHost host) throws Exception {
    ProcessBuilder list = new ProcessBuilder("/usr/sbin/nft", "list", "tables");
    Process process = host.namespace().start(list.redirectErrorStream(true));
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(printed).isZero();
    return printed;
  }
}
