package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
  private static final long MS = 1_000_000;
  private static final int UNDERLAY_MTU_BYTES = 1600;
  private static final int TRANSFER_BYTES = 4 << 20;
  private static final String HOST_ADDRESS = "10.77.0.1";
  private static final String VM_ADDRESS = "10.77.0.9";
  private static final String TAP = "vm9";
  private static final long VM_UNDERLAY_MAC = 0x0200_0000_7709L;
  private static final MachineSpec VM_STATION = MachineSpec.numbered(9);

  @TempDir private static Path directory;

  private Lab lab;
  private LabHost host;
  private Machine machine;
  private Vm vm;
  private ViaductHost viaduct;

  @BeforeAll
  void boot() throws Exception {
    VmImage image = VmImage.prepared();
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", UNDERLAY_MTU_BYTES);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse(HOST_ADDRESS), 24);
    machine = new Machine(lab, MachineSpec.numbered(1));
    machine.attachVeth(host, "veth1");
    vm =
        Vm.boot(
            lab, image, underlay.namespace(), new Vm.Nic(TAP, VM_UNDERLAY_MAC, UNDERLAY_MTU_BYTES));
    underlay.adopt(TAP);
    vm.run("ip link set eth0 up && ip addr add " + VM_ADDRESS + "/24 dev eth0");
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
    vm.attempt("ip link del t0");
  }

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
        new Tunnel(
            "VXLAN over IPv4",
            "{ vni: 100, flood: { remotes: [10.77.0.9] }, ports: [ { device: veth1 } ] }",
            "vxlan id 100 local 10.77.0.9 remote 10.77.0.1 dstport 4789"));
  }

  private void connect(Tunnel tunnel) throws Exception {
    viaduct = ViaductHost.start(lab, host, "blue: " + tunnel.network());
    vm.run("ip link add t0 type " + tunnel.device());
    vm.run("ip link set t0 address 02:00:00:00:00:09 mtu 1500 up");
    vm.run(
        "ip addr add %s/24 dev t0 && ip addr add %s/64 dev t0 nodad"
            .formatted(VM_STATION.ipv4(), VM_STATION.ipv6()));
  }

  @ParameterizedTest
  @MethodSource("tunnels")
  void shouldExchangeFramesOfAllSizesAndBulkTcp(Tunnel tunnel) throws Exception {
    connect(tunnel);
    awaitAnswer();
    for (boolean ipv6 : new boolean[] {false, true}) {
      int headers = ipv6 ? 48 : 28;
      for (int size : new int[] {1, 56, 1500 - headers, 4000}) {
        pingFromVm(machine.ip(ipv6), size);
        pingFromMachine(ipv6, size);
      }
      VmTransfer transfer = new VmTransfer(vm, machine.namespace());
      transfer.into(ip(ipv6), TRANSFER_BYTES, 7);
      transfer.outOf(machine.ip(ipv6));
    }
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:09");
  }

  private static IpAddress ip(boolean ipv6) {
    return ipv6 ? VM_STATION.ipv6() : VM_STATION.ipv4();
  }

  private void awaitAnswer() throws Exception {
    vm.run(
        "for i in $(seq 1 20); do ping -c 1 -W 1 %s && break; done".formatted(machine.ip(false)));
  }

  private void pingFromVm(IpAddress to, int payloadBytes) throws Exception {
    String output = vm.run("ping -c 3 -i 0.1 -W 3 -s %d %s".formatted(payloadBytes, to));
    assertThat(output).as("drops %s", viaduct.drops()).contains("3 packets received");
  }

  private void pingFromMachine(boolean ipv6, int payloadBytes) throws Exception {
    PingFlow flow = new PingFlow(machine.name(), "vm", machine.pingSocket(ipv6), ip(ipv6));
    PingPlan plan = new PingPlan(3, 10 * MS, 3000 * MS, payloadBytes);
    assertThat(PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime).await())
        .allSatisfy(result -> {
          assertThat(result.lost()).as("%s, drops %s", result, viaduct.drops()).isZero();
          assertThat(result.damaged()).as("%s", result).isZero();
        });
  }
}
