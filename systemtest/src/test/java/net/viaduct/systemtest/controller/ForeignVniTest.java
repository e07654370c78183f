package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VNIs that the kernel's VXLAN devices use, beside a host and elsewhere, are not given. */
class ForeignVniTest {
  // the first two that a controller gives
  private static final int BESIDE = 4097;
  private static final int ELSEWHERE = 4098;
  private static final int UDP_PORT = 4789;
  private static final int OTHER_UDP_PORT = 8472;
  private static final long MS = 1_000_000;

  @TempDir private Path directory;
  private ControlledHosts hosts;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 1);
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private String create(String name, String more) throws Exception {
    return hosts
        .controller()
        .api()
        .ask("POST", "/networks", "{\"name\":\"" + name + "\"" + more + "}");
  }

  @Test
  @Tag("P5")
  @DisplayName("P5: VNIs of another overlay on the machine, and of one that sends to it")
  void shouldNotGiveVnisThatTheKernelUses() throws Exception {
    LabHost h1 = hosts.place(0);
    LinkKind flannel =
        new LinkKind.Vxlan(BESIDE, h1.address(), null, 0, OTHER_UDP_PORT, false, 0, true);
    int device = h1.net().links().create(new LinkSpec("flannel.1", flannel));

    LabHost other = hosts.stranger("other", IpAddress.parse("10.77.0.8"));
    KernelVtep kernel = new KernelVtep(other, ELSEWHERE, UDP_PORT, null);
    kernel.addRemote(h1.address());
    Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(8));
    machine.attachVeth(other, "vm8");
    kernel.attach("vm8");
    IpAddress nobody = MachineSpec.numbered(9).ipv4();
    PingFlow asking = new PingFlow("vm8", "nobody", machine.pingSocket(false), nobody);
    PingPlan tenSeconds = new PingPlan(20, 500 * MS, 500 * MS, 56);
    PingRun.start(List.of(asking), tenSeconds, new EpollReadiness(), System::nanoTime).await();

    ControllerApi api = hosts.controller().api();
    api.await("/hosts/h1", "\"foreignVnis\":\\[4097,4098\\]");
    assertThat(create("any", "")).contains("\"vni\":4099");
    CommandRun.Result named = hosts.controller().ask("network", "create", "named", "vni=4098");
    assertThat(named.exitCode()).isEqualTo(1);
    assertThat(named.output()).contains("VNI 4098 is in use by others, as host h1 sees");
    assertThat(create("shared", ",\"vni\":4097,\"vniShared\":true")).contains("\"vni\":4097");

    h1.net().links().delete(device);
    api.await("/hosts/h1", "\"foreignVnis\":\\[4098\\]");
  }
}
