package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.TRANSPORT_OFFSET;
import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Offload;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Super-frames and unfinished checksums, which kernels hand over on one machine. */
class OffloadTest {
  private static final int BLUE = 100;
  private static final int MSS = 1400;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;
  private static final long A = mac(1);
  private static final long B = mac(2);
  private static final long FAR = mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final MemoryUnderlay remote = rig.network().open(REMOTE);
  private final MemoryPort a = new MemoryPort("a");
  private final MemoryPort b = new MemoryPort("b");

  @BeforeEach
  void open() {
    FloodList flood = new FloodList.Remotes(List.of(REMOTE));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    rig.attach(0, BLUE, a);
    rig.attach(0, BLUE, b);
    rig.host(0).underlay().mtuBytes(1500);
  }

  @AfterEach
  void close() {
    Conservation.checkSums(rig.view(0));
    rig.close();
  }

  private static MemoryFrame superFrame(long destination, int payloadBytes) {
    return MemoryFrame.of(Frames.unfinished(Frames.tcp(destination, A, 1234, payloadBytes)))
        .withChecksumPartial(TRANSPORT_OFFSET, TCP_CHECKSUM)
        .withSegmentation(Offload.TCP_IPV4, MSS);
  }

  private void fromRemote(byte[] frame) {
    rig.network().carry(new MemoryDatagram(REMOTE, rig.endpoint(0), vxlan(BLUE, frame)));
    rig.settle();
  }

  private List<byte[]> takenByRemote() {
    List<byte[]> frames = new ArrayList<>();
    for (MemoryDatagram d = remote.take(); d != null; d = remote.take()) {
      frames.add(Arrays.copyOfRange(d.payload(), 8, d.payloadBytes()));
    }
    return frames;
  }

  private static void expectFinishedTcpChecksum(byte[] frame) {
    MemorySegment s = MemorySegment.ofArray(frame);
    int transportBytes = frame.length - TRANSPORT_OFFSET;
    long sum =
        Checksum.pseudoIpv4(s, 14, IpProtocol.TCP, transportBytes)
            + (long) Checksum.sum(s, TRANSPORT_OFFSET, transportBytes);
    assertThat(Checksum.fold(sum)).as("sum over a finished packet").isEqualTo(0xffff);
  }

  @Test
  void shouldCutSuperFrameOnlyForTheTunnel() {
    MemoryFrame big = superFrame(0xffff_ffff_ffffL, 50_000);
    a.inject(big);
    rig.settle();
    assertThat(b.takeAll()).as("whole to a local port").containsExactly(big);
    List<byte[]> segments = takenByRemote();
    assertThat(segments).hasSize((50_000 + MSS - 1) / MSS);
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (byte[] segment : segments) {
      expectFinishedTcpChecksum(segment);
      assertThat(TcpHeader.sequence(MemorySegment.ofArray(segment), TRANSPORT_OFFSET))
          .isEqualTo(1000 + payload.size());
      payload.write(segment, Frames.TCP_HEADERS_BYTES, segment.length - Frames.TCP_HEADERS_BYTES);
    }
    byte[] original = big.bytes();
    assertThat(payload.toByteArray())
        .isEqualTo(Arrays.copyOfRange(original, Frames.TCP_HEADERS_BYTES, original.length));
    assertThat(counter("egress-sent-frames")).isEqualTo(1);
    assertThat(counter("egress-sent-datagrams")).isEqualTo(segments.size());
  }

  @Test
  void shouldBookWhatLeftOfSuperFrameThatLeftInPart() {
    int lastBytes = 100;
    byte[] inner = superFrame(FAR, 2 * MSS + lastBytes).bytes();
    rig.host(0).underlay().mtuBytes(MSS);
    a.inject(superFrame(FAR, 2 * MSS + lastBytes));
    rig.settle();
    assertThat(takenByRemote()).as("only the last one fits").hasSize(1);
    long leftBytes = inner.length - 2L * MSS;
    assertThat(rig.view(0).counters().values())
        .containsEntry("egress-sent-datagrams", 1L)
        .containsEntry("egress-sent-bytes", leftBytes)
        .containsEntry("egress-sent-frames", 0L)
        .containsEntry("drop-datagram-larger-than-path-mtu", 1L);
    assertThat(rig.view(0).remotes())
        .filteredOn(it -> it.endpoint().equals(REMOTE))
        .singleElement()
        .satisfies(it ->
            assertThat(it.counters().values())
                .containsEntry("sent-datagrams", 1L)
                .containsEntry("sent-bytes", leftBytes)
                .containsEntry("sent-frames", 0L));
  }

  @Test
  void shouldFinishChecksumOnlyForTheTunnel() {
    byte[] unfinished = Frames.unfinished(Frames.tcp(0xffff_ffff_ffffL, A, 1, 100));
    MemoryFrame frame =
        MemoryFrame.of(unfinished).withChecksumPartial(TRANSPORT_OFFSET, TCP_CHECKSUM);
    a.inject(frame);
    rig.settle();
    assertThat(b.takeAll()).containsExactly(frame);
    assertThat(takenByRemote()).singleElement().isEqualTo(Frames.tcp(0xffff_ffff_ffffL, A, 1, 100));
  }

  @Test
  void shouldTellUnfinishedChecksumOfFrameFromTunnel() {
    a.inject(broadcast(A));
    rig.settle();
    byte[] tcp = Frames.unfinished(Frames.tcp(A, FAR, 7, 100));
    byte[] udp = Frames.unfinished(Frames.udp(A, FAR, 7, 100));
    byte[] done = Frames.tcp(A, FAR, 7, 100);
    fromRemote(tcp);
    fromRemote(udp);
    fromRemote(done);
    assertThat(a.takeAll())
        .containsExactly(
            MemoryFrame.of(tcp).withChecksumPartial(TRANSPORT_OFFSET, TCP_CHECKSUM),
            MemoryFrame.of(udp).withChecksumPartial(TRANSPORT_OFFSET, UDP_CHECKSUM),
            MemoryFrame.of(done));
  }

  @Test
  void shouldMakeSuperFrameOfLargeFrameFromTunnel() {
    a.inject(broadcast(A));
    rig.settle();
    byte[] large = Frames.unfinished(Frames.tcp(A, FAR, 7, 20_000));
    fromRemote(large);
    assertThat(a.takeAll())
        .containsExactly(
            MemoryFrame.of(large)
                .withChecksumPartial(TRANSPORT_OFFSET, TCP_CHECKSUM)
                .withSegmentation(Offload.TCP_IPV4, 1500 - 40));
  }

  @Test
  void shouldSegmentForTheSmallestPortWhenLargeFrameIsFlooded() {
    b.mtuBytes(9000);
    rig.advance(Duration.ofSeconds(2));
    byte[] large = Frames.unfinished(Frames.tcp(0xffff_ffff_ffffL, FAR, 7, 8000));
    MemoryFrame expected =
        MemoryFrame.of(large)
            .withChecksumPartial(TRANSPORT_OFFSET, TCP_CHECKSUM)
            .withSegmentation(Offload.TCP_IPV4, 1500 - 40);
    fromRemote(large);
    assertThat(a.takeAll()).containsExactly(expected);
    assertThat(b.takeAll()).containsExactly(expected);
  }

  @Test
  void shouldDropLargeFrameOnlyAtPortThatCannotCarryItWhenItIsNoTcp() {
    b.mtuBytes(9000);
    rig.advance(Duration.ofSeconds(2));
    fromRemote(Frames.udp(0xffff_ffff_ffffL, FAR, 7, 8000));
    assertThat(a.takeAll()).isEmpty();
    assertThat(b.takeAll()).hasSize(1);
    assertThat(counter("drop-frame-larger-than-port-mtu")).isEqualTo(1);
  }

  @Test
  void shouldDropSuperFrameAtPortThatCannotCarryItsSegments() {
    b.mtuBytes(1000);
    rig.advance(Duration.ofSeconds(2));
    a.inject(superFrame(0xffff_ffff_ffffL, 20_000));
    rig.settle();
    assertThat(b.takeAll()).isEmpty();
    assertThat(counter("drop-frame-larger-than-port-mtu")).isEqualTo(1);
    assertThat(takenByRemote()).isNotEmpty();
  }

  @Test
  void shouldNotCountTagAgainstMtu() {
    rig.await(
        rig.control(0)
            .changeNetwork(
                new NetworkConfig(
                    BLUE,
                    "blue",
                    new FloodList.Remotes(List.of(REMOTE)),
                    Set.of(),
                    TagPolicy.KEEP)));
    byte[] full = Frames.tagged(Frames.frame(0xffff_ffff_ffffL, FAR, 1500, 1), 5);
    byte[] tooLarge = Frames.tagged(Frames.frame(0xffff_ffff_ffffL, FAR, 1501, 1), 5);
    fromRemote(full);
    fromRemote(tooLarge);
    assertThat(a.takeAll()).containsExactly(MemoryFrame.of(full));
    assertThat(counter("drop-frame-larger-than-port-mtu")).isEqualTo(2);
  }

  @Test
  void shouldReachKnownLocalPortWholeAndKnownRemoteCut() {
    b.inject(broadcast(B));
    fromRemote(broadcast(FAR));
    rig.settle();
    a.takeAll();
    takenByRemote();
    MemoryFrame near = superFrame(B, 30_000);
    MemoryFrame far = superFrame(FAR, 30_000);
    a.inject(near);
    a.inject(far);
    rig.settle();
    assertThat(b.takeAll()).contains(near).doesNotContain(far);
    List<byte[]> segments = takenByRemote();
    assertThat(segments).hasSize((30_000 + MSS - 1) / MSS);
    segments.forEach(OffloadTest::expectFinishedTcpChecksum);
  }

  private long counter(String name) {
    return rig.view(0).counters().values().get(name);
  }
}
