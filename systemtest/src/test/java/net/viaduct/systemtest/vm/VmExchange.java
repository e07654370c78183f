package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;

/**
 * Traffic between a virtual machine and a machine of the laboratory, both ways. Owned by the test's
 * thread.
 */
final class VmExchange {
  private static final long MS = 1_000_000;
  private static final int IPV4_HEADERS_BYTES = 28;
  private static final int IPV6_HEADERS_BYTES = 48;

  private final Vm vm;
  private final MachineSpec station;
  private final Machine machine;
  private final ViaductHost between;

  /**
   * An exchange.
   *
   * @param station the addresses that the virtual machine has
   * @param between whose drops are told when something does not arrive
   */
  VmExchange(Vm vm, MachineSpec station, Machine machine, ViaductHost between) {
    this.vm = vm;
    this.station = station;
    this.machine = machine;
    this.between = between;
  }

  /** Gives the virtual machine its addresses. */
  static void configure(Vm vm, String device, MachineSpec station) throws Exception {
    String address = "%012x".formatted(station.mac()).replaceAll("(..)(?=.)", "$1:");
    vm.run("ip link set %s address %s mtu %d up".formatted(device, address, station.mtuBytes()));
    vm.run("ip addr add %s/24 dev %s".formatted(station.ipv4(), device));
    vm.run("ip addr add %s/64 dev %s nodad".formatted(station.ipv6(), device));
  }

  private IpAddress ip(boolean ipv6) {
    return ipv6 ? station.ipv6() : station.ipv4();
  }

  /** Waits until the machine answers, by ARP too, of which neither knows anything yet. */
  void awaitAnswer() throws Exception {
    String oneOfTwenty = "for i in $(seq 1 20); do ping -c 1 -W 1 %s && exit 0; done; exit 1";
    VmControl.Outcome outcome = vm.attempt(oneOfTwenty.formatted(machine.ip(false)));
    assertThat(outcome.exitCode()).as("%s, drops %s", outcome, between.drops()).isZero();
  }

  /**
   * Pings both ways.
   *
   * @param packetBytes of the whole IP packet; what is more than the MTU is sent in fragments
   */
  void ping(boolean ipv6, int packetBytes) throws Exception {
    int payload = packetBytes - (ipv6 ? IPV6_HEADERS_BYTES : IPV4_HEADERS_BYTES);
    String command = "ping -c 3 -i 0.1 -W 3 -s %d %s".formatted(payload, machine.ip(ipv6));
    VmControl.Outcome outcome = vm.attempt(command);
    assertThat(outcome.output()).as("drops %s", between.drops()).contains("3 packets received");

    PingFlow flow = new PingFlow(machine.name(), "vm", machine.pingSocket(ipv6), ip(ipv6));
    PingPlan plan = new PingPlan(3, 10 * MS, 3000 * MS, payload);
    assertThat(PingRun.start(List.of(flow), plan, new EpollReadiness(), System::nanoTime).await())
        .allSatisfy(result -> {
          assertThat(result.lost()).as("%s, drops %s", result, between.drops()).isZero();
          assertThat(result.damaged()).as("%s", result).isZero();
        });
  }

  /** Sends so many bytes by TCP each way, and compares them. */
  void transfer(boolean ipv6, int bytes, long seed) throws Exception {
    VmTransfer transfer = new VmTransfer(vm, machine.namespace());
    transfer.into(ip(ipv6), bytes, seed);
    transfer.outOf(machine.ip(ipv6));
  }
}
