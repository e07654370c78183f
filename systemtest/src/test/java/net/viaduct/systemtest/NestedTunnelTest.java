package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Machines that run tunnels of their own within the overlay, every offload at its default: their
 * kernels hand over super-frames of 64 KB that are to be cut two tunnels deep.
 */
class NestedTunnelTest {
  private static final long BULK_BYTES = 20L << 20;
  private static final int INNER_MTU_BYTES = 1400;

  @TempDir private Path directory;
  private Lab lab;

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void ip(Machine machine, String arguments) throws Exception {
    CommandRun.Result result =
        CommandRun.anyIn(machine.namespace(), ("ip " + arguments).split(" "));
    assertThat(result.exitCode()).as("ip %s: %s", arguments, result.output()).isZero();
  }

  private static void tunnel(Machine here, Machine there, boolean ipv6, String checksum)
      throws Exception {
    ip(
        here,
        "link add vx0 mtu %d type vxlan id 7 dstport 4789 local %s remote %s %s"
            .formatted(INNER_MTU_BYTES, here.ip(ipv6), there.ip(ipv6), checksum));
    int number = Integer.parseInt(here.name().substring(1));
    ip(here, "addr add 172.31.0.%d/24 dev vx0".formatted(number));
    ip(here, "addr add fd31::%d/64 dev vx0 nodad".formatted(number));
    ip(here, "link set vx0 up");
  }

  @ParameterizedTest
  @CsvSource({"false, noudpcsum", "false, udpcsum", "true, udp6zerocsumrx"})
  @DisplayName("R13: TCP through a machine's own VXLAN, to a machine elsewhere and on this host")
  void shouldCarryBulkOfAMachinesOwnTunnel(boolean ipv6, String checksum) throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    LabHost h1 = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    LabHost h2 = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    Machine m1 = new Machine(lab, MachineSpec.numbered(1));
    Machine m2 = new Machine(lab, MachineSpec.numbered(2));
    m1.attachVeth(h1, "veth1");
    m2.attachVeth(h2, "veth2");
    ViaductHost one = ViaductHost.start(lab, h1, network("10.77.0.2", "veth1"));
    ViaductHost two = ViaductHost.start(lab, h2, network("10.77.0.1", "veth2"));
    tunnel(m1, m2, ipv6, checksum);
    tunnel(m2, m1, ipv6, checksum);
    for (String to : new String[] {"172.31.0.", "fd31::"}) {
      Transfer.check(m1.namespace(), m2.namespace(), to + 2, BULK_BYTES, 11);
      Transfer.check(m2.namespace(), m1.namespace(), to + 1, BULK_BYTES, 12);
    }
    for (ViaductHost host : new ViaductHost[] {one, two}) {
      assertThat(host.drops().toString()).as(host.log()).doesNotContain("underlay-refused");
    }
  }

  private static String network(String remote, String port) {
    return """
    blue:
      vni: 100
      flood: { remotes: [%s] }
      ports: [{ device: %s }]
    """
        .formatted(remote, port);
  }
}
