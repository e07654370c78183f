package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.ip.Ipv4Header;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to the way by a tap; what both ways do is in the tests of the underlay. */
class TapLegTest extends TwoHosts {
  private static final int ETHERNET = 14;
  private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();

  private UdpUnderlay open(
      String namespace, List<IpAddress> addresses, UnaryOperator<UdpUnderlayConfig> change) {
    UdpUnderlayConfig config =
        change.apply(UdpUnderlayConfig.of(addresses, PORT).withWay(UdpUnderlayConfig.Way.TAP));
    UdpUnderlay opened = open(namespace, config);
    boolean refused = opened.way().contains("the kernel does not segment UDP tunnels");
    if (refused) {
      opened.close();
    }
    Assumptions.assumeFalse(refused, "no tap for UDP tunnels on this kernel");
    return opened;
  }

  private UdpUnderlay open(String namespace, IpAddress... addresses) {
    return open(namespace, List.of(addresses), config -> config);
  }

  /** What went from us by the tap, and what came by it; empty if there is none. */
  private static Optional<Link.Statistics> statistics(String namespace) {
    return Namespaces.in(
        namespace,
        () -> {
          try (Rtnetlink rtnetlink = NetlinkSocket.openRtnetlink()) {
            return rtnetlink.links().find("vd-ul0").map(Link::statistics);
          }
        });
  }

  private static long sentByTap(String namespace) {
    return statistics(namespace).orElseThrow().receivedPackets();
  }

  private static long cameByTap(String namespace) {
    return statistics(namespace).orElseThrow().sentPackets();
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within 5 s: " + what);
      }
      Thread.onSpinWait();
    }
  }

  private static Frame frame(int bytes) {
    return Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", bytes - ETHERNET);
  }

  private static DatagramBatch send(UdpUnderlay from, IpAddress to, int count, int bytes) {
    DatagramBatch batch = new DatagramBatch(count);
    for (int i = 0; i < count; i++) {
      batch.add(frame(bytes), 0, new Endpoint(to, PORT), 1, 0xb8);
    }
    from.send(batch);
    return batch;
  }

  /** Sends small datagrams until one leaves by the tap. */
  private void awaitTap(UdpUnderlay from, IpAddress to) {
    long before = sentByTap(near);
    await(
        "sends by its tap; " + from.way(),
        () -> {
          from.attend();
          send(from, to, 1, 20);
          return sentByTap(near) > before;
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.77.0.2", "fd77::2"})
  @Tag("R5")
  @Tag("P17")
  void shouldSendAndReceiveByTheTap(String address) {
    IpAddress to = IpAddress.parse(address);
    try (UdpUnderlay one = open(near, NEAR_4, NEAR_6);
        UdpUnderlay other = open(far, FAR_4, FAR_6);
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.way()).isEqualTo("tap vd-ul0 to eth0; tap vd-ul1 to eth0");
      send(one, to, 1, 100); // by a socket: where it is is not known
      Frame bySocket = receiving.next(f -> f.lengthBytes() == 100);
      int port = bySocket.sourcePort();
      if (to.isIpv4()) {
        awaitTap(one, to);
      } else {
        one.attend();
      }
      assertThat(send(one, to, 1, 101).result(0)).isEqualTo(SendResult.SENT);
      Frame byTap = receiving.next(f -> f.lengthBytes() == 101);
      assertThat(Frames.bytes(byTap)).isEqualTo(Frames.bytes(frame(101)));
      assertThat(byTap.sourcePort()).isEqualTo(port).isGreaterThanOrEqualTo(49_152);
      assertThat(byTap.sourceLow()).isEqualTo(to.isIpv4() ? NEAR_4.low() : NEAR_6.low());
      assertThat(byTap.trafficClass()).isEqualTo(0xb8);
      assertThat(byTap.localPort()).isEqualTo(PORT);
      assertThat(byTap.isChecksummed()).isTrue();
      assertThat(one.lostInKernel() + other.lostInKernel()).isZero();
    }
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldSendRunsOfOneSizeAsOnePacket() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      awaitTap(one, FAR_4);
      send(one, FAR_4, 1, 250);
      receiving.next(f -> f.lengthBytes() == 250); // and all before it
      long before = sentByTap(near);
      long cameBefore = cameByTap(far);
      DatagramBatch batch = send(one, FAR_4, 40, 300);
      for (int i = 0; i < 40; i++) {
        assertThat(batch.result(i)).isEqualTo(SendResult.SENT);
        assertThat(batch.datagrams(i)).isEqualTo(1);
        assertThat(Frames.bytes(receiving.next(f -> f.lengthBytes() == 300)))
            .isEqualTo(Frames.bytes(frame(300)));
      }
      assertThat(sentByTap(near) - before).isEqualTo(1);
      assertThat(cameByTap(far) - cameBefore).isEqualTo(1);
    }
  }

  @Test
  @Tag("R6")
  @Tag("R7")
  @DisplayName(
      "R6 R7: headers as by sockets: DF, checksum or none, TTL; what does not fit is refused")
  void shouldWriteTheHeadersThatSocketsWrite() {
    for (boolean checksums : new boolean[] {true, false}) {
      try (UdpUnderlay one =
              open(near, List.of(NEAR_4), c -> c.withChecksums(checksums).withTtl(17, 3));
          PacketPort eth0 = Namespaces.in(far, () -> new PacketPort("eth0", errors));
          Receiving receiving = Receiving.from(eth0)) {
        String mac = namespaces.exec(far, "cat /sys/class/net/eth0/address").strip();
        namespaces.ip(near, "neigh replace 10.77.0.2 lladdr " + mac + " dev eth0 nud permanent");
        awaitTap(one, FAR_4);
        send(one, FAR_4, 1, 150);
        Frame seen = receiving.next(f -> f.lengthBytes() == ETHERNET + 28 + 150);
        long ip = seen.start() + ETHERNET;
        assertThat(Ipv4Header.dontFragment(seen.memory(), ip)).isTrue();
        assertThat(Ipv4Header.timeToLive(seen.memory(), ip)).isEqualTo(17);
        assertThat(Ipv4Header.hasValidChecksum(seen.memory(), ip)).isTrue();
        assertThat(Frames.unsignedShort(seen, ETHERNET + 26) != 0).isEqualTo(checksums);
        assertThat(seen.offload().isChecksumPartial()).isEqualTo(checksums);
        long before = sentByTap(near);
        assertThat(send(one, FAR_4, 1, 1473).result(0)).isEqualTo(SendResult.TOO_BIG);
        assertThat(sentByTap(near)).isEqualTo(before);
        assertThat(send(one, FAR_4, 1, 1472).result(0)).isEqualTo(SendResult.SENT);
        receiving.next(f -> f.lengthBytes() == 1514);
      }
    }
  }

  @Test
  void shouldFollowADeviceThatGoesAndComesBack() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      awaitTap(one, FAR_4);
      namespaces.ip(near, "link del eth0");
      await(
          "it is gone",
          () -> {
            one.attend();
            return one.way().equals("sockets for 10.77.0.1: no device has the address 10.77.0.1");
          });
      plugIn();
      await(
          "it is back",
          () -> {
            one.attend();
            other.attend();
            return one.way().equals("tap vd-ul0 to eth0")
                && other.way().equals("tap vd-ul0 to eth0");
          });
      awaitTap(one, FAR_4);
      long before = cameByTap(far);
      send(one, FAR_4, 1, 200);
      receiving.next(f -> f.lengthBytes() == 200);
      assertThat(cameByTap(far)).isGreaterThan(before);
    }
  }

  @Test
  @DisplayName("what IPsec is to protect never goes past it")
  void shouldStayWithSocketsWhileThereAreIpsecPolicies() {
    try (UdpUnderlay one = open(near, NEAR_4)) {
      awaitTap(one, FAR_4);
      String policy = "src 10.77.0.1 dst 10.77.0.2 proto udp dir out";
      String template = " tmpl src 10.77.0.1 dst 10.77.0.2 proto esp mode transport";
      namespaces.ip(near, "xfrm policy add " + policy + template);
      one.attend();
      assertThat(one.way())
          .isEqualTo(
              "sockets for 10.77.0.1: there are IPsec policies here, and a tap would go past them");
      long before = sentByTap(near);
      send(one, FAR_4, 1, 100);
      assertThat(sentByTap(near)).isEqualTo(before);
      namespaces.ip(near, "xfrm policy delete " + policy);
      awaitTap(one, FAR_4);
    }
  }

  @Test
  void shouldGoOnBySocketsWhenSomebodyDeletesTheTap() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      awaitTap(one, FAR_4);
      namespaces.ip(far, "link del vd-ul0");
      namespaces.ip(near, "link del vd-ul0");
      await(
          "both say so",
          () -> {
            one.attend();
            other.attend();
            return one.way().equals("sockets for 10.77.0.1: tap vd-ul0 was deleted")
                && other.way().equals("sockets for 10.77.0.2: tap vd-ul0 was deleted");
          });
      assertThat(send(one, FAR_4, 1, 200).result(0)).isEqualTo(SendResult.SENT);
      receiving.next(f -> f.lengthBytes() == 200);
    }
  }

  @Test
  void shouldLeaveNothingBehind() {
    try (UdpUnderlay one = open(near, NEAR_4)) {
      assertThat(one.way()).startsWith("tap");
      assertThat(statistics(near)).isPresent();
    }
    assertThat(statistics(near)).isEmpty();
    try (UdpUnderlay again = open(near, NEAR_4)) { // the table's name is free again
      assertThat(again.way()).isEqualTo("tap vd-ul0 to eth0");
    }
  }

  @Test
  void shouldStayWithSocketsWhereATapCannotBe() {
    namespaces.ip(near, "addr add 10.78.0.1/32 dev lo");
    try (UdpUnderlay loopback = open(near, IpAddress.parse("10.78.0.1"))) {
      assertThat(loopback.way())
          .isEqualTo("sockets for 10.78.0.1: device lo is no Ethernet device");
    }
    UnaryOperator<UdpUnderlayConfig> fragments =
        config -> config.withFragments(new UdpUnderlayConfig.Fragments(false, true));
    try (UdpUnderlay fragmenting = open(near, List.of(NEAR_4), fragments)) {
      assertThat(fragmenting.way()).isEqualTo("sockets for 10.77.0.1: a tap sends no fragments");
    }
  }
}
