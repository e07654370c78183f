package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Machines with an MTU of 1,500 on an underlay of 1,500. The other end is Viaduct that is told to
 * send fragments, or the kernel's VXLAN, which does so over IPv4 by itself and over IPv6 never.
 */
@Tag("R7")
class OuterFragmentsTest {
  private static final String BOTH = "{ received: reassemble, sent: true }";
  private static final int WHOLE = 56;
  private static final int FRAGMENTED = 1472;
  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  private Lab lab;
  private Machine m1;
  private Machine m2;

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private ViaductHost build(String peer, String prefix, String fragments) throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1500);
    int bits = prefix.contains(":") ? 64 : 24;
    LabHost near = new LabHost(lab, underlay, "h1", IpAddress.parse(prefix + 1), bits);
    LabHost far = new LabHost(lab, underlay, "h2", IpAddress.parse(prefix + 2), bits);
    m1 = new Machine(lab, MachineSpec.numbered(1));
    m2 = new Machine(lab, MachineSpec.numbered(2));
    m1.attachVeth(near, "veth1");
    m2.attachVeth(far, "veth2");
    if (peer.equals("kernel")) {
      startKernel(near, far);
    } else {
      start(far, near, "veth2", BOTH);
    }
    return start(near, far, "veth1", fragments);
  }

  private ViaductHost start(LabHost host, LabHost remote, String port, String fragments)
      throws Exception {
    return ViaductHost.start(
        lab,
        host,
        "{ address: \"" + host.address() + "\", fragments: " + fragments + " }",
        """
        blue:
          vni: 100
          flood: { remotes: ["%s"] }
          ports: [{ device: %s }]
        """
            .formatted(remote.address(), port));
  }

  private static void startKernel(LabHost near, LabHost far) throws Exception {
    // without a device of its own, so that its MTU may be too large
    Commands.ip(
        far.namespace(),
        "link add vxlan100 mtu 1500 type vxlan id 100 dstport 4789 local %s remote %s"
            .formatted(far.address(), near.address()));
    Commands.ip(far.namespace(), "link add br100 type bridge");
    for (String device : List.of("vxlan100", "veth2")) {
      Commands.ip(far.namespace(), "link set " + device + " master br100");
    }
    for (String device : List.of("vxlan100", "br100")) {
      Commands.ip(far.namespace(), "link set " + device + " up");
    }
  }

  private long lost(int payloadBytes) throws Exception {
    PingFlow flow = new PingFlow(m1.name(), m2.name(), m1.pingSocket(false), m2.ip(false));
    List<PingResult> results =
        PingRun.start(
                List.of(flow),
                new PingPlan(5, 5 * MS, 1000 * MS, payloadBytes),
                new EpollReadiness(),
                System::nanoTime)
            .await();
    return results.getFirst().lost();
  }

  @ParameterizedTest
  @CsvSource({"kernel, 10.77.0.", "viaduct, 10.77.0.", "viaduct, fd77::"})
  void shouldCarryLargeFramesBothWaysInFragments(String peer, String prefix) throws Exception {
    ViaductHost viaduct = build(peer, prefix, BOTH);
    Awaiting.await("small frames", () -> lost(WHOLE) == 0);
    assertThat(lost(FRAGMENTED)).isZero();
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("outer-fragments"));
  }

  @ParameterizedTest
  @CsvSource({"kernel, 10.77.0.", "viaduct, 10.77.0.", "viaduct, fd77::"})
  void shouldDropAndCountWhatTheOtherEndFragments(String peer, String prefix) throws Exception {
    ViaductHost viaduct = build(peer, prefix, "{ sent: true }");
    Awaiting.await("small frames", () -> lost(WHOLE) == 0);
    assertThat(lost(FRAGMENTED)).isEqualTo(5);
    assertThat(viaduct.drops()).contains("outer-fragments 5");
  }
}
