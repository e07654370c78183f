package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Datagrams between two hosts. */
class UdpUnderlayTest extends TwoHostsByEachWay {
  @Test
  void shouldExchangeDatagramsWithAnOrdinarySocket() throws IOException {
    try (UdpUnderlay underlay = open(near, NEAR_4);
        Receiving receiving = Receiving.from(underlay);
        DatagramSocket socket =
            Namespaces.in(
                far, () -> new DatagramSocket(new InetSocketAddress("10.77.0.2", PORT)))) {
      socket.setSoTimeout(5_000);
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1000);
      DatagramBatch sent = sendTunnelled(underlay, frame, FAR_4, 0x1234_5678);
      assertThat(sent.result(0)).isEqualTo(SendResult.SENT);
      assertThat(sent.datagrams(0)).isEqualTo(1);
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      assertThat(Arrays.copyOf(packet.getData(), packet.getLength()))
          .isEqualTo(withTunnelHeader(Frames.bytes(frame)));
      assertThat(packet.getAddress().getHostAddress()).isEqualTo("10.77.0.1");

      byte[] answer = {9, 8, 7};
      socket.send(new DatagramPacket(answer, 3, new InetSocketAddress("10.77.0.1", PORT)));
      Frame received = receiving.next(f -> true);
      assertThat(Frames.bytes(received)).isEqualTo(answer);
      assertThat(received.sourceHigh()).isEqualTo(FAR_4.high());
      assertThat(received.sourceLow()).isEqualTo(FAR_4.low());
      assertThat(received.sourcePort()).isEqualTo(PORT);
      assertThat(underlay.mtuBytes()).isEqualTo(1500);
    }
  }

  @Test
  void shouldReceiveFromGroupsWhileTheyAreJoined() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", 60);
      other.join(GROUP_4);
      other.join(GROUP_4);
      assertThat(sendTunnelled(one, frame, GROUP_4, 1).result(0)).isEqualTo(SendResult.SENT);
      Frame received = receiving.next(f -> f.lengthBytes() == 82);
      assertThat(received.sourceLow()).isEqualTo(NEAR_4.low());
      sendTunnelled(one, frame, FAR_4, 1);
      receiving.next(f -> f.lengthBytes() == 82);

      other.leave(GROUP_4);
      sendTunnelled(one, frame, GROUP_4, 1);
      Frame marker = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", 61);
      sendTunnelled(one, marker, FAR_4, 1);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(83);
      assertThat(one.lostInKernel() + other.lostInKernel()).isZero();
    }
  }

  @Test
  void shouldJoinMoreGroupsThanOneSocketMay() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      for (int i = 1; i <= 100; i++) {
        other.join(IpAddress.ofIpv4(0xef020200 + i));
      }
      for (int i = 1; i <= 100; i++) {
        int length = 100 + i;
        Frame frame = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", length - 22);
        sendTunnelled(one, frame, IpAddress.ofIpv4(0xef020200 + i), i << 24);
        receiving.next(f -> f.lengthBytes() == length);
      }
    }
  }

  @Test
  @Tag("R6")
  @Tag("R7")
  @DisplayName("R6, R7: DF is always set; a checksum of zero is sent if configured, and accepted")
  void shouldSetDontFragmentAndChecksumAsConfigured() {
    Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 60);
    for (boolean checksums : new boolean[] {true, false}) {
      UnaryOperator<UdpUnderlayConfig> change =
          checksums ? config -> config : UdpUnderlayTest::withoutChecksums;
      try (UdpUnderlay one = open(near, List.of(NEAR_4), change);
          UdpUnderlay other = open(far, FAR_4);
          Receiving receiving = Receiving.from(other)) {
        sendTunnelled(one, frame, FAR_4, 1);
        receiving.next(f -> f.lengthBytes() == 82);
        // the port takes the device from the other end's network stack, so it comes second
        try (PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
            Receiving captured = Receiving.from(capture)) {
          sendTunnelled(one, frame, FAR_4, 1);
          Frame outer =
              captured.next(
                  f -> Frames.etherType(f) == 0x0800 && Frames.unsignedShort(f, 36) == PORT);
          assertThat(Frames.unsignedShort(outer, 20)).as("DF and offset").isEqualTo(0x4000);
          assertThat(Frames.unsignedByte(outer, 22)).as("TTL").isEqualTo(checksums ? 64 : 17);
          assertThat(Frames.unsignedShort(outer, 40) != 0).as("checksum").isEqualTo(checksums);
        }
      }
    }
  }

  private static UdpUnderlayConfig withoutChecksums(UdpUnderlayConfig config) {
    return config.withDevice(Optional.of("eth0")).withTtl(17, 3).withChecksums(false);
  }

  @Test
  @Tag("R7")
  void shouldTellTooBigAndUnreachable() {
    try (UdpUnderlay one = open(near, NEAR_4)) {
      Frame big = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1451);
      assertThat(sendTunnelled(one, big, FAR_4, 1).result(0)).isEqualTo(SendResult.TOO_BIG);
      Frame fits = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1450);
      assertThat(sendTunnelled(one, fits, FAR_4, 1).result(0)).isEqualTo(SendResult.SENT);
      IpAddress nowhere = IpAddress.parse("10.99.0.1");
      assertThat(sendTunnelled(one, fits, nowhere, 1).result(0)).isEqualTo(SendResult.UNREACHABLE);
    }
  }

  @Test
  void shouldKeepOrderWithinFlowsAndTellEachResult() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4);
        Receiving receiving = Receiving.from(other)) {
      int count = 64;
      DatagramBatch batch = new DatagramBatch(count);
      Random random = new Random(8);
      int[] hashes = {random.nextInt(), random.nextInt(), random.nextInt()};
      for (int i = 0; i < count; i++) {
        boolean big = i % 16 == 5;
        Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", big ? 1600 : i);
        batch.add(frame, 0, udp(FAR_4), hashes[i % 3]);
      }
      one.send(batch);
      int[] lastLength = new int[65_536];
      int received = 0;
      for (int i = 0; i < count; i++) {
        assertThat(batch.result(i)).isEqualTo(i % 16 == 5 ? SendResult.TOO_BIG : SendResult.SENT);
        if (i % 16 != 5) {
          Frame frame = receiving.next(f -> true);
          received++;
          assertThat(frame.lengthBytes()).isGreaterThan(lastLength[frame.sourcePort()]);
          lastLength[frame.sourcePort()] = frame.lengthBytes();
        }
      }
      assertThat(received).isEqualTo(60);
    }
  }

  @Test
  void shouldCountLossWhenNobodyReceives() {
    try (UdpUnderlay one = open(near, NEAR_4);
        UdpUnderlay other = open(far, FAR_4)) {
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1400);
      DatagramBatch batch = new DatagramBatch(64);
      for (int i = 0; batch.add(frame, 0, udp(FAR_4), 1, (i & 1) << 2); i++) {
        continue; // of two classes in turn, so that each is a packet of its own
      }
      for (int i = 0; i < 1000; i++) {
        one.send(batch);
      }
      assertThat(other.lostInKernel()).isGreaterThan(1000);
    }
  }
}
