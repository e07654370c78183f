package net.viaduct.io.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.TestNamespace;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every operation is judged by what iproute2 reads back. */
class RtnetlinkTest {
  private static final long MAC = MacAddress.parse("02:00:00:00:00:07");
  private static final long OTHER_MAC = MacAddress.parse("02:00:00:00:00:08");

  private TestNamespace made;
  private Rtnetlink net;

  @BeforeEach
  void open() {
    TestNamespace.needs("ip");
    made = new TestNamespace();
    net = made.get().rtnetlink();
  }

  @AfterEach
  void close() {
    if (net != null) {
      net.close();
    }
    if (made != null) {
      made.close();
    }
  }

  private String link(String name) {
    return made.run("ip", "-d", "-j", "link", "show", "dev", name);
  }

  private int device(String name) {
    int index = net.links().create(pair(name));
    net.links().disableIpv6Autoconfiguration(index);
    net.links().up(index);
    net.links().up(net.links().require("p-" + name).index());
    return index;
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text);
  }

  @Test
  void shouldMakeVethPairWithPeerInAnotherNamespace() {
    try (TestNamespace other = new TestNamespace()) {
      LinkKind.PeerSpec peer = new LinkKind.PeerSpec("eth0", 1400, OTHER_MAC);
      LinkKind veth = new LinkKind.Veth(peer, other.get().descriptor());
      int index = net.links().create(new LinkSpec("near", veth).withMtu(1400).withMac(MAC));
      assertThat(link("near"))
          .contains("\"info_kind\":\"veth\"", "\"mtu\":1400", "\"address\":\"02:00:00:00:00:07\"")
          .contains("\"ifindex\":" + index);
      assertThat(other.run("ip", "-j", "link", "show", "dev", "eth0"))
          .contains("\"mtu\":1400", "\"address\":\"02:00:00:00:00:08\"");
    }
  }

  @Test
  void shouldMakeVethPairHere() {
    LinkKind.PeerSpec peer = new LinkKind.PeerSpec("b", 0, 0);
    int index = net.links().create(new LinkSpec("a", new LinkKind.Veth(peer)));
    Link near = net.links().require("a");
    Link far = net.links().require("b");
    assertThat(near.index()).isEqualTo(index);
    assertThat(near.peerIndex()).isEqualTo(far.index());
    assertThat(near.kind()).isEqualTo("veth");
  }

  @Test
  void shouldMakeBridgeAndPort() {
    int bridge = net.links().create(new LinkSpec("br0", new LinkKind.Bridge(false)));
    int port = device("d0");
    net.links().master(port, bridge);
    assertThat(link("br0"))
        .contains("\"info_kind\":\"bridge\"", "\"mcast_snooping\":0", "\"stp_state\":0");
    assertThat(link("d0")).contains("\"master\":\"br0\"");
    assertThat(net.links().require("d0").masterIndex()).isEqualTo(bridge);
    net.links().master(port, 0);
    assertThat(link("d0")).doesNotContain("master");
    int snooping = net.links().create(new LinkSpec("br1", new LinkKind.Bridge(true)));
    assertThat(snooping).isPositive();
    assertThat(link("br1")).contains("\"mcast_snooping\":1");
  }

  @Test
  void shouldMakeVxlanWithGroup() {
    int below = device("d0");
    LinkKind kind =
        new LinkKind.Vxlan(100, ip("10.77.0.3"), ip("239.1.1.100"), below, 4789, true, 5, true);
    net.links().create(new LinkSpec("vx100", kind));
    assertThat(link("vx100"))
        .contains("\"info_kind\":\"vxlan\"", "\"id\":100", "\"group\":\"239.1.1.100\"")
        .contains("\"link\":\"d0\"", "\"local\":\"10.77.0.3\"", "\"port\":4789", "\"ttl\":5")
        .contains("\"learning\":true", "\"udp_csum\":true");
  }

  @Test
  void shouldMakeVxlanWithoutGroupOverIpv6() {
    LinkKind kind = new LinkKind.Vxlan(200, ip("fd00::3"), null, 0, 8472, false, 0, false);
    net.links().create(new LinkSpec("vx200", kind).withMtu(1450));
    assertThat(link("vx200"))
        .contains("\"local6\":\"fd00::3\"", "\"port\":8472", "\"learning\":false", "\"mtu\":1450")
        .contains("\"udp_csum\":false")
        .doesNotContain("\"group6\"");
  }

  @Test
  @Tag("P5")
  void shouldTellTheVniOfTunnels() {
    LinkKind kind = new LinkKind.Vxlan(4_000_000, ip("10.77.0.3"), null, 0, 8472, false, 0, true);
    net.links().create(new LinkSpec("vx0", kind));
    made.run("ip", "link", "add", "vx1", "type", "vxlan", "external", "dstport", "4790");
    assertThat(net.links().require("vx0").vni()).isEqualTo(4_000_000);
    assertThat(net.links().require("vx1").vni()).as("it has none of its own").isZero();
    assertThat(net.links().require("lo").vni()).isZero();
  }

  @Test
  void shouldChangeDevices() {
    int index = device("d0");
    net.links().down(index);
    assertThat(link("d0")).doesNotContain("\"UP\"");
    net.links().rename(index, "renamed");
    net.links().mtu(index, 1234);
    net.links().mac(index, MAC);
    net.links().up(index);
    assertThat(link("renamed"))
        .contains("\"UP\"", "\"mtu\":1234", "\"address\":\"02:00:00:00:00:07\"");
    Link read = net.links().find(index).orElseThrow();
    assertThat(read.name()).isEqualTo("renamed");
    assertThat(read.mtuBytes()).isEqualTo(1234);
    assertThat(read.mac()).isEqualTo(MAC);
    assertThat(read.isUp()).isTrue();
    assertThat(read.kind()).isEqualTo("veth");
    net.links().delete(index);
    assertThat(net.links().find("renamed")).isEmpty();
    assertThat(made.run("ip", "-br", "link")).doesNotContain("renamed");
  }

  @Test
  void shouldMoveDeviceUnderAnotherName() {
    try (TestNamespace other = new TestNamespace()) {
      int index = device("d0");
      net.links().move(index, other.get().descriptor(), "eth0");
      assertThat(net.links().find("d0")).isEmpty();
      assertThat(other.run("ip", "-br", "link")).contains("eth0");
    }
  }

  @Test
  void shouldKeepIpv6Silent() {
    int index = net.links().create(pair("d0"));
    net.links().disableIpv6Autoconfiguration(index);
    net.links().up(index);
    assertThat(link("d0")).contains("\"inet6_addr_gen_mode\":\"none\"");
    assertThat(made.run("ip", "-6", "addr", "show", "dev", "d0")).doesNotContain("fe80");
  }

  @Test
  void shouldListDevicesWithStatistics() {
    int loopback = net.links().require("lo").index();
    net.links().up(loopback);
    device("d0");
    List<Link> all = net.links().list();
    assertThat(all).extracting(Link::name).containsExactlyInAnyOrder("lo", "d0", "p-d0");
    assertThat(all).allSatisfy(link -> assertThat(link.statistics()).isNotNull());
    assertThat(all)
        .filteredOn(link -> link.name().equals("lo"))
        .first()
        .satisfies(link -> {
          assertThat(link.hasCarrier()).isTrue();
          assertThat(link.type()).isEqualTo(772);
        });
  }

  @Test
  void shouldAddAndRemoveAddresses() {
    int index = device("d0");
    net.addresses().add(index, ip("10.77.0.1"), 24);
    net.addresses().add(index, ip("fd00:77::1"), 64);
    String told = made.run("ip", "-j", "addr", "show", "dev", "d0");
    assertThat(told)
        .contains("\"local\":\"10.77.0.1\",\"prefixlen\":24")
        .contains("\"local\":\"fd00:77::1\",\"prefixlen\":64", "nodad")
        .doesNotContain("tentative");
    assertThat(net.addresses().list())
        .filteredOn(address -> address.index() == index)
        .extracting(Address::ip)
        .containsExactlyInAnyOrder(ip("10.77.0.1"), ip("fd00:77::1"));
    assertThatThrownBy(() -> net.addresses().add(index, ip("10.77.0.1"), 24))
        .isInstanceOfSatisfying(IoFailure.class, e -> assertThat(e.errno()).isEqualTo("EEXIST"));
    net.addresses().remove(index, ip("10.77.0.1"), 24);
    net.addresses().remove(index, ip("fd00:77::1"), 64);
    assertThat(made.run("ip", "-j", "addr", "show", "dev", "d0")).doesNotContain("10.77.");
  }

  @Test
  void shouldSetAndRemoveNeighbours() {
    int index = device("d0");
    net.addresses().add(index, ip("10.77.0.1"), 24);
    net.neighbours().set(index, ip("10.77.0.2"), MAC);
    net.neighbours().set(index, ip("fd00::2"), OTHER_MAC);
    String told = made.run("ip", "-j", "neigh", "show", "dev", "d0");
    assertThat(told)
        .contains(
            "\"dst\":\"10.77.0.2\",\"lladdr\":\"02:00:00:00:00:07\",\"state\":[\"PERMANENT\"]")
        .contains("\"dst\":\"fd00::2\",\"lladdr\":\"02:00:00:00:00:08\"");
    assertThat(net.neighbours().list()).contains(new Neighbour(index, ip("10.77.0.2"), MAC, 0x80));
    net.neighbours().setStale(index, ip("10.77.0.2"), OTHER_MAC);
    assertThat(made.run("ip", "neigh", "show", "10.77.0.2", "dev", "d0"))
        .contains("02:00:00:00:00:08 STALE");
    assertThat(net.neighbours().find(index, ip("10.77.0.2")).orElseThrow())
        .returns(OTHER_MAC, Neighbour::mac)
        .returns(true, Neighbour::isUsable)
        .returns(true, Neighbour::isStale);
    net.neighbours().use(index, ip("10.77.0.2"));
    assertThat(net.neighbours().find(index, ip("10.77.0.2")).orElseThrow())
        .returns(true, Neighbour::isUsable)
        .returns(false, Neighbour::isStale);
    assertThat(net.neighbours().find(index, ip("10.77.0.9"))).isEmpty();
    net.neighbours().remove(index, ip("10.77.0.2"));
    net.neighbours().remove(index, ip("fd00::2"));
    assertThat(made.run("ip", "neigh", "show", "dev", "d0", "nud", "permanent")).isEmpty();
  }

  @Test
  void shouldKeepFloodListOfVxlan() {
    LinkKind kind = new LinkKind.Vxlan(100, ip("10.77.0.3"), null, 0, 4789, true, 0, true);
    int index = net.links().create(new LinkSpec("vx", kind));
    net.fdb().appendRemote(index, 0, ip("10.77.0.1"));
    net.fdb().appendRemote(index, 0, ip("10.77.0.2"));
    net.fdb().appendRemote(index, MAC, ip("10.77.0.2"));
    assertThat(made.run("bridge", "fdb", "show", "dev", "vx"))
        .contains("00:00:00:00:00:00 dst 10.77.0.1", "00:00:00:00:00:00 dst 10.77.0.2")
        .contains("02:00:00:00:00:07 dst 10.77.0.2");
    assertThat(net.fdb().list(index))
        .filteredOn(entry -> entry.mac() == 0)
        .extracting(FdbEntry::remote)
        .containsExactlyInAnyOrder(ip("10.77.0.1"), ip("10.77.0.2"));
    net.fdb().removeRemote(index, 0, ip("10.77.0.1"));
    assertThat(made.run("bridge", "fdb", "show", "dev", "vx"))
        .doesNotContain("10.77.0.1")
        .contains("00:00:00:00:00:00 dst 10.77.0.2");
  }

  @Test
  void shouldPinStationToPortOfBridge() {
    int bridge = net.links().create(new LinkSpec("br0", new LinkKind.Bridge(false)));
    int port = device("d0");
    net.links().master(port, bridge);
    net.fdb().setPort(port, MAC);
    assertThat(made.run("bridge", "fdb", "show", "dev", "d0"))
        .contains("02:00:00:00:00:07 master br0 static");
    assertThat(net.fdb().list(port))
        .filteredOn(entry -> entry.mac() == MAC)
        .singleElement()
        .satisfies(entry -> {
          assertThat(entry.bridgeIndex()).isEqualTo(bridge);
          assertThat(entry.isLearned()).isFalse();
        });
    net.fdb().removePort(port, MAC);
    assertThat(made.run("bridge", "fdb", "show", "dev", "d0")).doesNotContain("00:07");
  }

  @Test
  void shouldAddAndRemoveRoutes() {
    int index = device("d0");
    net.addresses().add(index, ip("10.77.0.1"), 24);
    net.addresses().add(index, ip("fd00:77::1"), 64);
    List<Route> routes =
        List.of(
            Route.to(ip("10.99.0.0"), 16, ip("10.77.0.9"), index),
            Route.to(ip("0.0.0.0"), 0, ip("10.77.0.254"), index),
            Route.to(ip("224.0.0.0"), 4, null, index),
            Route.to(ip("fd00:99::"), 32, ip("fd00:77::9"), index));
    routes.forEach(net.routes()::add);
    assertThat(made.run("ip", "route"))
        .contains("10.99.0.0/16 via 10.77.0.9 dev d0", "default via 10.77.0.254 dev d0")
        .contains("224.0.0.0/4 dev d0");
    assertThat(made.run("ip", "-6", "route")).contains("fd00:99::/32 via fd00:77::9 dev d0");
    assertThat(net.routes().list())
        .extracting(Route::destination)
        .contains(ip("10.99.0.0"), ip("0.0.0.0"), ip("224.0.0.0"), ip("fd00:99::"));
    Route viaGateway =
        routes.stream()
            .filter(route -> route.gateway() != null && route.destination().isIpv4())
            .findFirst()
            .orElseThrow();
    assertThat(net.routes().lookUp(viaGateway.destination(), ip("10.77.0.1")))
        .returns(viaGateway.gateway(), Route::gateway)
        .returns(viaGateway.index(), Route::index)
        .returns(true, Route::isUnicast);
    routes.forEach(net.routes()::remove);
    assertThat(made.run("ip", "route")).doesNotContain("via").doesNotContain("224");
    assertThatThrownBy(() -> net.routes().remove(routes.getFirst()))
        .isInstanceOfSatisfying(IoFailure.class, e -> assertThat(e.errno()).isEqualTo("ESRCH"));
  }

  @Test
  void shouldSayWhatTheKernelSays() {
    LinkKind wrong = new LinkKind.Vxlan(1 << 24, ip("10.77.0.3"), null, 0, 4789, true, 0, true);
    assertThatThrownBy(() -> net.links().create(new LinkSpec("vx", wrong)))
        .isInstanceOf(IoFailure.class)
        .hasMessageStartingWith("create vxlan vx: E")
        .hasMessageContaining("VXLAN ID");
    assertThatThrownBy(() -> net.links().require("nope"))
        .hasMessage("find device nope: ENODEV: no such device here");
    assertThatThrownBy(() -> pair("sixteen-bytes-xx")).isInstanceOf(IllegalArgumentException.class);
  }

  private static LinkSpec pair(String name) {
    return new LinkSpec(name, new LinkKind.Veth(new LinkKind.PeerSpec("p-" + name, 0, 0)));
  }
}
