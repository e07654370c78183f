package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An underlay with IPv4 and IPv6 at once. */
class TwoFamiliesTest extends TwoHostsByEachWay {
  @Test
  @Tag("P17")
  void shouldCarryBothFamiliesAtOnce() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.locals()).containsExactly(udp(NEAR_4), udp(NEAR_6));
      assertThat(other.local()).isEqualTo(udp(FAR_6));
      other.join(GROUP_4);
      other.join(GROUP_6);
      List<IpAddress> destinations = List.of(FAR_4, FAR_6, GROUP_4, GROUP_6);
      for (int i = 0; i < destinations.size(); i++) {
        IpAddress to = destinations.get(i);
        int bytes = 114 + i;
        assertThat(send(one, 100 + i, udp(to), i << 24, 0)).isEqualTo(SendResult.SENT);
        Frame received = receiving.next(f -> f.lengthBytes() == bytes);
        assertThat(source(received)).isEqualTo(to.isIpv4() ? NEAR_4 : NEAR_6);
        assertThat(received.localPort()).isEqualTo(PORT);
        assertThat(received.isChecksummed()).isTrue();
      }
      other.leave(GROUP_6);
      send(one, 200, udp(GROUP_6), 1, 0);
      send(one, 201, udp(FAR_6), 1, 0);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(215);
    }
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldSendBothFamiliesInOneBatchAndTellEachResult() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      DatagramBatch batch = new DatagramBatch(8);
      batch.add(frame(100), 0, udp(FAR_4), 7);
      batch.add(frame(101), 0, udp(FAR_6), 7);
      batch.add(frame(1500 - 28 - 14), 0, udp(FAR_4), 7);
      batch.add(frame(1500 - 28 - 14), 0, udp(FAR_6), 7);
      batch.add(frame(1500 - 48 - 14), 0, udp(FAR_6), 7);
      batch.add(frame(102), 0, udp(IpAddress.parse("fd99::1")), 7);
      one.send(batch);
      assertThat(List.of(batch.result(0), batch.result(1), batch.result(2)))
          .containsOnly(SendResult.SENT);
      assertThat(batch.result(3)).isEqualTo(SendResult.TOO_BIG);
      assertThat(batch.result(4)).isEqualTo(SendResult.SENT);
      assertThat(batch.result(5)).isEqualTo(SendResult.UNREACHABLE);
      for (int i = 0; i < 4; i++) {
        receiving.next(f -> true);
      }
      assertThat(one.troubles()).isEmpty();
      one.attend();
      assertThat(one.troubles())
          .containsExactly(
              "there is no way to [fd99::1]:4789: network is unreachable (ENETUNREACH)");
    }
  }

  @Test
  void shouldRefuseAFamilyThatTheUnderlayHasNot() {
    try (UdpUnderlay one = open(near, List.of(NEAR_6), config -> config)) {
      assertThat(send(one, 100, udp(FAR_4), 1, 0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot().toString()).contains("no IPv4 address to send from");
    }
  }

  @Test
  @Tag("R26")
  @Tag("R28")
  void shouldTellAndSetTheTrafficClassOfEachDatagram() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      for (IpAddress to : List.of(FAR_4, FAR_6)) {
        for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
          assertThat(send(one, 100, udp(to), 1, trafficClass)).isEqualTo(SendResult.SENT);
          assertThat(receiving.next(f -> true).trafficClass()).isEqualTo(trafficClass);
        }
      }
    }
  }

  @Test
  void shouldExchangeWithAnOrdinarySocketOverIpv6() throws Exception {
    try (UdpUnderlay one = openNear();
        Receiving receiving = Receiving.from(one);
        DatagramSocket socket =
            Namespaces.in(far, () -> new DatagramSocket(new InetSocketAddress("fd77::2", PORT)))) {
      socket.setSoTimeout(5_000);
      assertThat(send(one, 100, udp(FAR_6), 5, 0)).isEqualTo(SendResult.SENT);
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      assertThat(packet.getLength()).isEqualTo(114);
      assertThat(packet.getAddress().getHostAddress()).startsWith("fd77:0:0:0:0:0:0:1");
      socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, packet.getAddress(), PORT));
      Frame received = receiving.next(f -> true);
      assertThat(received.lengthBytes()).isEqualTo(3);
      assertThat(source(received)).isEqualTo(FAR_6);
      assertThat(received.localPort()).isEqualTo(PORT);
    }
  }
}
