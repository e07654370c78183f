package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.List;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The standing rule: nothing is allocated per frame. */
class AllocationTest {
  private static final int WARM_UP_ROUNDS = 3_000;
  private static final int ROUNDS = 1_000;

  /** The JIT compiler may still be replacing code that allocates when the first one runs. */
  private static final int ATTEMPTS = 10;

  private final FlowKey key = new FlowKey();
  private final Segmenter segmenter = new Segmenter();
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment out = arena.allocate(1024);
  private int blackhole;

  @Test
  @DisplayName("Parsing, hashing, finishing checksums and cutting allocate nothing")
  void shouldAllocateNothingPerFrame() {
    List<byte[]> samples = SampleFrames.all();
    MemorySegment frames = arena.allocate(samples.stream().mapToInt(f -> f.length).sum());
    int[] lengths = new int[samples.size()];
    long at = 0;
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = samples.get(i).length;
      MemorySegment.copy(samples.get(i), 0, frames, ValueLayout.JAVA_BYTE, at, lengths[i]);
      at += lengths[i];
    }
    run(frames, lengths, WARM_UP_ROUNDS);
    long fewest = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && fewest > 0; attempt++) {
      fewest = Math.min(fewest, allocatedBytes(() -> run(frames, lengths, ROUNDS)));
    }
    assertThat(fewest).as("bytes for %d frames (%d)", ROUNDS * lengths.length, blackhole).isZero();
  }

  private static long allocatedBytes(Runnable work) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadAllocatedBytes();
    long ofMeasuring = threads.getCurrentThreadAllocatedBytes() - start;
    start = threads.getCurrentThreadAllocatedBytes();
    work.run();
    return threads.getCurrentThreadAllocatedBytes() - start - ofMeasuring;
  }

  private void run(MemorySegment frames, int[] lengths, int rounds) {
    for (int round = 0; round < rounds; round++) {
      long at = 0;
      for (int lengthBytes : lengths) {
        handle(frames, at, lengthBytes);
        at += lengthBytes;
      }
    }
  }

  private void handle(MemorySegment frames, long at, int lengthBytes) {
    key.parse(frames, at, lengthBytes);
    blackhole += key.hash() + key.hash(7);
    if (UnfinishedChecksum.detect(frames, at, lengthBytes, key)) {
      blackhole++;
    }
    if (segmenter.begin(frames, at, lengthBytes, key, 600)) {
      for (int i = 0; i < segmenter.segmentCount(); i++) {
        blackhole += segmenter.write(i, out, 0);
      }
    }
    if (key.etherType() == EtherType.ARP) {
      int available = lengthBytes - key.networkOffset();
      blackhole += ArpPacket.check(frames, at + key.networkOffset(), available) == null ? 1 : 0;
    } else if (key.ipProtocol() == IpProtocol.UDP && key.sourcePort() == DhcpMessage.SERVER_PORT) {
      int bytes = key.networkEnd() - key.transportOffset() - UdpHeader.SIZE_BYTES;
      long dhcpAt = at + key.transportOffset() + UdpHeader.SIZE_BYTES;
      blackhole += DhcpMessage.check(frames, dhcpAt, bytes) == null ? 1 : 0;
      blackhole += DhcpMessage.messageType(frames, dhcpAt, bytes);
      ArpFrame.announcement(out, 0, 7, 8);
      NeighbourFrame.beginAdvertisement(out, 0, 0);
      NeighbourFrame.owner(out, 0, 7, 8, 9);
      NeighbourFrame.finish(out, 0);
    } else if (key.ipProtocol() == IpProtocol.ICMPV6 && key.transportOffset() >= 0) {
      long ipAt = at + key.networkOffset();
      int bytes = key.networkEnd() - key.transportOffset();
      long icmpAt = at + key.transportOffset();
      blackhole += Icmpv6.hasValidChecksum(frames, ipAt, icmpAt, bytes) ? 1 : 0;
      blackhole += NeighbourDiscovery.check(frames, ipAt, icmpAt, bytes) == null ? 1 : 0;
      blackhole += MldMessage.check(frames, icmpAt, bytes) == null ? 1 : 0;
    }
  }
}
