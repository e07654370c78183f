package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hosts with a machine each; behind a second port of host 1 is a bridge of the kernel that
 * asks who listens, with an address of its own. No host asks.
 */
@Tag("R65")
class KernelQuerierTest {
  private static final String GROUP = "239.1.2.3";
  private static final String QUERIER = "192.168.100.200";
  private static final int STREAM = 1000;
  private static final int CHATTER = STREAM / 4;

  @TempDir private Path directory;

  private Lab lab;
  private final List<Machine> machines = new ArrayList<>();
  private final List<ViaductHost> hosts = new ArrayList<>();

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    NetNamespace bridge = lab.createNamespace("bridge");
    for (int i = 1; i <= 3; i++) {
      LabHost host = new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24);
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machine.attachVeth(host, "veth" + i);
      machines.add(machine);
      String ports = "{ device: veth" + i + " }";
      if (i == 1) {
        KernelBridge.attach(host, "trunk1", bridge);
        ports += ", { device: trunk1 }";
      }
      hosts.add(ViaductHost.start(lab, host, network(i, ports)));
    }
    KernelBridge.startAsking(bridge, QUERIER + "/24", 3);
  }

  private static String network(int host, String ports) {
    String others = host == 1 ? "10.77.0.2, 10.77.0.3" : "10.77.0.1, 10.77.0." + (5 - host);
    return """
    blue:
      vni: 100
      flood: { remotes: [%s] }
      multicast: { snooping: true, querier: { enabled: false, interval: 1s, response: 200ms } }
      ports: [%s]
    """
        .formatted(others, ports);
  }

  @Test
  void shouldPruneByWhatTheKernelsBridgeAsks() throws Exception {
    build();
    try (GroupListener sender = GroupListener.of(machines.get(0));
        GroupListener two = GroupListener.of(machines.get(1)).join(machines.get(1), GROUP)) {
      for (ViaductHost host : hosts) {
        host.awaitAnswer("/v1/groups", "asked-elsewhere\"[^}]*\"" + QUERIER);
        // by MLD it asks later; all are new again when somebody asks for the first time
        host.awaitAnswer("/v1/groups", "asked-elsewhere\"[^}]*\"fe80:");
      }
      ViaductHost first = hosts.getFirst();
      first.awaitAnswer("/v1/groups", "\"router\"[^}]*\"trunk1\"");
      Awaiting.await(
          "one listener, and nobody new",
          () -> {
            String groups = first.get("/v1/groups").replaceAll("\\s", "");
            return !groups.contains("\"kind\":\"new\"")
                && groups.matches(".*\"group\":\"" + GROUP + "\"[^}]*\"remote\":\"10.77.0.2\".*");
          });
      long before2 = Sent.toRemote(first, "10.77.0.2");
      long before3 = Sent.toRemote(first, "10.77.0.3");
      sender.send(GROUP, STREAM);
      Awaiting.await("the whole stream", () -> two.poll() == STREAM);
      Awaiting.await( // a batch is counted when it has been sent
          "the stream in the counters",
          () -> Sent.toRemote(first, "10.77.0.2") - before2 >= STREAM);
      assertThat(Sent.toRemote(first, "10.77.0.3") - before3).isLessThan(CHATTER);
    }
  }
}
