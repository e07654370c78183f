package net.viaduct.vtep.capture;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static net.viaduct.vtep.behaviour.Frames.tagged;
import static net.viaduct.vtep.behaviour.Frames.tcp;
import static net.viaduct.vtep.behaviour.Frames.udp;
import static net.viaduct.vtep.behaviour.Frames.vxlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is captured, with which verdict, and how it is bounded. */
class CaptureTest {
  private static final int BLUE = 100;

  private final MemoryRig rig = new MemoryRig();
  private final MemoryPort vm1 = new MemoryPort("vm1");
  private final MemoryPort vm2 = new MemoryPort("vm2");

  @BeforeEach
  void attach() {
    FloodList remotes = new FloodList.Remotes(List.of(rig.endpoint(1)));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", remotes)));
    rig.attach(0, BLUE, vm1);
    rig.attach(0, BLUE, vm2);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Capture begin(Set<String> ports, boolean underlay, CaptureFilter filter) {
    return rig.await(rig.control(0).capture(new CaptureRequest(ports, underlay, filter, 65_535)));
  }

  private static List<CapturedFrame> all(Capture capture) {
    return capture.read(Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  private static List<String> lines(Capture capture) {
    return all(capture).stream()
        .map(frame ->
            (frame.isUnderlay() ? "underlay" : frame.where())
                + (frame.isInbound() ? " < " : " > ")
                + frame.comment())
        .toList();
  }

  @Test
  void shouldTellWhatBecameOfAFrameAndOfItsCopies() {
    Capture capture = begin(Set.of("vm1", "vm2"), true, CaptureFilter.ALL);

    vm1.inject(broadcast(mac(1)));
    rig.settle();

    assertThat(lines(capture))
        .containsExactly(
            "vm1 < delivered to port vm2; sent to 10.77.0.2:4789",
            "vm2 > from port vm1; taken",
            "underlay > from port vm1; taken");
  }

  @Test
  void shouldTellTheDropReason() {
    Capture capture = begin(Set.of(), false, CaptureFilter.ALL);
    vm2.refuse(SendResult.FULL);

    vm1.inject(tagged(frame(mac(2), mac(1)), 7));
    vm1.inject(broadcast(mac(1)));
    rig.settle();

    assertThat(lines(capture))
        .containsExactly(
            "vm1 < dropped: tagged-frame",
            "vm1 < dropped: port-queue-full at port vm2; sent to 10.77.0.2:4789",
            "vm2 > from port vm1; dropped: port-queue-full");
  }

  @Test
  void shouldNotShowFramesThatAreOnlyTraced() {
    MemoryPort narrow = new MemoryPort("narrow");
    narrow.mtuBytes(100);
    rig.attach(0, BLUE, narrow);
    Capture capture = begin(Set.of("vm1", "narrow"), true, CaptureFilter.ALL);
    byte[] large = udp(MacAddress.BROADCAST, mac(1), 1000, 200);

    rig.await(
        rig.control(0).traceFromUnderlay(rig.endpoint(1), Door.udp(4789), 0, vxlan(BLUE, large)));
    rig.await(rig.control(0).traceFromPort("vm1", large));
    rig.settle();

    assertThat(lines(capture)).isEmpty();
  }

  @Test
  void shouldMakeTheOuterHeadersAgain() {
    Capture capture = begin(Set.of(), true, CaptureFilter.ALL);
    byte[] inner = frame(mac(9), mac(8));
    Endpoint stranger = new Endpoint(IpAddress.parse("192.0.2.1"), 50_000);
    rig.network()
        .carry(
            new net.viaduct.io.memory.MemoryDatagram(
                stranger, rig.endpoint(0), vxlan(BLUE, inner)));
    rig.settle();

    CapturedFrame frame = all(capture).getFirst();
    MemorySegment s = MemorySegment.ofArray(frame.bytes());
    assertThat(frame.comment()).isEqualTo("dropped: source-not-authorised");
    assertThat(IpAddress.ofIpv4(Ipv4Header.source(s, 0))).isEqualTo(stranger.address());
    assertThat(IpAddress.ofIpv4(Ipv4Header.destination(s, 0))).isEqualTo(rig.endpoint(0).address());
    assertThat(UdpHeader.sourcePort(s, 20)).isEqualTo(50_000);
    assertThat(UdpHeader.destinationPort(s, 20)).isEqualTo(4789);
    assertThat(Arrays.copyOfRange(frame.bytes(), 36, frame.bytes().length)).isEqualTo(inner);
    assertThat(frame.originalBytes()).isEqualTo(36 + inner.length);
  }

  @Test
  void shouldKeepTheBytesAsTheyCame() {
    Capture capture = begin(Set.of("vm1"), false, CaptureFilter.ALL);
    byte[] frame = tcp(mac(2), mac(1), 1234, 100);

    vm1.inject(frame);
    rig.settle();

    assertThat(all(capture).getFirst().bytes()).isEqualTo(frame);
  }

  @Test
  void shouldKeepOnlyWhatTheFilterWants() {
    IpAddress address = IpAddress.ofIpv4(0x0a00_0000 | 2);
    Capture capture =
        begin(
            Set.of("vm1"),
            false,
            new CaptureFilter(
                OptionalLong.of(mac(2)),
                Optional.of(address),
                OptionalInt.of(80),
                OptionalInt.of(BLUE),
                false,
                Optional.empty()));

    vm1.inject(tcp(mac(2), mac(1), 1234, 10));
    vm1.inject(tcp(mac(3), mac(1), 1234, 10));
    vm1.inject(frame(mac(2), mac(1)));
    rig.settle();

    assertThat(all(capture)).hasSize(1);
    assertThat(capture.captured()).isEqualTo(1);
  }

  @Test
  void shouldKeepOnlyTheDroppedWhenAsked() {
    CaptureFilter dropped =
        new CaptureFilter(
            OptionalLong.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            true,
            Optional.of(DropReason.TAGGED_FRAME));
    Capture capture = begin(Set.of("vm1"), false, dropped);

    for (int i = 0; i < 10; i++) {
      vm1.inject(broadcast(mac(1)));
      vm1.inject(tagged(frame(mac(2), mac(1)), 7));
      vm1.inject(frame(mac(1), mac(1)));
    }
    rig.settle();

    assertThat(lines(capture)).hasSize(10).containsOnly("vm1 < dropped: tagged-frame");
    assertThat(capture.captured()).isEqualTo(10);
  }

  @Test
  void shouldLoseAndCountWhatDoesNotFitAndNeverWait() {
    Capture capture = begin(Set.of("vm1"), false, CaptureFilter.ALL);
    int frames = Capture.MOST_FRAMES + 500;
    for (int i = 0; i < frames; i++) {
      vm1.inject(frame(mac(2), mac(1)));
      if (i % 500 == 0) {
        rig.settle();
        vm2.takeAll();
      }
    }
    rig.settle();

    assertThat(capture.captured()).isEqualTo(frames);
    assertThat(capture.lost()).isEqualTo(500);
    assertThat(all(capture)).hasSize(Capture.MOST_FRAMES);
  }

  @Test
  void shouldGoRoundTheRingWithFramesOfAllSizes() {
    Capture capture = begin(Set.of("vm1"), false, CaptureFilter.ALL);
    List<byte[]> sent = new ArrayList<>();
    List<byte[]> seen = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = frame(mac(2), mac(1), i * 37 % 1500, i);
      sent.add(frame);
      vm1.inject(frame);
      if (i % 50 == 49) {
        rig.settle();
        vm2.takeAll();
        all(capture).forEach(captured -> seen.add(captured.bytes()));
      }
    }

    assertThat(capture.lost()).isZero();
    assertThat(seen).hasSameSizeAs(sent);
    for (int i = 0; i < sent.size(); i++) {
      assertThat(seen.get(i)).as("frame %d", i).isEqualTo(sent.get(i));
    }
  }

  @Test
  void shouldEndWhenItsReaderHasGone() {
    Capture capture = begin(Set.of("vm1"), false, CaptureFilter.ALL);

    rig.advance(Duration.ofSeconds(10));
    all(capture);
    rig.advance(Duration.ofSeconds(10));
    assertThat(capture.hasEnded()).isFalse();
    rig.advance(Duration.ofSeconds(16));

    assertThat(capture.hasEnded()).isTrue();
    assertThat(begin(Set.of("vm1"), false, CaptureFilter.ALL).hasEnded()).isFalse();
  }

  @Test
  void shouldRefuseASecondCaptureUntilTheFirstOneEnded() {
    Capture capture = begin(Set.of("vm1"), false, CaptureFilter.ALL);

    assertThatThrownBy(() -> begin(Set.of("vm2"), false, CaptureFilter.ALL))
        .hasMessageContaining("a capture is under way already");
    capture.end();
    begin(Set.of("vm2"), false, CaptureFilter.ALL);
  }
}
