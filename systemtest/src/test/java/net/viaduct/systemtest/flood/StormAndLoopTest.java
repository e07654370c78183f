package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broadcast that is too much, and a cable that makes a circle, on devices of the kernel. */
class StormAndLoopTest {
  private static final int STORM = 20_000;
  private static final int LIMIT = 100;
  private static final String BROADCAST = "192.168.100.255";
  private static final String CABLE = "cable";

  @TempDir private Path directory;

  private Lab lab;
  private LabHost host;

  @BeforeEach
  void build() {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void shouldLimitABroadcastStormAndNameThePort() throws Exception {
    Machine one = new Machine(lab, MachineSpec.numbered(1));
    Machine two = new Machine(lab, MachineSpec.numbered(2));
    one.attachVeth(host, "veth1");
    two.attachVeth(host, "veth2");
    ViaductHost viaduct =
        ViaductHost.start(
            lab,
            host,
            """
            blue:
              vni: 100
              storm: { port: { broadcast: { packets: %d } } }
              ports: [{ device: veth1 }, { device: veth2 }]
            """
                .formatted(LIMIT));
    try (GroupListener sender = GroupListener.of(one);
        GroupListener victim = GroupListener.of(two)) {
      sender.send(BROADCAST, STORM);
      Awaiting.await("the storm", () -> Sent.fromPort(viaduct, "veth1") >= STORM);
      long dropped = count(viaduct.drops().toString(), "broadcast-storm ([0-9]+)");
      victim.poll();
      assertThat(dropped + victim.received())
          .as("dropped or delivered; the kernel may lose some on the way to a machine")
          .isLessThanOrEqualTo(STORM + 100L);
      assertThat(victim.received()).isBetween(LIMIT / 2, STORM / 4);
      assertThat(dropped).isGreaterThan(STORM / 2);
      String port = viaduct.get("/v1/ports").replaceAll("\\s", "");
      assertThat(count(port, "\"name\":\"veth1\".*?\"drops\":([0-9]+)")).isGreaterThan(STORM / 2);
    }
  }

  @Test
  @Tag("P25")
  void shouldBlockOnePortOfALoopAndOpenItWhenTheCableIsPulled() throws Exception {
    NetNamespace left = lab.createNamespace("left");
    NetNamespace right = lab.createNamespace("right");
    bridge(left, "veth1");
    bridge(right, "veth2");
    Machine machine = new Machine(lab, MachineSpec.numbered(3));
    machine.attachVeth(host, "veth3");
    ViaductHost viaduct =
        ViaductHost.start(
            lab,
            host,
            """
            blue:
              vni: 100
              loops: { interval: 100ms, retry: 1s }
              ports: [{ device: veth1 }, { device: veth2 }, { device: veth3 }]
            """);
    layCable(left, right);
    viaduct.awaitAnswer("/v1/ports", "\"veth2\"[^{}]*\"blocked: [^\"]*veth1");
    assertThat(viaduct.get("/v1/ports")).doesNotContainPattern("\"veth1\"[^{}]*\"blocked");
    assertThat(viaduct.get("/v1/errors")).contains("veth1", "veth2");

    try (GroupListener sender = GroupListener.of(machine)) {
      long before = Sent.fromPort(viaduct, "veth1");
      sender.send(BROADCAST, 100);
      Awaiting.await("that they were taken", () -> Sent.fromPort(viaduct, "veth3") >= 100);
      viaduct.awaitAnswer("/v1/drops", "port-blocked");
      assertThat(Sent.fromPort(viaduct, "veth1") - before)
          .as("what comes back where it went out; without the block it goes round for ever")
          .isLessThan(300);
    }

    try (Rtnetlink net = left.rtnetlink()) {
      net.links().delete(net.links().require(CABLE).index());
    }
    viaduct.awaitAnswer("/v1/ports", "\"veth2\"[^{}]*\"attached\"");
  }

  /** A bridge behind a port of the host. */
  private void bridge(NetNamespace namespace, String port) {
    LinkKind.PeerSpec end = new LinkKind.PeerSpec("p0", 1500, 0);
    Links ofHost = host.net().links();
    int index = ofHost.create(new LinkSpec(port, new LinkKind.Veth(end, namespace.descriptor())));
    ofHost.disableIpv6Autoconfiguration(index);
    ofHost.up(index);
    try (Rtnetlink net = namespace.rtnetlink()) {
      Links links = net.links();
      int bridge = links.create(new LinkSpec("br0", new LinkKind.Bridge(false)));
      links.disableIpv6Autoconfiguration(bridge);
      links.up(bridge);
      enslave(links, "p0", bridge);
    }
  }

  private static void enslave(Links links, String device, int bridge) {
    int index = links.require(device).index();
    links.disableIpv6Autoconfiguration(index);
    links.master(index, bridge);
    links.up(index);
  }

  private static void layCable(NetNamespace left, NetNamespace right) {
    try (Rtnetlink one = left.rtnetlink();
        Rtnetlink other = right.rtnetlink()) {
      LinkKind.PeerSpec end = new LinkKind.PeerSpec(CABLE, 1500, 0);
      one.links().create(new LinkSpec(CABLE, new LinkKind.Veth(end, right.descriptor())));
      enslave(one.links(), CABLE, one.links().require("br0").index());
      enslave(other.links(), CABLE, other.links().require("br0").index());
    }
  }

  private static long count(String text, String regex) {
    Matcher found = Pattern.compile(regex).matcher(text);
    return found.find() ? Long.parseLong(found.group(1)) : 0;
  }
}
