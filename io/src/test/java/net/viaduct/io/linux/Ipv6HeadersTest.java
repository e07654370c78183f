package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.DatagramSocket;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpPrefix;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What IPv6 has in its outer headers: flow labels, and checksums that must be there. */
class Ipv6HeadersTest extends TwoHostsByEachWay {
  @Test
  @Tag("R14")
  @Tag("R15")
  @DisplayName("R14 R15: no checksum over IPv6 is sent and accepted only where it is configured")
  void shouldAcceptZeroChecksumsOnlyFromThoseConfigured() {
    String bpf = System.getenv("VIADUCT_BPF");
    assumeTrue(bpf == null, "BPF programs are switched off: VIADUCT_BPF=" + bpf);
    UnaryOperator<UdpUnderlayConfig> withFar =
        config -> config.withZeroChecksumWith(List.of(IpPrefix.parse("fd77::/112")));
    try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
        UdpUnderlay strict = openFar();
        Receiving receiving = Receiving.from(strict)) {
      send(one, 100, udp(FAR_6), 1, 0);
      try (UdpUnderlay checksummed =
          open(near, List.of(NEAR_4, NEAR_6), Ipv6HeadersTest::onOtherSourcePorts)) {
        send(checksummed, 101, udp(FAR_6), 1, 0);
        assertThat(receiving.next(f -> true).lengthBytes())
            .as("the kernel dropped it")
            .isEqualTo(115);
      }
    }
    UnaryOperator<UdpUnderlayConfig> withOthers =
        config -> config.withZeroChecksumWith(List.of(IpPrefix.parse("fd98::/64")));
    try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
        UdpUnderlay strict = open(far, List.of(FAR_6), withOthers);
        Receiving receiving = Receiving.from(strict)) {
      send(one, 100, udp(FAR_6), 1, 0);
      Frame refused = receiving.next(f -> true);
      assertThat(refused.isChecksummed()).isFalse();
      assertThat(refused.lengthBytes()).isZero();
      assertThat(source(refused)).isEqualTo(NEAR_6);
    }
    for (String prefix : List.of("fd77::1", "fd77::/64", "::/0", "fd77::/127")) {
      UnaryOperator<UdpUnderlayConfig> withNear =
          config ->
              config.withZeroChecksumWith(
                  List.of(IpPrefix.parse("fd98::/64"), IpPrefix.parse(prefix)));
      try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
          UdpUnderlay other = open(far, List.of(FAR_6), withNear);
          Receiving receiving = Receiving.from(other)) {
        send(one, 100, udp(FAR_6), 1, 0);
        Frame taken = receiving.next(f -> true);
        assertThat(taken.lengthBytes()).as(prefix).isEqualTo(114);
        assertThat(taken.isChecksummed()).isTrue();
      }
    }
  }

  private static UdpUnderlayConfig onOtherSourcePorts(UdpUnderlayConfig config) {
    UdpUnderlayConfig.SourceRange range = new UdpUnderlayConfig.SourceRange(40_000, 41_000, 4);
    return new UdpUnderlayConfig(
        config.addresses(),
        PORT + 1,
        config.moreDoors(),
        config.device(),
        range,
        config.ttl(),
        config.groupTtl(),
        config.checksums(),
        config.zeroChecksumWith(),
        config.fragments(),
        config.way());
  }

  @Test
  @Tag("R14")
  @Tag("R16")
  @DisplayName("R16: a flow's label is always the same, and others have others; R14: a checksum")
  void shouldLabelFlows() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar()) {
      assertThat(send(one, 100, udp(FAR_6), 1, 0)).isEqualTo(SendResult.SENT); // finds the way
      try (PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
          Receiving captured = Receiving.from(capture)) {
        Random random = new Random(16);
        TreeMap<Integer, Integer> labels = new TreeMap<>();
        for (int flow = 0; flow < 500; flow++) {
          int hash = random.nextInt();
          for (int i = 0; i < 2; i++) {
            send(one, 100, udp(FAR_6), hash, 0xb8);
            Frame outer =
                captured.next(f ->
                    Frames.etherType(f) == 0x86dd
                        && Frames.unsignedByte(f, IPV6_HEADER + 6) == 17
                        && Frames.unsignedShort(f, UDP_OVER_IPV6 + 2) == PORT);
            int label =
                (Frames.unsignedByte(outer, IPV6_HEADER + 1) & 0xf) << 16
                    | Frames.unsignedShort(outer, IPV6_HEADER + 2);
            assertThat(label).isEqualTo(DatagramMessages.flowLabel(hash)).isNotZero();
            assertThat(Frames.unsignedShort(outer, UDP_OVER_IPV6 + 6)).as("checksum").isNotZero();
            assertThat(Frames.unsignedShort(outer, IPV6_HEADER) >>> 4 & 0xff).isEqualTo(0xb8);
            labels.merge(label, 1, Integer::sum);
          }
        }
        assertThat(labels).hasSizeGreaterThan(495);
      }
      assertThat(other.lostInKernel()).isZero();
    }
  }

  @Test
  void shouldSendOnWhenFlowLabelsAreRefused() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other);
        DatagramSocket holder = Namespaces.in(near, () -> new DatagramSocket(null))) {
      assertThat(holder.isBound()).isFalse();
      takeFlowLabel();
      for (int i = 0; i < 8; i++) {
        assertThat(send(one, 100 + i, udp(FAR_6), i * 0x9e37_79b9, 0)).isEqualTo(SendResult.SENT);
        int bytes = 114 + i;
        receiving.next(f -> f.lengthBytes() == bytes);
      }
    }
  }

  /** A program gets a label for itself alone, as long as the namespace lives. */
  private void takeFlowLabel() {
    namespaces.exec(
        near,
        """
        exec /usr/bin/python3 - <<'END'
        import socket, struct, time, os
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        dst = socket.inet_pton(socket.AF_INET6, 'fd77::2')
        # struct in6_flowlabel_req: IPV6_FL_A_GET, IPV6_FL_S_EXCL, IPV6_FL_F_CREATE
        s.setsockopt(41, 32, struct.pack('=16sIBBHHHI', dst, socket.htonl(0x12345), 0, 1, 1, 60, 6, 0))
        if os.fork() == 0:
            os.close(0); os.close(1); os.close(2)
            time.sleep(20)
        END
        """);
  }
}
