package net.viaduct.systemtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host with Viaduct and one with Open vSwitch, a machine behind each, and one tunnel after the
 * other between them.
 *
 * <p>Open vSwitch reads whole frames from packet sockets, so devices that it reads are not to leave
 * checksums and segmentation to a NIC that never comes: hence {@code ethtool -K ... tx off} at
 * their other ends, which neither VTEP needs on a real wire.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OvsTunnelTest {
  private static final int UNDERLAY_MTU_BYTES = 1600;
  private static final int MTU_BYTES = 1500;
  private static final int SMALL_BYTES = 84;
  private static final long TRANSFER_BYTES = 4 << 20;
  private static final IpAddress NEAR_6 = IpAddress.parse("fd77::1");
  private static final IpAddress FAR_6 = IpAddress.parse("fd77::2");

  @TempDir private static Path directory;

  private Lab lab;
  private LabHost host;
  private Machine near;
  private Machine far;
  private OvsHost ovs;
  private ViaductHost viaduct;

  /**
   * A way to wrap.
   *
   * @param name for people
   * @param encapsulation as Viaduct's file has it
   * @param remote Open vSwitch's address
   * @param options as Open vSwitch has them
   */
  private record Tunnel(String name, String encapsulation, String remote, String options) {
    private static Tunnel overIpv4(String name, String encapsulation, String options) {
      String ends = " options:local_ip=10.77.0.2 options:remote_ip=10.77.0.1";
      return new Tunnel(name + " over IPv4", encapsulation, "10.77.0.2", options + ends);
    }

    private static Tunnel overIpv6(String name, String encapsulation, String options) {
      String ends = " options:local_ip=fd77::2 options:remote_ip=fd77::1";
      return new Tunnel(name + " over IPv6", encapsulation, "\"fd77::2\"", options + ends);
    }

    private String network() {
      return """
      blue:
        vni: 4242
        encapsulation: %s
        flood: { remotes: [%s] }
        ports: [ { device: veth1 } ]
      """
          .formatted(encapsulation, remote);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Tunnel> tunnels() {
    String vxlan = "type=vxlan options:key=4242";
    String geneve = "type=geneve options:key=4242";
    String gpe = "type=vxlan options:key=4242 options:exts=gpe options:dst_port=4790";
    String gre = "type=gre options:key=1085952"; // 4242 << 8: the VSID, with one FlowID
    String nvgre = "{ type: nvgre, flow-ids: false }";
    return Stream.of(
        Tunnel.overIpv4("VXLAN", "vxlan", vxlan),
        Tunnel.overIpv4("VXLAN-GPE", "vxlan-gpe", gpe),
        Tunnel.overIpv4("Geneve", "geneve", geneve),
        Tunnel.overIpv4("GRE", nvgre, gre),
        Tunnel.overIpv6("VXLAN", "vxlan", vxlan),
        Tunnel.overIpv6("VXLAN-GPE", "vxlan-gpe", gpe),
        Tunnel.overIpv6("Geneve", "geneve", geneve),
        Tunnel.overIpv6("GRE", nvgre, gre));
  }

  /** Once for all tests; not before all, for then nobody would be told why they are skipped. */
  @BeforeEach
  void buildOnce() throws Exception {
    OvsHost.require();
    if (ovs == null) {
      remove(); // what an attempt has left that failed
      build();
    }
  }

  private void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", UNDERLAY_MTU_BYTES);
    host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    host.net().addresses().add(host.uplinkIndex(), NEAR_6, 64);
    near = new Machine(lab, MachineSpec.numbered(1));
    near.attachVeth(host, "veth1");
    LabHost other = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    far = new Machine(lab, MachineSpec.numbered(2));
    far.attachVeth(other, "veth2");
    finishChecksums(host.namespace(), LabHost.UPLINK);
    finishChecksums(far.namespace(), Machine.DEVICE);
    ovs = OvsHost.start(lab, other, FAR_6);
    ovs.attach("veth2");
  }

  private static void finishChecksums(NetNamespace namespace, String device) throws Exception {
    CommandRun.Result result = CommandRun.in(namespace, "ethtool", "-K", device, "tx", "off");
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @AfterAll
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void takeDown() throws Exception {
    if (viaduct != null) {
      viaduct.process().stop();
      viaduct = null;
    }
    if (ovs != null) {
      ovs.removeTunnel();
    }
  }

  private String diagnosis() {
    try {
      return "drops " + viaduct.drops() + "; " + viaduct.log() + ovs.diagnosis();
    } catch (ApiSilent e) {
      return e + viaduct.log() + ovs.diagnosis();
    }
  }

  private PeerExchange connect(Tunnel tunnel) throws Exception {
    ovs.tunnel(tunnel.options());
    viaduct =
        ViaductHost.start(lab, host, "{ address: [10.77.0.1, \"fd77::1\"] }", tunnel.network());
    return new PeerExchange(lab, Station.of(near), Station.of(far), this::diagnosis);
  }

  @ParameterizedTest
  @Tag("R1")
  @Tag("R14")
  @Tag("R18")
  @Tag("R23")
  @Tag("R24")
  @MethodSource("tunnels")
  void shouldExchangeFramesOfAllSizesAndBulkTcpAndLearn(Tunnel tunnel) throws Exception {
    PeerExchange exchange = connect(tunnel);
    exchange.awaitAnswers();
    for (int packetBytes : new int[] {49, 84, MTU_BYTES - 1, MTU_BYTES, 4000}) {
      exchange.ping(packetBytes);
    }
    exchange.datagrams(0, 1, 2, 3, 17, 18, 19, 100, 1451, 1452, 1472, 4000, 20_000);
    exchange.transfer(TRANSFER_BYTES);

    assertThat(ovs.stationsBehindTunnel())
        .as("what Open vSwitch learned; %s", diagnosis())
        .contains(near.spec().mac())
        .doesNotContain(far.spec().mac());
    String remote = tunnel.remote().replace("\"", "");
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:02[^}]*" + remote);
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("datagram"));
  }

  @Test
  @Tag("R20")
  @DisplayName("Geneve options of Open vSwitch: unknown ones are ignored, critical ones refused")
  void shouldIgnoreUnknownOptionsAndRefuseCriticalOnes() throws Exception {
    Tunnel geneve = Tunnel.overIpv4("Geneve", "geneve", "type=geneve options:key=4242");
    PeerExchange exchange = connect(geneve);
    ovs.sendGeneveOption("veth2", 0x01);
    exchange.awaitAnswers();
    exchange.ping(MTU_BYTES);
    assertThat(viaduct.drops()).noneMatch(drop -> drop.startsWith("unknown-critical-option"));

    ovs.sendGeneveOption("veth2", 0x81); // the highest bit says critical
    exchange.awaitSilence(SMALL_BYTES);
    viaduct.awaitAnswer("/v1/drops", "unknown-critical-option[^}]*\"count\"\\s*:\\s*[1-9]");

    ovs.sendNoOptions();
    exchange.awaitAnswers();
  }

  @Test
  @Tag("R25")
  @DisplayName("Open vSwitch refuses VXLAN with a group: a group is not for peers that know none")
  void shouldReachOpenVSwitchByPlainVxlanOnly() throws Exception {
    Tunnel plain = Tunnel.overIpv4("VXLAN", "vxlan", "type=vxlan options:key=4242");
    ovs.tunnel(plain.options());
    String ports = "ports: [ { device: veth1, group-policy: 77 } ]";
    String flood = "blue: { vni: 4242, flood: { remotes: [10.77.0.2] }, %s, encapsulation: %s }";
    viaduct = ViaductHost.start(lab, host, flood.formatted(ports, "vxlan-gbp"));
    PeerExchange exchange =
        new PeerExchange(lab, Station.of(near), Station.of(far), this::diagnosis);
    exchange.awaitSilence(SMALL_BYTES);
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:02"); // the other way is open
    ovs.awaitComplaint("invalid vxlan flags=0x8800004d"); // G, I, and group 77
    assertThat(ovs.stationsBehindTunnel()).isEmpty();

    String mixed = "{ type: vxlan-gbp, remotes: { 10.77.0.2: vxlan } }";
    viaduct.rewrite(flood.formatted(ports, mixed));
    assertThat(viaduct.reload().status()).as(viaduct.log()).isEqualTo(200);
    exchange.awaitAnswers();
  }
}
