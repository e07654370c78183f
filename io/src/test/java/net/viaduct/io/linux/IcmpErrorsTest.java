package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.PathError;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What routers tell about datagrams that left. */
class IcmpErrorsTest extends TwoHostsByEachWay {
  @Test
  @Tag("R33")
  void shouldTellWhatIcmpReports() throws Exception {
    String router = namespaces.add();
    String beyond = namespaces.add();
    namespaces.join(near, "eth1", router, "eth0");
    namespaces.join(router, "eth1", beyond, "eth0");
    namespaces.ip(near, "addr add 10.1.0.1/24 dev eth1");
    namespaces.ip(near, "addr add fd01::1/64 dev eth1 nodad");
    namespaces.ip(router, "addr add 10.1.0.254/24 dev eth0");
    namespaces.ip(router, "addr add fd01::fe/64 dev eth0 nodad");
    namespaces.ip(router, "addr add 10.2.0.254/24 dev eth1");
    namespaces.ip(router, "addr add fd02::fe/64 dev eth1 nodad");
    namespaces.ip(beyond, "addr add 10.2.0.1/24 dev eth0");
    namespaces.ip(beyond, "addr add fd02::1/64 dev eth0 nodad");
    namespaces.ip(beyond, "route add 10.1.0.0/24 via 10.2.0.254");
    namespaces.ip(beyond, "route add fd01::/64 via fd02::fe");
    namespaces.ip(near, "route add 10.2.0.0/24 via 10.1.0.254");
    namespaces.ip(near, "route add fd02::/64 via fd01::fe");
    namespaces.ip(router, "link set eth1 mtu 1400");
    namespaces.exec(
        router,
        "echo 1 > /proc/sys/net/ipv4/ip_forward;"
            + " echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
    List<IpAddress> locals = List.of(IpAddress.parse("10.1.0.1"), IpAddress.parse("fd01::1"));
    try (UdpUnderlay one = open(near, locals, config -> config)) {
      for (String to : List.of("10.2.0.1", "fd02::1")) {
        Endpoint remote = udp(IpAddress.parse(to));
        assertThat(send(one, 1400, remote, 1, 0)).isEqualTo(SendResult.SENT);
        Told told = await(one);
        assertThat(told.kind).isEqualTo(PathError.Kind.TOO_BIG);
        assertThat(told.remote).isEqualTo(remote);
        assertThat(told.mtuBytes).isEqualTo(1400);
        assertThat(told.sourcePort).isIn(Arrays.stream(one.sourcePorts()).boxed().toList());
        byte[] sent = Frames.bytes(frame(1400));
        assertThat(told.quote.length).isGreaterThan(400);
        assertThat(told.quote).isEqualTo(Arrays.copyOf(sent, told.quote.length));
        // what the kernel was told does not keep us from trying
        assertThat(send(one, 1400, remote, 1, 0)).isEqualTo(SendResult.SENT);
        assertThat(await(one).kind).isEqualTo(PathError.Kind.TOO_BIG);
        assertThat(send(one, 100, remote, 1, 0)).isEqualTo(SendResult.SENT);
        assertThat(await(one).kind).isEqualTo(PathError.Kind.REFUSED);
        assertThat(send(one, 100, remote, 1, 0)).isEqualTo(SendResult.SENT);
      }
    }
  }

  private record Told(
      PathError.Kind kind, Endpoint remote, int sourcePort, int mtuBytes, byte[] quote) {}

  private static Told await(UdpUnderlay underlay) throws Exception {
    Told[] found = new Told[1];
    long end = System.nanoTime() + 5_000_000_000L;
    while (found[0] == null && System.nanoTime() < end) {
      underlay.receiveErrors(e ->
          found[0] =
              new Told(
                  e.kind(),
                  e.remote(),
                  e.sourcePort(),
                  e.mtuBytes(),
                  e.memory().asSlice(e.quoteAt(), e.quoteBytes()).toArray(ValueLayout.JAVA_BYTE)));
      Thread.onSpinWait();
    }
    assertThat(found[0]).as("told by ICMP").isNotNull();
    return found[0];
  }
}
