package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.function.ToIntFunction;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From which ports an underlay sends, and what keeps it from being opened. */
class OpenedUnderlayTest extends TwoHostsByEachWay {
  @Test
  void shouldNameTheProgramThatHoldsThePort() {
    long pid = ProcessHandle.current().pid();
    try (DatagramSocket holder =
        Namespaces.in(near, () -> new DatagramSocket(new InetSocketAddress("0.0.0.0", PORT)))) {
      assertThat(holder.isBound()).isTrue();
      assertThatThrownBy(() -> open(near, NEAR_4))
          .isInstanceOf(IoFailure.class)
          .hasMessage(
              "open underlay 10.77.0.1:4789: EADDRINUSE:"
                  + " the UDP port is held by java (process "
                  + pid
                  + ")");
    }
  }

  @Test
  void shouldSuspectTheKernelWhenAVxlanDeviceHoldsThePort() {
    namespaces.ip(near, "link add vx0 type vxlan id 5 dstport 4789 remote 10.77.0.2 dev eth0");
    namespaces.ip(near, "link set vx0 up");
    assertThatThrownBy(() -> open(near, NEAR_4))
        .isInstanceOf(IoFailure.class)
        .hasMessageStartingWith(
            "open underlay 10.77.0.1:4789: EADDRINUSE:"
                + " the UDP port is held by the kernel, perhaps a vxlan device");
  }

  @Test
  void shouldSayWhichAddressesThereAreWhenItIsNotOurs() {
    assertThatThrownBy(() -> open(near, IpAddress.parse("10.77.0.9")))
        .hasMessage(
            "open underlay 10.77.0.9:4789: EADDRNOTAVAIL: no device here has that address;"
                + " there are 127.0.0.1 on lo, 10.77.0.1 on eth0");
    assertThatThrownBy(() -> open(near, IpAddress.parse("fd00::1")))
        .hasMessageStartingWith("open underlay [fd00::1]:4789: EADDRNOTAVAIL: no device here has")
        .hasMessageContaining("::1 on lo");
  }

  @Test
  @Tag("R5")
  @DisplayName("R5: a flow always leaves from the same port, and ports are 49152 to 65535")
  void shouldSendFlowsFromPortsOfTheirOwn() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.sourcePorts()).hasSize(64).doesNotHaveDuplicates();
      assertThat(Arrays.stream(one.sourcePorts())).allMatch(p -> p >= 49_152 && p <= 65_535);
      assertThat(Arrays.stream(one.sourcePorts()).map(p -> p & 63).distinct()).hasSize(64);
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 60);
      Random random = new Random(5);
      int[] uses = new int[65_536];
      for (int flow = 0; flow < 200; flow++) {
        int hash = random.nextInt();
        sendTunnelled(one, frame, FAR_4, hash);
        int port = receiving.next(f -> true).sourcePort();
        sendTunnelled(one, frame, FAR_4, hash);
        assertThat(receiving.next(f -> true).sourcePort()).isEqualTo(port);
        uses[port]++;
      }
      assertThat(Arrays.stream(one.sourcePorts()).filter(p -> uses[p] > 0).count())
          .isGreaterThan(50);
    }
  }

  @Test
  @Tag("R5")
  void shouldPassOverSourcePortsInUse() {
    int preferred = withOpen(underlay -> underlay.sourcePorts()[3]);
    try (DatagramSocket holder = Namespaces.in(near, () -> new DatagramSocket(preferred))) {
      assertThat(holder.isBound()).isTrue();
      assertThat(withOpen(underlay -> underlay.sourcePorts()[3])).isEqualTo(preferred + 1);
    }
  }

  private int withOpen(ToIntFunction<UdpUnderlay> question) {
    try (UdpUnderlay underlay = open(near, NEAR_4)) {
      return question.applyAsInt(underlay);
    }
  }
}
