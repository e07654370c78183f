package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.Links;
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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host with Viaduct and two with the kernel's VXLAN device, over IPv6, and over IPv4 and IPv6 at
 * once. Machines 1 and 2 are with Viaduct, on a veth and on a tap; 3 and 4 are with one kernel
 * each.
 */
class UnderlayTest {
  private static final int VNI = 100;
  private static final int PORT = 4789;
  private static final long MS = 1_000_000;
  private static final long BULK_BYTES = 20L << 20;
  private static final IpAddress GROUP = IpAddress.parse("ff05::100");
  private static final IpAddress NEAR_4 = IpAddress.parse("10.77.0.1");
  private static final IpAddress NEAR_6 = IpAddress.parse("fd77::1");
  private static final int[][] PAIRS = {{0, 2}, {2, 0}, {0, 3}, {3, 0}, {1, 2}, {2, 1}, {1, 3}};

  /** How the hosts find each other. */
  enum Way {
    /** All by a group of IPv6. */
    GROUP_6("fd77::2", "fd77::3", "group: \"ff05::100\""),
    /** All by IPv6. */
    REMOTES_6("fd77::2", "fd77::3", "remotes: [\"fd77::2\", \"fd77::3\"]"),
    /** One by IPv4, one by IPv6. */
    MIXED("10.77.0.2", "fd77::3", "remotes: [10.77.0.2, \"fd77::3\"]");

    private final List<IpAddress> kernels;
    private final String flood;

    Way(String one, String other, String flood) {
      this.kernels = List.of(IpAddress.parse(one), IpAddress.parse(other));
      this.flood = flood;
    }

    private String networks() {
      return """
      blue:
        vni: 100
        flood: { %s }
        ports:
          - device: veth1
          - tap: tap2
      """
          .formatted(flood);
    }
  }

  @TempDir private Path directory;

  private Lab lab;
  private LabSwitch underlay;
  private LabHost viaductSide;
  private ViaductHost viaduct;
  private final List<LabHost> kernelSides = new ArrayList<>();
  private final List<KernelVtep> kernels = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  private void build(Way way) throws Exception {
    lab = SystemLab.open(directory);
    underlay = new LabSwitch(lab, "sw", 1600);
    viaductSide = new LabHost(lab, underlay, "h1", NEAR_4, 24);
    viaductSide.net().addresses().add(viaductSide.uplinkIndex(), NEAR_6, 64);
    IntStream.rangeClosed(1, 4)
        .forEach(i -> machines.add(new Machine(lab, MachineSpec.numbered(i))));
    machines.get(0).attachVeth(viaductSide, "veth1");
    viaduct =
        ViaductHost.start(
            lab, viaductSide, "{ address: [10.77.0.1, \"fd77::1\"] }", way.networks());
    machines.get(1).adoptTap(viaductSide, "tap2");
    for (int i = 0; i < 2; i++) {
      IpAddress address = way.kernels.get(i);
      LabHost host = new LabHost(lab, underlay, "k" + (i + 1), address, address.isIpv4() ? 24 : 64);
      KernelVtep kernel = new KernelVtep(host, VNI, PORT, way == Way.GROUP_6 ? GROUP : null);
      if (way != Way.GROUP_6) {
        kernel.addRemote(address.isIpv4() ? NEAR_4 : NEAR_6);
      }
      machines.get(2 + i).attachVeth(host, "veth" + (2 + i));
      kernel.attach("veth" + (2 + i));
      kernelSides.add(host);
      kernels.add(kernel);
    }
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
    throw new AssertionError(
        "not reachable: " + results + "; drops " + viaduct.drops() + "; log " + viaduct.log());
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  @Tag("P17")
  @Tag("R14")
  @Tag("R17")
  @DisplayName("ping of 1 to 1,500 bytes, datagrams and bulk TCP, both directions")
  void shouldExchangePacketsWithTheKernel(Way way) throws Exception {
    build(way);
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
      Datagrams.check(from.namespace(), to.namespace(), to.ip(false).toString(), sizes, 1);
      Transfer.check(from.namespace(), to.namespace(), to.ip(true).toString(), BULK_BYTES, pair[0]);
    }
    assertThat(kernels.get(1).learned())
        .filteredOn(entry -> entry.remote() != null)
        .extracting(entry -> entry.remote())
        .contains(NEAR_6);
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:04.*fd77::3");
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("datagram"));
  }

  @Test
  @DisplayName("address, link and device go and come back: it says so, and goes on by itself")
  void shouldGoOnWhenAddressLinkAndDeviceComeBack() throws Exception {
    build(Way.GROUP_6);
    awaitReachable();
    Links links = viaductSide.net().links();
    int uplink = viaductSide.uplinkIndex();

    viaductSide.net().addresses().remove(uplink, NEAR_6, 64);
    viaduct.awaitAnswer("/v1/status", "no device has the address fd77::1 any more");
    viaductSide.net().addresses().add(uplink, NEAR_6, 64);
    viaduct.awaitAnswer("/v1/status", "\"underlayTroubles\"\\s*:\\s*\\[\\s*]");
    awaitReachable();

    links.down(uplink); // IPv6 addresses go with it
    viaduct.awaitAnswer("/v1/status", "device eth0 is down");
    links.up(uplink);
    viaductSide.net().addresses().add(uplink, NEAR_6, 64);
    viaduct.awaitAnswer("/v1/status", "\"underlayTroubles\"\\s*:\\s*\\[\\s*]");
    awaitReachable();

    links.delete(uplink);
    viaduct.awaitAnswer("/v1/status", "no device has the address fd77::1 any more");
    underlay.attach("again", viaductSide.namespace(), LabHost.UPLINK);
    int again = links.require(LabHost.UPLINK).index();
    links.disableIpv6Autoconfiguration(again);
    viaductSide.net().addresses().add(again, NEAR_4, 24);
    viaductSide.net().addresses().add(again, NEAR_6, 64);
    links.up(again);
    viaduct.awaitAnswer("/v1/status", "\"underlayTroubles\"\\s*:\\s*\\[\\s*]");
    awaitReachable();
    assertThat(viaduct.log())
        .contains("underlay: no device has the address fd77::1 any more", "underlay: works again");
  }
}
