package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred networks at once between Viaduct and the kernel, half by group and half by remotes. */
class HundredNetworksTest {
  private static final int COUNT = 100;
  private static final int FIRST_VNI = 5000;
  private static final int PORT = 4789;
  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  @Test
  @DisplayName("R11: 100 VNIs with the kernel at once, several to a group")
  void shouldPingInEveryNetwork() throws Exception {
    try (Lab lab = SystemLab.open(directory)) {
      LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
      LabHost viaductSide = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
      LabHost kernelSide = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
      NetNamespace machine = lab.createNamespace("machine");
      StringBuilder networks = new StringBuilder();
      try (Rtnetlink inside = machine.rtnetlink()) {
        for (int i = 0; i < COUNT; i++) {
          connect(i, viaductSide, kernelSide, machine, inside);
          networks.append(network(i));
        }
      }
      ViaductHost viaduct = ViaductHost.start(lab, viaductSide, networks.toString());
      PingSocket socket = machine.call(() -> PingSocket.open(false));
      lab.closeWithLab(socket);
      List<PingFlow> flows = new ArrayList<>();
      for (int i = 0; i < COUNT; i++) {
        flows.add(new PingFlow("machine", "network " + i, socket, address(i, 2)));
      }
      PingRun.start(
              flows, new PingPlan(1, 0, 3000 * MS, 56), new EpollReadiness(), System::nanoTime)
          .await(); // so that neighbours are known
      List<PingResult> results =
          PingRun.start(
                  flows,
                  new PingPlan(3, 20 * MS, 3000 * MS, 56),
                  new EpollReadiness(),
                  System::nanoTime)
              .await();
      assertThat(results)
          .as("drops %s", viaduct.drops())
          .hasSize(COUNT)
          .allSatisfy(result -> assertThat(result.lost()).as("%s", result).isZero());
    }
  }

  private static void connect(
      int i, LabHost viaductSide, LabHost kernelSide, NetNamespace machine, Rtnetlink inside) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec("e" + i, 1500, 0);
    LinkKind pair = new LinkKind.Veth(end, machine.descriptor());
    var links = viaductSide.net().links();
    int outside = links.create(new LinkSpec("p" + i, pair).withMtu(1500));
    links.disableIpv6Autoconfiguration(outside);
    links.up(outside);
    int index = inside.links().require("e" + i).index();
    inside.links().disableIpv6Autoconfiguration(index);
    inside.links().up(index);
    inside.addresses().add(index, address(i, 1), 24);

    IpAddress group = i % 2 == 0 ? group(i) : null;
    KernelVtep kernel = new KernelVtep(kernelSide, FIRST_VNI + i, PORT, group);
    if (group == null) {
      kernel.addRemote(viaductSide.address());
    }
    int bridge = kernelSide.net().links().require("br" + (FIRST_VNI + i)).index();
    kernelSide.net().addresses().add(bridge, address(i, 2), 24);
  }

  private static String network(int i) {
    String flood = i % 2 == 0 ? "group: " + group(i) : "remotes: [10.77.0.2]";
    return """
    n%d:
      vni: %d
      flood: { %s }
      ports:
        - device: p%d
    """
        .formatted(i, FIRST_VNI + i, flood, i);
  }

  /** Ten networks share a group. */
  private static IpAddress group(int i) {
    return IpAddress.parse("239.1.1." + (1 + i / 10));
  }

  private static IpAddress address(int network, int host) {
    return IpAddress.parse("10.200." + network + "." + host);
  }
}
