package net.viaduct.systemtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.systemtest.peers.PeerExchange.Station;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the kernel's VXLAN device can do beside plain VXLAN, with Viaduct at the other end: groups,
 * reserved bits, tunnels by route, classes and marks of congestion. The kernel's own packet filter
 * looks at both ends.
 */
class KernelTunnelTest {
  private static final String TUNNEL = "t0";
  private static final int MTU_BYTES = 1500;
  private static final int SMALL_BYTES = 84;
  private static final long TRANSFER_BYTES = 2 << 20;
  private static final long A_FEW = 10; // many datagrams may be one packet to the filter
  private static final int GROUP = 77;
  private static final int KERNEL_GROUP = 88;
  private static final int DONT_LEARN_MARK = 1 << 22; // VXLAN_GBP_DONT_LEARN, net/vxlan.h
  private static final String FAR_MAC = "02:00:00:00:00:02";
  private static final String UNDERLAY = "{ address: 10.77.0.1 }";

  @TempDir private Path directory;

  private Lab lab;
  private LabSwitch underlay;
  private LabHost host;
  private LabHost kernelHost;
  private Machine near;
  private Machine far;
  private ViaductHost viaduct;

  @BeforeEach
  void build() throws Exception {
    lab = SystemLab.open(directory);
    underlay = new LabSwitch(lab, "sw", 1600);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    PacketRules.require(host.namespace(), "inet", "bridge");
    kernelHost = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    near = new Machine(lab, MachineSpec.numbered(1));
    near.attachVeth(host, "veth1");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private static void ip(NetNamespace namespace, String arguments) throws Exception {
    CommandRun.Result result = CommandRun.in(namespace, ("ip " + arguments).split(" "));
    assertThat(result.exitCode()).as("ip %s: %s", arguments, result.output()).isZero();
  }

  private void ip(String arguments) throws Exception {
    ip(kernelHost.namespace(), arguments);
  }

  /** A machine behind the kernel's bridge, whose tunnel has some options. */
  private PeerExchange bridged(String options) throws Exception {
    far = new Machine(lab, MachineSpec.numbered(2));
    far.attachVeth(kernelHost, "veth2");
    ip("link add br0 type bridge mcast_snooping 0");
    ip(
        "link add t0 mtu 1500 type vxlan id 4242 local 10.77.0.2 remote 10.77.0.1 dstport 4789 "
            + options);
    for (String port : new String[] {TUNNEL, "veth2"}) {
      ip("link set " + port + " master br0 up");
    }
    ip("link set br0 up");
    return new PeerExchange(lab, Station.of(near), Station.of(far), this::diagnosis);
  }

  private void start(String underlaySection, String encapsulation, String port) throws Exception {
    viaduct = ViaductHost.start(lab, host, underlaySection, network(encapsulation, port));
  }

  private static String network(String encapsulation, String port) {
    String network =
        "blue: { vni: 4242, encapsulation: %s, flood: { remotes: [10.77.0.2] }, ports: [ %s ] }";
    return network.formatted(encapsulation, port);
  }

  private String diagnosis() {
    try {
      CommandRun.Result links = CommandRun.in(kernelHost.namespace(), "ip", "-s", "-d", "link");
      return "drops " + viaduct.drops() + "; " + viaduct.log() + links.output();
    } catch (ApiSilent e) {
      return e + viaduct.log();
    } catch (Exception e) {
      return e.toString();
    }
  }

  private static String onTheWire(int group) {
    return """
    counter grouped { }
    chain in {
      type filter hook prerouting priority -300;
      udp dport 4789 @th,64,16 0x8800 @th,80,16 %d counter name grouped
    }
    """
        .formatted(group);
  }

  private static String marks(int mark) {
    return """
    counter grouped { }
    counter others { }
    chain out { type filter hook postrouting priority 100; oifname "t0" meta mark set %d; }
    chain in {
      type filter hook prerouting priority -300;
      iifname "t0" meta mark %d counter name grouped
      iifname "t0" meta mark != %d counter name others
    }
    """
        .formatted(mark, GROUP, GROUP);
  }

  @Test
  @Tag("R25")
  @DisplayName(
      "VXLAN-GBP: the kernel sees the port's group as mark; what it says of learning holds")
  void shouldGiveAndTakeGroups() throws Exception {
    PacketRules marks =
        new PacketRules(kernelHost.namespace(), "bridge marks", marks(KERNEL_GROUP));
    PacketRules wire = new PacketRules(host.namespace(), "inet wire", onTheWire(KERNEL_GROUP));
    PeerExchange exchange = bridged("gbp");
    start(UNDERLAY, "vxlan-gbp", "{ device: veth1, group-policy: " + GROUP + " }");
    exchange.awaitAnswers();
    exchange.ping(MTU_BYTES);
    exchange.datagrams(0, 1, 1472, 4000);
    exchange.transfer(TRANSFER_BYTES);
    assertThat(marks.packets("grouped")).as("with the port's group").isGreaterThan(A_FEW);
    assertThat(marks.packets("others")).as("what machines sent without it").isZero();
    assertThat(wire.packets("grouped")).as("the kernel's group on the wire").isGreaterThan(A_FEW);
    viaduct.awaitAnswer("/v1/stations", FAR_MAC);

    viaduct.rewrite(network("vxlan-gbp", "{ device: veth1 }"));
    assertThat(viaduct.reload().status()).as(viaduct.log()).isEqualTo(200);
    marks.replace(marks(KERNEL_GROUP));
    exchange.ping(MTU_BYTES);
    assertThat(marks.packets("grouped")).as("of a port without a group").isZero();
    assertThat(marks.packets("others")).as("the same").isPositive();
  }

  @Test
  @Tag("R25")
  @DisplayName("VXLAN-GBP: Viaduct does not learn from what the kernel marks as not to be learned")
  void shouldNotLearnWhatIsNotToBeLearned() throws Exception {
    PacketRules marks =
        new PacketRules(
            kernelHost.namespace(), "bridge marks", marks(DONT_LEARN_MARK | KERNEL_GROUP));
    PeerExchange exchange = bridged("gbp");
    start(UNDERLAY, "vxlan-gbp", "{ device: veth1, group-policy: " + GROUP + " }");
    exchange.awaitAnswers();
    assertThat(viaduct.get("/v1/stations")).doesNotContain(FAR_MAC);
    marks.replace(marks(KERNEL_GROUP));
    exchange.awaitAnswers();
    viaduct.awaitAnswer("/v1/stations", FAR_MAC);
  }

  @Test
  @Tag("R2")
  @Tag("R25")
  @DisplayName("A kernel without GBP refuses groups as reserved bits; so does Viaduct when strict")
  void shouldRefuseReservedBitsAsTheKernelDoes() throws Exception {
    PeerExchange exchange = bridged("");
    PacketRules wire = new PacketRules(kernelHost.namespace(), "inet wire", onTheWire(GROUP));
    start(UNDERLAY, "vxlan-gbp", "{ device: veth1, group-policy: " + GROUP + " }");
    exchange.awaitSilence(SMALL_BYTES);
    assertThat(wire.packets("grouped")).as("what the kernel refused").isPositive();
    viaduct.rewrite(network("vxlan", "{ device: veth1, group-policy: " + GROUP + " }"));
    assertThat(viaduct.reload().status()).as(viaduct.log()).isEqualTo(200);
    exchange.awaitAnswers();

    ip("link del t0");
    ip("link add t0 mtu 1500 type vxlan id 4242 local 10.77.0.2 remote 10.77.0.1 dstport 4789 gbp");
    ip("link set t0 master br0 up");
    new PacketRules(kernelHost.namespace(), "bridge marks", marks(KERNEL_GROUP));
    exchange.awaitAnswers();
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("reserved-bits-set"));
    viaduct.rewrite(
        "{ address: 10.77.0.1, reserved-bits: strict }", network("vxlan", "{ device: veth1 }"));
    assertThat(viaduct.reload().status()).as(viaduct.log()).isEqualTo(200);
    exchange.awaitSilence(SMALL_BYTES);
    viaduct.awaitAnswer("/v1/drops", "reserved-bits-set[^}]*\"count\"\\s*:\\s*[1-9]");
  }

  @Test
  @Tag("R7")
  @DisplayName("Fragments that the kernel makes where the way is narrow: dropped, or put together")
  void shouldTakeFragmentsOfTheKernelOnlyWhereConfigured() throws Exception {
    PeerExchange exchange = bridged("");
    ip("route replace 10.77.0.0/24 dev eth0 src 10.77.0.2 mtu 1400");
    // without DF in its packet the machine is told nothing, and the kernel cuts the tunnel's packet
    far.namespace().sysctl("net/ipv4/ip_no_pmtu_disc", "1");
    start(UNDERLAY, "vxlan", "{ device: veth1 }");
    exchange.awaitAnswers();
    exchange.awaitSilence(MTU_BYTES);
    viaduct.awaitAnswer("/v1/drops", "outer-fragments[^}]*\"count\"\\s*:\\s*[1-9]");
    exchange.awaitAnswers();

    viaduct.rewrite(
        "{ address: 10.77.0.1, fragments: { received: reassemble } }",
        network("vxlan", "{ device: veth1 }"));
    assertThat(viaduct.reload().status()).as(viaduct.log()).isEqualTo(200);
    exchange.awaitAnswers();
    exchange.datagrams(1472);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("R6")
  @Tag("R15")
  @DisplayName("External mode: the kernel's routes choose the tunnel; IPv6 goes without checksum")
  void shouldServeTunnelsOfRoutes(boolean overIpv6) throws Exception {
    MachineSpec spec = MachineSpec.numbered(2);
    ip("link add t0 type vxlan external dstport 4789 udp6zerocsumrx");
    String mac = MacAddress.format(spec.mac());
    ip("link set t0 address %s mtu %d up".formatted(mac, MTU_BYTES));
    ip("addr add %s/32 dev t0".formatted(spec.ipv4()));
    ip("addr add %s/128 dev t0 nodad".formatted(spec.ipv6()));
    String section = UNDERLAY;
    String tunnel = "encap ip id 4242 dst 10.77.0.1";
    String remote = "10.77.0.2";
    if (overIpv6) {
      host.net().addresses().add(host.uplinkIndex(), IpAddress.parse("fd77::1"), 64);
      kernelHost.net().addresses().add(kernelHost.uplinkIndex(), IpAddress.parse("fd77::2"), 64);
      section = "{ address: \"fd77::1\", zero-checksum-ipv6: [\"fd77::/64\"] }";
      tunnel = "encap ip6 id 4242 dst fd77::1";
      remote = "fd77::2";
    }
    CommandRun.Result route =
        CommandRun.in(
            kernelHost.namespace(),
            ("ip route add " + near.spec().ipv4() + "/32 " + tunnel + " dev t0").split(" "));
    Assumptions.assumeTrue(route.exitCode() == 0, "no tunnels of routes here: " + route.output());
    ip("-6 route add " + near.spec().ipv6() + "/128 " + tunnel + " dev t0");
    // neighbour discovery of the kernel does not ask the route, so it must know already
    ip("-6 neigh add " + near.spec().ipv6() + " lladdr 02:00:00:00:00:01 dev t0");
    ip(near.namespace(), "-6 neigh add " + spec.ipv6() + " lladdr " + mac + " dev eth0");
    String network =
        network("vxlan", "{ device: veth1 }").replace("10.77.0.2", "\"" + remote + "\"");
    viaduct = ViaductHost.start(lab, host, section, network);

    Station kernel = new Station(kernelHost.namespace(), spec);
    PeerExchange exchange = new PeerExchange(lab, Station.of(near), kernel, this::diagnosis);
    exchange.awaitAnswers();
    exchange.ping(84);
    exchange.ping(MTU_BYTES);
    exchange.datagrams(0, 1, 1472, 4000);
    exchange.transfer(TRANSFER_BYTES);
    viaduct.awaitAnswer("/v1/stations", FAR_MAC + "[^}]*" + remote);
  }

  @Test
  @Tag("R7")
  @Tag("R26")
  @Tag("R27")
  @Tag("R28")
  @DisplayName("Classes, TTL and DF as the kernel inherits them; marks of a router on the way")
  void shouldCarryClassesAndMarksBothWays() throws Exception {
    PeerExchange exchange = bridged("tos inherit ttl inherit df set");
    String asSent = "ip dscp ef ip ecn ect0 ip ttl 33";
    for (Machine machine : new Machine[] {near, far}) {
      machine.namespace().sysctl("net/ipv4/ip_default_ttl", "33");
      new PacketRules(
          machine.namespace(),
          "ip class",
          "chain out { type route hook output priority 0; ip dscp set ef ip ecn set ect0; }");
    }
    PacketRules[] outer = {
      new PacketRules(host.namespace(), "inet outer", outer("10.77.0.2", asSent)),
      new PacketRules(
          kernelHost.namespace(), "inet outer", outer("10.77.0.1", "ip dscp ef ip ecn ect0"))
    };
    PacketRules[] inner = {
      new PacketRules(near.namespace(), "ip inner", inner(asSent)),
      new PacketRules(far.namespace(), "ip inner", inner(asSent))
    };
    start(UNDERLAY, "{ type: vxlan, dscp: uniform }", "{ device: veth1 }");
    exchange.awaitAnswers();
    exchange.ping(MTU_BYTES);
    exchange.transfer(TRANSFER_BYTES);
    for (PacketRules each : outer) {
      assertThat(each.packets("whole")).as("outer packets as asked").isGreaterThan(A_FEW);
    }
    for (PacketRules each : inner) {
      assertThat(each.packets("whole")).as("inner packets as sent").isGreaterThan(A_FEW);
      assertThat(each.packets("marked")).as("marked, though no router did").isZero();
    }

    String congested =
        "chain pass { type filter hook forward priority 0; udp dport 4789 ip ecn ect0 ip ecn set"
            + " ce; }";
    new PacketRules(underlay.namespace(), "bridge congested", congested);
    exchange.ping(84);
    for (PacketRules each : inner) {
      assertThat(each.packets("marked")).as("marked on the way").isPositive();
    }
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("congestion"));
  }

  private static String outer(String from, String fields) {
    return """
    counter whole { }
    chain in {
      type filter hook prerouting priority -300;
      ip saddr %s udp dport 4789 ip frag-off & 0x4000 == 0x4000 %s counter name whole
    }
    """
        .formatted(from, fields);
  }

  private static String inner(String fields) {
    return """
    counter whole { }
    counter marked { }
    chain in {
      type filter hook input priority 0;
      %s counter name whole
      ip dscp ef ip ecn ce counter name marked
    }
    """
        .formatted(fields);
  }
}
