package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses, devices and routes of an underlay that go away and come back. */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
class UnderlayLossTest extends TwoHosts {
  private static final long PATIENCE_NS = 5_000_000_000L;

  @Parameter private UdpUnderlayConfig.Way way;

  private UdpUnderlay open(String namespace, List<IpAddress> addresses) {
    UdpUnderlayConfig config = UdpUnderlayConfig.of(addresses, PORT).withWay(way);
    return open(namespace, config);
  }

  private static SendResult send(UdpUnderlay underlay, IpAddress to, int payloadBytes) {
    DatagramBatch batch = new DatagramBatch(1);
    Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", payloadBytes);
    batch.add(frame, 0, new Endpoint(to, PORT), 1);
    underlay.attend(); // a tap knows its neighbours then
    underlay.send(batch);
    return batch.result(0);
  }

  /** Attends until it says this; what a chore does. */
  private static void awaitTroubles(UdpUnderlay underlay, String... wanted) {
    long end = System.nanoTime() + PATIENCE_NS;
    do {
      underlay.attend();
      if (underlay.troubles().equals(List.of(wanted))) {
        return;
      }
    } while (System.nanoTime() < end);
    assertThat(underlay.troubles()).containsExactly(wanted);
  }

  private static void assertThatAllArrives(UdpUnderlay from, Receiving at) {
    for (IpAddress to : List.of(FAR_4, FAR_6, GROUP_4, GROUP_6)) {
      long end = System.nanoTime() + PATIENCE_NS;
      while (send(from, to, 60) != SendResult.SENT && System.nanoTime() < end) {
        Thread.onSpinWait(); // a link that was just set up has no carrier yet
      }
      Frame received = at.next(f -> f.lengthBytes() == 74);
      assertThat(received.sourceLow()).isEqualTo(to.isIpv4() ? NEAR_4.low() : NEAR_6.low());
    }
  }

  @Test
  void shouldFollowAddressesLinksAndDevices() {
    try (UdpUnderlay one = open(near, List.of(NEAR_4, NEAR_6));
        UdpUnderlay other = open(far, List.of(FAR_4, FAR_6));
        Receiving receiving = Receiving.from(other)) {
      other.join(GROUP_4);
      other.join(GROUP_6);
      assertThatAllArrives(one, receiving);

      namespaces.ip(near, "addr del 10.77.0.1/24 dev eth0");
      awaitTroubles(one, "no device has the address 10.77.0.1 any more");
      assertThat(send(one, FAR_4, 60)).isEqualTo(SendResult.UNREACHABLE);
      assertThat(send(one, FAR_6, 61)).as("the other family").isEqualTo(SendResult.SENT);
      namespaces.ip(near, "addr add 10.77.0.1/24 dev eth0");
      awaitTroubles(one);
      assertThatAllArrives(one, receiving);

      namespaces.ip(far, "link set eth0 down");
      awaitTroubles(one, "device eth0 has no carrier", "device eth0 has no carrier");
      awaitTroubles(other, "device eth0 is down", "no device has the address fd77::2 any more");
      namespaces.ip(far, "link set eth0 up");
      namespaces.ip(far, "addr add fd77::2/64 dev eth0 nodad");
      awaitTroubles(one);
      awaitTroubles(other);
      assertThatAllArrives(one, receiving);

      namespaces.ip(near, "link del eth0");
      awaitTroubles(
          one,
          "no device has the address 10.77.0.1 any more",
          "no device has the address fd77::1 any more");
      plugIn();
      awaitTroubles(one);
      awaitTroubles(other);
      assertThatAllArrives(one, receiving);
      assertThat(other.lostInKernel()).isZero();
    }
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldSayWhichRemoteHasNoRouteAndWhenItHasOneAgain() {
    namespaces.ip(near, "route add 10.99.0.0/24 via 10.77.0.2");
    IpAddress remote = IpAddress.parse("10.99.0.1");
    try (UdpUnderlay one = open(near, List.of(NEAR_4))) {
      assertThat(send(one, remote, 60)).isEqualTo(SendResult.SENT);
      namespaces.ip(near, "route del 10.99.0.0/24");
      assertThat(send(one, remote, 60)).isEqualTo(SendResult.UNREACHABLE);
      awaitTroubles(one, "there is no way to 10.99.0.1:4789: network is unreachable (ENETUNREACH)");
      namespaces.ip(near, "route add 10.99.0.0/24 via 10.77.0.2");
      assertThat(send(one, remote, 60)).isEqualTo(SendResult.SENT);
      awaitTroubles(one);
    }
  }

  @Test
  void shouldFollowAnAddressToAnotherDevice() {
    namespaces.join(near, "eth1", far, "eth1");
    try (UdpUnderlay one = open(near, List.of(NEAR_4));
        UdpUnderlay other = open(far, List.of(FAR_4));
        Receiving receiving = Receiving.from(other)) {
      other.join(GROUP_4);
      for (String namespace : List.of(near, far)) {
        int last = namespace.equals(near) ? 1 : 2;
        namespaces.ip(namespace, "addr del 10.77.0." + last + "/24 dev eth0");
        namespaces.ip(namespace, "addr add 10.77.0." + last + "/24 dev eth1");
        namespaces.ip(namespace, "link set eth1 mtu 1400");
      }
      awaitTroubles(one);
      awaitTroubles(other);
      assertThat(one.mtuBytes()).isEqualTo(1400);
      for (IpAddress to : List.of(FAR_4, GROUP_4)) {
        assertThat(send(one, to, 60)).isEqualTo(SendResult.SENT);
        receiving.next(f -> f.lengthBytes() == 74);
      }
    }
  }

  @Test
  @Tag("P18")
  void shouldSendFromItsAddressWhicheverUplinkItLeavesBy() {
    namespaces.join(near, "eth1", far, "eth1");
    namespaces.ip(near, "addr add 10.255.0.1/32 dev lo");
    namespaces.ip(far, "addr add 10.255.0.2/32 dev lo");
    for (String namespace : List.of(near, far)) {
      String other = namespace.equals(near) ? "10.255.0.2" : "10.255.0.1";
      namespaces.ip(namespace, "route add " + other + " dev eth0");
      namespaces.exec(namespace, "echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter");
    }
    IpAddress nearHost = IpAddress.parse("10.255.0.1");
    IpAddress farHost = IpAddress.parse("10.255.0.2");
    try (UdpUnderlay one = open(near, List.of(nearHost));
        UdpUnderlay other = open(far, List.of(farHost));
        Receiving receiving = Receiving.from(other)) {
      assertThat(send(one, farHost, 60)).isEqualTo(SendResult.SENT);
      assertThat(receiving.next(f -> true).sourceLow()).isEqualTo(nearHost.low());
      for (String namespace : List.of(near, far)) {
        String to = namespace.equals(near) ? "10.255.0.2" : "10.255.0.1";
        namespaces.ip(namespace, "route replace " + to + " dev eth1");
      }
      assertThat(send(one, farHost, 61)).isEqualTo(SendResult.SENT);
      Frame received = receiving.next(f -> f.lengthBytes() == 75);
      assertThat(received.sourceLow()).isEqualTo(nearHost.low());
    }
  }

  @Test
  @Tag("P11")
  void shouldRaiseTheLimitOfMembershipsWhenItIsInTheWay() {
    namespaces.exec(near, "echo 0 > /proc/sys/net/ipv4/igmp_max_memberships");
    try (UdpUnderlay one = open(near, List.of(NEAR_4))) {
      one.join(GROUP_4);
      assertThat(namespaces.exec(near, "cat /proc/sys/net/ipv4/igmp_max_memberships").strip())
          .isEqualTo("20");
      for (int i = 1; i <= 100; i++) {
        one.join(IpAddress.ofIpv4(0xef020200 + i));
      }
    }
  }
}
