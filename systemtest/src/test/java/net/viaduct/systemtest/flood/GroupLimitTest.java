package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two hosts, of which the second one's kernel gives no memberships. */
@Tag("P11")
class GroupLimitTest {
  private static final String LIMIT = "net/ipv4/igmp_max_memberships";
  private static final String MEMORY = "net/core/optmem_max";
  private static final String BROADCAST = "192.168.100.255";

  @TempDir private Path directory;

  private Lab lab;
  private LabHost second;
  private ViaductHost one;
  private ViaductHost two;
  private Machine m1;
  private Machine m2;

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void build(String group) throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    boolean ipv6 = group.contains(":");
    String prefix = ipv6 ? "fd77::" : "10.77.0.";
    int bits = ipv6 ? 64 : 24;
    LabHost first = new LabHost(lab, underlay, "h1", IpAddress.parse(prefix + 1), bits);
    second = new LabHost(lab, underlay, "h2", IpAddress.parse(prefix + 2), bits);
    second.namespace().sysctl(LIMIT, "0");
    try {
      second.namespace().sysctl(MEMORY, "1");
    } catch (IoFailure e) {
      Assumptions.abort("this kernel has one net.core.optmem_max for all: " + e.getMessage());
    }
    m1 = new Machine(lab, MachineSpec.numbered(1));
    m2 = new Machine(lab, MachineSpec.numbered(2));
    m1.attachVeth(first, "veth1");
    m2.attachVeth(second, "veth2");
    one = ViaductHost.start(lab, first, network(group, "veth1"));
    two = ViaductHost.start(lab, second, network(group, "veth2"));
  }

  private static String network(String group, String port) {
    return """
    blue:
      vni: 100
      flood: { group: "%s" }
      ports: [{ device: %s }]
    """
        .formatted(group, port);
  }

  @ParameterizedTest
  @ValueSource(strings = {"239.1.1.100", "ff05::100"})
  void shouldFallBackToCopiesAndComeBack(String group) throws Exception {
    build(group);
    two.awaitAnswer("/v1/networks", "group " + group + ", not joined");
    two.awaitAnswer("/v1/flood", "group-not-joined");
    two.awaitAnswer("/v1/status", "network blue cannot hear the group");
    two.awaitAnswer("/v1/errors", "network 'blue' cannot hear its group.*optmem_max|ENOMEM");
    one.awaitAnswer("/v1/flood", second.address().toString());
    try (GroupListener sender = GroupListener.of(m1);
        GroupListener receiver = GroupListener.of(m2)) {
      sender.send(BROADCAST, 10);
      Awaiting.await("broadcast as copies", () -> receiver.poll() == 10);
      assertThat(receiver.received()).isEqualTo(10);

      second.namespace().sysctl(MEMORY, "131072");
      two.awaitAnswer("/v1/networks", "group " + group + "\"");
      Awaiting.await(
          "no more copies", () -> !one.get("/v1/flood").contains(second.address().toString()));
      sender.send(BROADCAST, 20);
      Awaiting.await("broadcast by the group", () -> receiver.poll() == 20);
      assertThat(receiver.received()).isEqualTo(30);
    }
    if (!group.contains(":")) {
      assertThat(CommandRun.in(second.namespace(), "cat", "/proc/sys/" + LIMIT).output().strip())
          .as("raised, as it stood in the way")
          .isEqualTo("20");
    }
    Awaiting.await("the trouble is over", () -> !two.get("/v1/status").contains("cannot hear"));
  }
}
