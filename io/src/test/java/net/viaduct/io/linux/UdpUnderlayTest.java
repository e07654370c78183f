package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two hosts on one veth pair, each in a namespace of its own. */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
class UdpUnderlayTest {
  private static final IpAddress NEAR = IpAddress.parse("10.77.0.1");
  private static final IpAddress FAR = IpAddress.parse("10.77.0.2");
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.100");
  private static final int PORT = 4789;
  private static final int TUNNEL_BYTES = 8;

  @Parameter private UdpUnderlayConfig.Way way;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String near;
  private String far;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    near = namespaces.add();
    far = namespaces.add();
    namespaces.join(near, "eth0", far, "eth0");
    namespaces.ip(near, "addr add 10.77.0.1/24 dev eth0");
    namespaces.ip(far, "addr add 10.77.0.2/24 dev eth0");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private UdpUnderlay open(String namespace, IpAddress address) {
    return open(namespace, address, config -> config);
  }

  private UdpUnderlay open(
      String namespace, IpAddress address, UnaryOperator<UdpUnderlayConfig> change) {
    UdpUnderlayConfig config =
        change.apply(UdpUnderlayConfig.of(new Endpoint(address, PORT)).withWay(way));
    return Namespaces.in(namespace, () -> new UdpUnderlay(config, errors));
  }

  private static UdpUnderlayConfig withoutChecksums(UdpUnderlayConfig config) {
    return config.withDevice(Optional.of("eth0")).withTtl(17, 3).withChecksums(false);
  }

  /** Sends one frame behind a tunnel header of eight bytes 1 to 8. */
  private static DatagramBatch send(
      UdpUnderlay underlay, Frame frame, IpAddress destination, int flowHash) {
    for (int i = 0; i < TUNNEL_BYTES; i++) {
      long at = frame.start() - TUNNEL_BYTES + i;
      frame.memory().set(ValueLayout.JAVA_BYTE, at, (byte) (i + 1));
    }
    DatagramBatch batch = new DatagramBatch(4);
    batch.add(frame, TUNNEL_BYTES, new Endpoint(destination, PORT), flowHash);
    underlay.attend(); // a tap knows its neighbours then
    underlay.send(batch);
    return batch;
  }

  private static byte[] withTunnelHeader(byte[] frame) {
    byte[] bytes = new byte[TUNNEL_BYTES + frame.length];
    for (int i = 0; i < TUNNEL_BYTES; i++) {
      bytes[i] = (byte) (i + 1);
    }
    System.arraycopy(frame, 0, bytes, TUNNEL_BYTES, frame.length);
    return bytes;
  }

  @Test
  void shouldExchangeDatagramsWithAnOrdinarySocket() throws IOException {
    try (UdpUnderlay underlay = open(near, NEAR);
        Receiving receiving = Receiving.from(underlay);
        DatagramSocket socket =
            Namespaces.in(
                far, () -> new DatagramSocket(new InetSocketAddress("10.77.0.2", PORT)))) {
      socket.setSoTimeout(5_000);
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1000);
      DatagramBatch sent = send(underlay, frame, FAR, 0x1234_5678);
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
      assertThat(received.sourceHigh()).isEqualTo(FAR.high());
      assertThat(received.sourceLow()).isEqualTo(FAR.low());
      assertThat(received.sourcePort()).isEqualTo(PORT);
      assertThat(underlay.mtuBytes()).isEqualTo(1500);
    }
  }

  @Test
  void shouldReceiveFromGroupsWhileTheyAreJoined() {
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", 60);
      other.join(GROUP);
      other.join(GROUP);
      assertThat(send(one, frame, GROUP, 1).result(0)).isEqualTo(SendResult.SENT);
      Frame received = receiving.next(f -> f.lengthBytes() == 82);
      assertThat(received.sourceLow()).isEqualTo(NEAR.low());
      send(one, frame, FAR, 1);
      receiving.next(f -> f.lengthBytes() == 82);

      other.leave(GROUP);
      send(one, frame, GROUP, 1);
      Frame marker = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", 61);
      send(one, marker, FAR, 1);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(83);
      assertThat(one.lostInKernel() + other.lostInKernel()).isZero();
    }
  }

  @Test
  void shouldJoinMoreGroupsThanOneSocketMay() {
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      for (int i = 1; i <= 100; i++) {
        other.join(IpAddress.ofIpv4(0xef020200 + i));
      }
      for (int i = 1; i <= 100; i++) {
        int length = 100 + i;
        Frame frame = Frames.ethernet("ff:ff:ff:ff:ff:ff", "02:00:00:00:00:02", length - 22);
        send(one, frame, IpAddress.ofIpv4(0xef020200 + i), i << 24);
        receiving.next(f -> f.lengthBytes() == length);
      }
    }
  }

  @Test
  void shouldNameTheProgramThatHoldsThePort() {
    long pid = ProcessHandle.current().pid();
    try (DatagramSocket holder =
        Namespaces.in(near, () -> new DatagramSocket(new InetSocketAddress("0.0.0.0", PORT)))) {
      assertThat(holder.isBound()).isTrue();
      assertThatThrownBy(() -> open(near, NEAR))
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
    assertThatThrownBy(() -> open(near, NEAR))
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
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.sourcePorts()).hasSize(64).doesNotHaveDuplicates();
      assertThat(Arrays.stream(one.sourcePorts())).allMatch(p -> p >= 49_152 && p <= 65_535);
      assertThat(Arrays.stream(one.sourcePorts()).map(p -> p & 63).distinct()).hasSize(64);
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 60);
      Random random = new Random(5);
      int[] uses = new int[65_536];
      for (int flow = 0; flow < 200; flow++) {
        int hash = random.nextInt();
        send(one, frame, FAR, hash);
        int port = receiving.next(f -> true).sourcePort();
        send(one, frame, FAR, hash);
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
    try (UdpUnderlay underlay = open(near, NEAR)) {
      return question.applyAsInt(underlay);
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
      try (UdpUnderlay one = open(near, NEAR, change);
          UdpUnderlay other = open(far, FAR);
          Receiving receiving = Receiving.from(other)) {
        send(one, frame, FAR, 1);
        receiving.next(f -> f.lengthBytes() == 82);
        // the port takes the device from the other end's network stack, so it comes second
        try (PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
            Receiving captured = Receiving.from(capture)) {
          send(one, frame, FAR, 1);
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

  @Test
  @Tag("R7")
  void shouldTellTooBigAndUnreachable() {
    try (UdpUnderlay one = open(near, NEAR)) {
      Frame big = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1451);
      assertThat(send(one, big, FAR, 1).result(0)).isEqualTo(SendResult.TOO_BIG);
      Frame fits = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1450);
      assertThat(send(one, fits, FAR, 1).result(0)).isEqualTo(SendResult.SENT);
      IpAddress nowhere = IpAddress.parse("10.99.0.1");
      assertThat(send(one, fits, nowhere, 1).result(0)).isEqualTo(SendResult.UNREACHABLE);
    }
  }

  @Test
  void shouldFinishChecksumsThatWereLeftUnfinished() {
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.unfinished(IpProtocol.UDP, 333, 3);
      assertThat(Frames.hasRightChecksums(frame, 14)).isFalse();
      send(one, frame, FAR, 1);
      Frame received = receiving.next(f -> true);
      assertThat(received.lengthBytes()).isEqualTo(8 + 14 + 28 + 333);
      assertThat(Frames.hasRightChecksums(received, 8 + 14)).isTrue();
      assertThat(frame.offload().isChecksumPartial()).isFalse();
    }
  }

  @Test
  void shouldCutTcpSuperFrames() {
    shouldCut(IpProtocol.TCP, Offload.TCP_IPV4, 54, 63_000, 1398);
  }

  @Test
  void shouldCutUdpSuperFrames() {
    shouldCut(IpProtocol.UDP, Offload.UDP, 42, 5_000, 1200);
  }

  @Test
  void shouldCutSuperFramesOfMoreSegmentsThanOneCallSends() {
    shouldCut(IpProtocol.UDP, Offload.UDP, 42, 30_000, 100);
  }

  private void shouldCut(
      int protocol, int segmentation, int headerBytes, int payloadBytes, int segmentBytes) {
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.unfinished(protocol, payloadBytes, 4);
      frame.offload().segmentation(segmentation, segmentBytes);
      int segments = (payloadBytes + segmentBytes - 1) / segmentBytes;
      byte[] before = Frames.bytes(frame);

      DatagramBatch sent = send(one, frame, FAR, 1);

      assertThat(sent.result(0)).isEqualTo(SendResult.SENT);
      assertThat(sent.datagrams(0)).isEqualTo(segments);
      assertThat(Frames.bytes(frame)).isEqualTo(before);
      byte[] payload = Frames.payload(payloadBytes, 4);
      for (int i = 0; i < segments; i++) {
        Frame received = receiving.next(f -> true);
        byte[] bytes = Frames.bytes(received);
        assertThat(Arrays.copyOf(bytes, 8)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
        assertThat(Frames.hasRightChecksums(received, 8 + 14)).as("segment %d", i).isTrue();
        int from = i * segmentBytes;
        int to = Math.min(payloadBytes, from + segmentBytes);
        assertThat(Arrays.equals(bytes, 8 + headerBytes, bytes.length, payload, from, to))
            .as("payload of segment %d", i)
            .isTrue();
      }
    }
  }

  @Test
  void shouldTellFailedAndRecordWhenASuperFrameCannotBeCut() {
    try (UdpUnderlay one = open(near, NEAR)) {
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 3000);
      frame.offload().segmentation(Offload.TCP_IPV4, 1000);
      assertThat(send(one, frame, FAR, 1).result(0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot()).hasSize(1);
    }
  }

  @Test
  void shouldRefuseToCutWithinATunnelThatItDoesNotKnow() {
    try (UdpUnderlay one = open(near, NEAR)) {
      Frame frame = Frames.unfinished(IpProtocol.UDP, 3000, 4);
      // as of a tunnel on some port of the machine's own: the inner TCP is 50 bytes behind its UDP
      frame.offload().checksumPartial(14 + 20 + 50, 16);
      frame.offload().segmentation(Offload.TCP_IPV4, 1000);
      assertThat(send(one, frame, FAR, 1).result(0)).isEqualTo(SendResult.FAILED);
      frame.offload().segmentation(Offload.UDP, 1000);
      assertThat(send(one, frame, FAR, 1).result(0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot()).hasSize(1);
      assertThat(errors.snapshot().toString()).contains("within a tunnel");
    }
  }

  @Test
  void shouldFinishSctpWithItsOwnChecksum() {
    byte[] right =
        HexFormat.of()
            .parseHex(
                "02000000000202000000000108004500002400010000408466530a0000010a000002"
                    + "03e807d012345678b74f9bc70b000004");
    byte[] bytes = right.clone();
    Arrays.fill(bytes, 42, 46, (byte) 0);
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      Frame frame = Frames.of(bytes);
      frame.offload().checksumPartial(34, 8);
      send(one, frame, FAR, 1);
      assertThat(Frames.bytes(receiving.next(f -> true))).isEqualTo(withTunnelHeader(right));
    }
  }

  @Test
  void shouldKeepOrderWithinFlowsAndTellEachResult() {
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR);
        Receiving receiving = Receiving.from(other)) {
      int count = 64;
      DatagramBatch batch = new DatagramBatch(count);
      Random random = new Random(8);
      int[] hashes = {random.nextInt(), random.nextInt(), random.nextInt()};
      for (int i = 0; i < count; i++) {
        boolean big = i % 16 == 5;
        Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", big ? 1600 : i);
        batch.add(frame, 0, new Endpoint(FAR, PORT), hashes[i % 3]);
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
    try (UdpUnderlay one = open(near, NEAR);
        UdpUnderlay other = open(far, FAR)) {
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 1400);
      DatagramBatch batch = new DatagramBatch(64);
      for (int i = 0; batch.add(frame, 0, new Endpoint(FAR, PORT), 1, (i & 1) << 2); i++) {
        continue; // of two classes in turn, so that each is a packet of its own
      }
      for (int i = 0; i < 1000; i++) {
        one.send(batch);
      }
      assertThat(other.lostInKernel()).isGreaterThan(1000);
    }
  }
}
