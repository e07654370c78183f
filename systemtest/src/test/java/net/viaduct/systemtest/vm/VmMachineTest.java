package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A virtual machine as a user has it: QEMU's tap is a port of Viaduct's. The guest hands over
 * super-frames with unfinished checksums.
 */
class VmMachineTest {
  private static final int VNI = 100;
  private static final int PORT = 4789;
  private static final String TAP = "vm9";
  private static final int TRANSFER_BYTES = 16 << 20;
  private static final MachineSpec GUEST = MachineSpec.numbered(9);
  private static final String NETWORK =
      """
      blue:
        vni: 100
        flood: { remotes: [10.77.0.2] }
        ports:
          - device: veth1
          - device: vm9
      """;

  @TempDir private Path directory;

  private Lab lab;
  private LabHost host;
  private Machine near;
  private Machine far;
  private Vm vm;
  private ViaductHost viaduct;

  @BeforeEach
  void boot() throws Exception {
    VmImage image = VmImage.prepared();
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    near = new Machine(lab, MachineSpec.numbered(1));
    near.attachVeth(host, "veth1");
    LabHost kernelSide = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    far = new Machine(lab, MachineSpec.numbered(3));
    far.attachVeth(kernelSide, "veth3");
    KernelVtep kernel = new KernelVtep(kernelSide, VNI, PORT, null);
    kernel.addRemote(host.address());
    kernel.attach("veth3");
    vm = Vm.boot(lab, image, host.namespace(), new Vm.Nic(TAP, GUEST.mac(), GUEST.mtuBytes()));
    host.net().links().up(tap().index());
    viaduct = ViaductHost.start(lab, host, NETWORK);
    VmExchange.configure(vm, "eth0", GUEST);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private Link tap() {
    return host.net().links().require(TAP);
  }

  @Test
  void shouldCarryWhatAGuestSendsToAPortAndThroughATunnel() throws Exception {
    Link.Statistics before = statistics();
    for (Machine machine : new Machine[] {near, far}) {
      VmExchange exchange = new VmExchange(vm, GUEST, machine, viaduct);
      exchange.awaitAnswer();
      for (boolean ipv6 : new boolean[] {false, true}) {
        exchange.ping(ipv6, 84);
        exchange.ping(ipv6, GUEST.mtuBytes());
        exchange.ping(ipv6, 9000);
        exchange.transfer(ipv6, TRANSFER_BYTES, 9);
      }
    }
    assertThat(averageBytes(before, statistics()))
        .as("most of what the guest sent, and of what it received, came as super-frames")
        .allMatch(bytes -> bytes > 2 * GUEST.mtuBytes());
  }

  private Link.Statistics statistics() {
    return Objects.requireNonNull(tap().statistics());
  }

  /** The mean length of what the tap received from the guest, and of what it sent to the guest. */
  private static List<Long> averageBytes(Link.Statistics from, Link.Statistics to) {
    return List.of(
        (to.receivedBytes() - from.receivedBytes())
            / (to.receivedPackets() - from.receivedPackets()),
        (to.sentBytes() - from.sentBytes()) / (to.sentPackets() - from.sentPackets()));
  }
}
