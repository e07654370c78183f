package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host with Viaduct and a machine behind it, and a virtual machine whose kernel is the other end
 * of the tunnel: one that this machine's kernel may lack.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VmTunnelTest {
  private static final int UNDERLAY_MTU_BYTES = 1600;
  private static final int MTU_BYTES = 1500;
  private static final int TAGS_BYTES = 8;
  private static final int TRANSFER_BYTES = 4 << 20;
  private static final String TAP = "vm9";
  private static final long VM_UNDERLAY_MAC = 0x0200_0000_7709L;
  private static final MachineSpec STATION = MachineSpec.numbered(9);
  private static final MachineSpec OTHER_STATION = MachineSpec.numbered(8);
  private static final Tunnel VXLAN =
      new Tunnel(
          "VXLAN over IPv4",
          "vni: 100, flood: { remotes: [10.77.0.9] }",
          "vxlan id 100 local 10.77.0.9 remote 10.77.0.1 dstport 4789");

  @TempDir private static Path directory;

  private VmImage image;
  private Lab lab;
  private LabHost host;
  private Machine machine;
  private Vm vm;
  private ViaductHost viaduct;

  /**
   * A way to wrap.
   *
   * @param name for people
   * @param network what the network's section says beside ports
   * @param device what makes the kernel's end
   */
  private record Tunnel(String name, String network, String device) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Tunnel> tunnels() {
    return Stream.of(
        VXLAN,
        tunnel("VXLAN-GBP", "vxlan-gbp", "vxlan id 4242 %s dstport 4789 gbp"),
        tunnel("Geneve over IPv4", "geneve", "geneve id 4242 remote 10.77.0.1"),
        // GRE knows one key, so that it must be the VSID with one FlowID: 4242 << 8
        tunnel("NVGRE over IPv4", "{ type: nvgre, flow-ids: false }", "gretap %s key 1085952"),
        overIpv6("VXLAN", "vxlan", "vxlan id 4242 %s dstport 4789 udp6zerocsumrx"),
        overIpv6("Geneve", "geneve", "geneve id 4242 remote fd77::1"),
        overIpv6(
            "NVGRE",
            "{ type: nvgre, flow-ids: false }",
            "ip6gretap %s key 1085952 encaplimit none"));
  }

  private static Tunnel tunnel(String name, String encapsulation, String device) {
    String network = "vni: 4242, encapsulation: %s, flood: { remotes: [10.77.0.9] }";
    return new Tunnel(
        name,
        network.formatted(encapsulation),
        device.formatted("local 10.77.0.9 remote 10.77.0.1"));
  }

  private static Tunnel overIpv6(String name, String encapsulation, String device) {
    String network = "vni: 4242, encapsulation: %s, flood: { remotes: [\"fd77::9\"] }";
    return new Tunnel(
        name + " over IPv6",
        network.formatted(encapsulation),
        device.formatted("local fd77::9 remote fd77::1"));
  }

  /** Once for all tests; not before all, for then nobody would be told why they are skipped. */
  @BeforeEach
  void bootOnce() throws Exception {
    if (vm == null) {
      image = VmImage.prepared();
      remove(); // what an attempt has left that failed
      boot();
    }
  }

  private void boot() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", UNDERLAY_MTU_BYTES);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    machine = new Machine(lab, MachineSpec.numbered(1));
    machine.attachVeth(host, "veth1");
    Vm.Nic nic = new Vm.Nic(TAP, VM_UNDERLAY_MAC, UNDERLAY_MTU_BYTES);
    vm = Vm.boot(lab, image, underlay.namespace(), nic);
    underlay.adopt(TAP);
    vm.run("ip link set eth0 up && ip addr add 10.77.0.9/24 dev eth0");
    host.net().addresses().add(host.uplinkIndex(), IpAddress.parse("fd77::1"), 64);
    vm.run("ip addr add fd77::9/64 dev eth0 nodad");
  }

  @AfterAll
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void takeDown() throws Exception {
    if (viaduct != null) {
      viaduct.process().stop();
      viaduct = null;
    }
    if (vm != null) {
      vm.attempt("ip link del t0");
    }
  }

  private VmExchange connect(Tunnel tunnel, String more) throws Exception {
    String network = "blue: { %s, %s }".formatted(tunnel.network(), more);
    viaduct = ViaductHost.start(lab, host, "{ address: [10.77.0.1, \"fd77::1\"] }", network);
    vm.run("ip link add t0 type " + tunnel.device());
    VmExchange.configure(vm, "t0", STATION);
    return new VmExchange(vm, STATION, machine, viaduct);
  }

  @ParameterizedTest
  @Tag("R18")
  @Tag("R23")
  @Tag("R25")
  @MethodSource("tunnels")
  void shouldExchangeFramesOfAllSizesAndBulkTcp(Tunnel tunnel) throws Exception {
    VmExchange exchange = connect(tunnel, "ports: [ { device: veth1 } ]");
    exchange.awaitAnswer();
    for (boolean ipv6 : new boolean[] {false, true}) {
      for (int packetBytes : new int[] {49, 84, MTU_BYTES - 1, MTU_BYTES, 4000}) {
        exchange.ping(ipv6, packetBytes);
      }
      exchange.transfer(ipv6, TRANSFER_BYTES, 7);
    }
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:09");
  }

  @Test
  @Tag("R8")
  void shouldKeepOneTagAndTwoWhereTheNetworkKeepsThem() throws Exception {
    Vm.Nic nic = new Vm.Nic("vm8", OTHER_STATION.mac(), MTU_BYTES);
    Vm other = Vm.boot(lab, image, host.namespace(), nic);
    Links links = host.net().links();
    int tap = links.require(nic.tap()).index();
    links.mtu(
        tap,
        MTU_BYTES + TAGS_BYTES); // a packet socket leaves room for one tag only if it is 802.1Q
    links.up(tap);
    VmExchange untagged =
        connect(VXLAN, "tagged: keep, ports: [ { device: veth1 }, { device: vm8 } ]");
    String tags =
        "ip link add link %1$s name v20 type vlan id 20 && ip link set v20 up"
            + " && ip link add link %1$s name v40 type vlan proto 802.1ad id 40"
            + " && ip link set v40 up && ip link add link v40 name v30 type vlan id 30"
            + " && ip link set v30 up && ip addr add 192.168.120.%2$d/24 dev v20"
            + " && ip addr add 192.168.130.%2$d/24 dev v30";
    other.run("ip link set eth0 up");
    other.run(tags.formatted("eth0", 8));
    vm.run(tags.formatted("t0", 9));
    for (String network : new String[] {"192.168.120.", "192.168.130."}) {
      for (int size : new int[] {1, 1472}) {
        assertThat(vm.attempt("ping -c 3 -i 0.1 -W 3 -s %d %s8".formatted(size, network)).output())
            .as("drops %s", viaduct.drops())
            .contains("3 packets received");
      }
    }
    untagged.ping(false, MTU_BYTES);
  }
}
