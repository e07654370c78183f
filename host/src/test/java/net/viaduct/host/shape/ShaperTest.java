package net.viaduct.host.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.host.HostSurroundings;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.MemoryDevices;
import net.viaduct.host.shapefile.ShapeFile;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.ManualClock;
import net.viaduct.runtime.SystemClock;
import net.viaduct.vtep.queue.PacketStore;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShaperTest {
  private static final int SMALL = 64;
  private static final int LARGE = 4;
  private static final long PATIENCE_NS = 20_000_000_000L;

  private final MemoryPort in = new MemoryPort("in");
  private final MemoryPort out = new MemoryPort("out");
  private final ManualClock clock = new ManualClock(1_000);
  private PacketStore store;
  private Lane upload;
  private ShapePath path;

  @TempDir private Path directory;

  @BeforeEach
  void build() {
    build(0);
  }

  private void build(long rate) {
    Arena arena = Arena.ofAuto();
    store = new PacketStore(arena.allocate(PacketStore.bytes(SMALL, LARGE)), SMALL, LARGE);
    PacketStore other = new PacketStore(arena.allocate(PacketStore.bytes(1, 1)), 1, 1);
    String text =
        "in: in\nout: out\nupload: { overhead: none, burst: 3000, queue: fifo"
            + (rate == 0 ? "" : ", rate: " + rate)
            + " }\n";
    ShapeConfig config = ShapeFile.parse(ShapeFile.Source.of(Path.of("x")), text);
    CountersFile counters = CountersFile.anonymous();
    SplittableRandom random = new SplittableRandom(1);
    upload = new Lane("upload", in, out, 0, config.upload(), counters, store, random);
    Lane download = new Lane("download", out, in, 1, config.download(), counters, other, random);
    MemoryReadiness readiness = new MemoryReadiness();
    readiness.add(in, 0);
    readiness.add(out, 1);
    path =
        new ShapePath(
            upload, download, arena.allocate(ShapePath.bytes()), readiness, clock, () -> {});
  }

  @Test
  void shouldCarryBothWays() {
    in.inject(frame(1, 100));
    out.inject(frame(2, 200));
    path.doWork();
    assertThat(out.takeAll()).containsExactly(MemoryFrame.of(frame(1, 100)));
    assertThat(in.takeAll()).containsExactly(MemoryFrame.of(frame(2, 200)));
    assertThat(store.free()).isEqualTo(SMALL + LARGE);
  }

  @Test
  @DisplayName("Sends at the rate of the link, counted with what it adds")
  void shouldSendAtARate() {
    build(8_000_000); // a byte each microsecond
    for (int i = 0; i < 20; i++) {
      in.inject(frame(i, 1_000));
    }
    path.doWork();
    int atOnce = out.takeAll().size();
    assertThat(atOnce).as("the burst").isLessThan(6);
    for (int us = 0; us < 5_210; us += 521) {
      clock.advanceNs(521_000);
      path.doWork();
    }
    assertThat(out.takeAll()).as("of 1,042 bytes each").hasSize(5);
    assertThat(upload.counters().backlogPackets()).isEqualTo(20 - atOnce - 5);
  }

  @Test
  void shouldKeepSuperFramesWholeOnAFastLink() {
    MemoryFrame superFrame = superFrame(10_000);
    in.inject(superFrame);
    path.doWork();
    assertThat(out.takeAll()).containsExactly(superFrame);
    assertThat(upload.counters().sentPackets()).as("segments").isEqualTo(7);
    assertThat(upload.counters().sentBytes()).isEqualTo(10_000 + 7 * 54);
  }

  @Test
  @DisplayName("On a slow link a super-frame is cut before it is queued, with finished checksums")
  void shouldCutSuperFramesOnASlowLink() {
    build(8_000_000);
    in.inject(superFrame(10_000));
    for (int i = 0; i < 30; i++) {
      path.doWork();
      clock.advanceNs(1_000_000);
    }
    List<MemoryFrame> sent = out.takeAll();
    assertThat(sent).hasSize(7);
    int payload = 0;
    for (MemoryFrame segment : sent) {
      assertThat(segment.isChecksumPartial()).isFalse();
      assertThat(segment.segmentation()).isEqualTo(Offload.NONE);
      MemorySegment bytes = MemorySegment.ofArray(segment.bytes());
      assertThat(Ipv4Header.hasValidChecksum(bytes, 14)).isTrue();
      assertThat(TcpHeader.sequence(bytes, 34)).isEqualTo(payload);
      payload += segment.lengthBytes() - 54;
    }
    assertThat(payload).isEqualTo(10_000);
  }

  @Test
  @DisplayName("What the device does not take now goes first the next time, in order")
  void shouldHoldBackWhenTheDeviceIsFull() {
    out.queueFrames(3);
    for (int i = 0; i < 10; i++) {
      in.inject(frame(i, 100));
    }
    List<MemoryFrame> sent = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      path.doWork();
      sent.addAll(out.takeAll());
    }
    assertThat(sent).hasSize(10);
    for (int i = 0; i < 10; i++) {
      assertThat(sent.get(i)).isEqualTo(MemoryFrame.of(frame(i, 100)));
    }
  }

  @Test
  void shouldCountWhatIsLost() {
    in.inject(new byte[5]);
    path.doWork();
    out.refuse(SendResult.UNREACHABLE);
    in.inject(frame(1, 100));
    path.doWork();
    out.refuse(SendResult.FULL);
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 40; i++) {
        in.inject(frame(i, 100));
      }
      path.doWork();
    }
    QueueCounters counters = upload.counters();
    assertThat(counters.droppedPackets(QueueDrop.MALFORMED)).isEqualTo(1);
    assertThat(counters.droppedPackets(QueueDrop.DEVICE)).isEqualTo(1);
    assertThat(counters.droppedPackets(QueueDrop.NO_MEMORY)).isEqualTo(160 - SMALL);
    assertThat(counters.receivedPackets())
        .isEqualTo(counters.sentPackets() + counters.droppedPackets() + counters.backlogPackets());
    assertThat(store.free()).isEqualTo(LARGE);
  }

  @Test
  @DisplayName("Changed by difference while packets wait: nothing is lost or overtaken")
  void shouldReloadWithoutLoss() throws Exception {
    Path file = directory.resolve("shape.yaml");
    String counters = "counters: { file: " + directory.resolve("shape.counters") + " }\n";
    String slow = "in: a\nout: b\n" + counters + "upload: { rate: 8k, queue: fifo }\n";
    Files.writeString(file, slow);
    MemoryDevices devices = new MemoryDevices(new MemoryNetwork(), "10.0.0.1");
    HostSurroundings around =
        new HostSurroundings(devices, new SystemClock(), Clock.systemUTC(), "x", "0");
    try (Shaper shaper = Shaper.start(ShapeFile.Source.of(file), around)) {
      for (int i = 0; i < 200; i++) {
        assertThat(devices.port("a").inject(frame(i, 100))).isTrue();
      }
      await(() -> !devices.port("a").isReady());
      assertThat(shaper.reload()).as("nothing is different").isFalse();
      Files.writeString(file, slow + "download: { rate: nonsense }\n");
      assertThatThrownBy(shaper::reload)
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("shape.yaml:5:");
      Files.writeString(file, slow.replace("rate: 8k, queue: fifo", "queue: fq-codel"));
      assertThat(shaper.reload()).isTrue();
      List<MemoryFrame> sent = new ArrayList<>();
      await(() -> {
        sent.addAll(devices.port("b").takeAll());
        return sent.size() >= 200;
      });
      for (int i = 0; i < 200; i++) {
        assertThat(sent.get(i)).isEqualTo(MemoryFrame.of(frame(i, 100)));
      }
    }
    assertThat(devices.openPorts()).isEmpty();
    assertThat(directory.resolve("shape.counters")).doesNotExist();
  }

  private interface Condition {
    boolean isTrue();
  }

  private static void await(Condition condition) {
    long endNs = System.nanoTime() + PATIENCE_NS;
    while (!condition.isTrue()) {
      assertThat(System.nanoTime() - endNs).as("patience").isNegative();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A frame of UDP, all of one flow, with a number in it. */
  private static byte[] frame(int number, int payloadBytes) {
    byte[] bytes = new byte[42 + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(bytes);
    ip(s, bytes.length, IpProtocol.UDP);
    NetworkOrder.u16(s, 34, 1_000);
    NetworkOrder.u16(s, 36, 2_000);
    NetworkOrder.u16(s, 38, 8 + payloadBytes);
    NetworkOrder.i32(s, 42, number);
    return bytes;
  }

  /** A super-frame of TCP, from sequence number 0 on. */
  private static MemoryFrame superFrame(int payloadBytes) {
    byte[] bytes = new byte[54 + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(bytes);
    ip(s, bytes.length, IpProtocol.TCP);
    TcpHeader.begin(s, 34, TcpHeader.MIN_SIZE_BYTES, TcpHeader.ACK);
    TcpHeader.ports(s, 34, 1, 2);
    return MemoryFrame.of(s.toArray(ValueLayout.JAVA_BYTE))
        .withChecksumPartial(34, 16)
        .withSegmentation(Offload.TCP_IPV4, 1_448);
  }

  private static void ip(MemorySegment s, int frameBytes, int protocol) {
    EthernetHeader.write(s, 0, 0x0200_0000_0001L, 0x0200_0000_0002L, EtherType.IPV4);
    Ipv4Header.begin(s, 14, 20, frameBytes - 14);
    Ipv4Header.timeToLive(s, 14, 64);
    Ipv4Header.protocol(s, 14, protocol);
    Ipv4Header.source(s, 14, 0x0a00_0001);
    Ipv4Header.destination(s, 14, 0x0a00_0002);
    Ipv4Header.writeChecksum(s, 14);
  }
}
