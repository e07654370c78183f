package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Doors of an underlay that open and close while it is up. */
class DoorsTest extends TwoHostsByEachWay {
  @Test
  @Tag("P5")
  @Tag("R4")
  void shouldOpenAndCloseDoorsWhileOthersStayOpen() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      other.join(GROUP_4);
      for (Set<Door> doors :
          List.of(
              Set.of(Door.udp(PORT), Door.udp(8472)),
              Set.of(Door.udp(8472)),
              Set.of(Door.udp(8472), Door.udp(PORT), Door.udp(6081)),
              Set.of(Door.udp(PORT)))) {
        other.listen(doors);
        assertThat(other.doors()).isEqualTo(doors);
        for (IpAddress to : List.of(FAR_4, FAR_6, GROUP_4)) {
          for (Door door : doors) {
            send(one, 100, new Endpoint(to, door.port()), 1, 0);
            assertThat(receiving.next(f -> true).localPort()).isEqualTo(door.port());
          }
        }
      }
      send(one, 100, new Endpoint(FAR_4, 8472), 1, 0);
      send(one, 101, new Endpoint(FAR_4, PORT), 1, 0);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(115);
    }
  }

  @Test
  void shouldChangeNoDoorWhenOneIsTaken() throws Exception {
    try (UdpUnderlay one = openNear();
        DatagramSocket holder =
            Namespaces.in(near, () -> new DatagramSocket(new InetSocketAddress("fd77::1", 8472)))) {
      assertThat(holder.isBound()).isTrue();
      try {
        one.listen(Set.of(Door.udp(6081), Door.udp(8472)));
        throw new AssertionError("not refused");
      } catch (IoFailure e) {
        assertThat(e.getMessage())
            .contains("open underlay [fd77::1]:8472: EADDRINUSE: the UDP port is held by java");
      }
      assertThat(one.doors()).containsExactly(Door.udp(PORT));
      one.listen(Set.of(Door.udp(6081), Door.udp(PORT)));
    }
  }

  @Test
  void shouldCarryGreBothWays() {
    UnaryOperator<UdpUnderlayConfig> gre = config -> config.withMoreDoors(Set.of(Door.GRE));
    try (UdpUnderlay one = open(near, List.of(NEAR_4, NEAR_6), gre);
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      assertThat(send(other, 90, Endpoint.gre(NEAR_4), 1, 0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot().toString()).contains("does not carry GRE");
      other.listen(Set.of(Door.GRE, Door.udp(PORT)));
      other.join(GROUP_4);
      other.join(GROUP_6);
      Set<IpAddress> sources = new TreeSet<>();
      for (IpAddress to : List.of(FAR_4, FAR_6, GROUP_4, GROUP_6)) {
        assertThat(send(one, 100, Endpoint.gre(to), 1, 0x2e)).isEqualTo(SendResult.SENT);
        Frame received = receiving.next(f -> true);
        assertThat(Frames.bytes(received)).isEqualTo(Frames.bytes(frame(100)));
        assertThat(received.localPort()).isZero();
        assertThat(received.sourcePort()).isZero();
        assertThat(received.trafficClass()).isEqualTo(0x2e);
        assertThat(received.isChecksummed()).isTrue();
        sources.add(source(received));
      }
      assertThat(sources).containsExactlyInAnyOrder(NEAR_4, NEAR_6);
      assertThat(send(one, 1500 - 20 - 14, Endpoint.gre(FAR_4), 1, 0)).isEqualTo(SendResult.SENT);
      assertThat(send(one, 1500 - 20 - 13, Endpoint.gre(FAR_4), 1, 0))
          .isEqualTo(SendResult.TOO_BIG);
      assertThat(send(one, 1500 - 40 - 13, Endpoint.gre(FAR_6), 1, 0))
          .isEqualTo(SendResult.TOO_BIG);
    }
  }
}
