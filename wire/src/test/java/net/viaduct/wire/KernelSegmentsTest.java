package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.wire.ip.TcpHeader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel cuts the same super-frames into the same frames, byte for byte. */
class KernelSegmentsTest {
  private static final int TCP_IPV4 = 1;
  private static final int TCP_IPV6 = 4;
  private static final int UDP_L4 = 5;
  private static final int ECN_FLAG = 0x80;
  private static final int RANDOM_CASES = 100;
  private static final int[][] SIZES = {
    {1448, 62_000}, {1448, 1449}, {1448, 2896}, {100, 999}, {1447, 30_001}
  };

  @TempDir Path directory;

  /** A super-frame and how it is to be cut. */
  private record Case(String name, byte[] frame, int segmentBytes, String header) {}

  @Test
  void shouldCutAsTheKernelDoes() throws Exception {
    checkEqual(cases());
  }

  @Test
  @DisplayName("random super-frames are cut as the kernel cuts them")
  void shouldCutRandomSuperFramesAsTheKernelDoes() throws Exception {
    for (long seed : new long[] {20_261_126, System.nanoTime()}) {
      System.out.println("random super-frames with seed " + seed);
      RandomSuperFrames random = new RandomSuperFrames(seed);
      List<Case> cases = new ArrayList<>();
      for (int i = 0; i < RANDOM_CASES; i++) {
        RandomSuperFrames.SuperFrame next = random.next(false);
        String name = "seed " + seed + ", " + i + ": " + next.name();
        cases.add(superFrame(name, next.builder(), next.segmentBytes()));
      }
      checkEqual(cases);
    }
  }

  private void checkEqual(List<Case> cases) throws Exception {
    Path capture = directory.resolve("super-frames.pcap");
    PcapFile.write(capture, cases.stream().map(Case::frame).toList());
    List<List<byte[]>> kernel =
        Oracles.kernelSegments(capture, cases.stream().map(Case::header).toList());
    assertThat(kernel).hasSameSizeAs(cases);
    for (int i = 0; i < kernel.size(); i++) {
      Case superFrame = cases.get(i);
      List<byte[]> ours =
          CutFrames.cut(MemorySegment.ofArray(superFrame.frame()), superFrame.segmentBytes());
      assertThat(kernel.get(i)).as(superFrame.name()).hasSameSizeAs(ours);
      for (int j = 0; j < ours.size(); j++) {
        assertThat(ours.get(j))
            .as("%s, segment %d", superFrame.name(), j)
            .isEqualTo(kernel.get(i).get(j));
      }
    }
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (var header : SegmenterTest.headers()) {
      for (int[] size : SIZES) {
        if (!header.getName().equals("UDP without checksum")) {
          FrameBuilder builder = header.getPayload().get().payload(size[1]);
          cases.add(superFrame(header.getName(), builder, size[0]));
        }
      }
    }
    return cases;
  }

  private static Case superFrame(String name, FrameBuilder builder, int segmentBytes) {
    MemorySegment frame = builder.unfinished().build();
    FlowKey key = new FlowKey();
    key.parse(frame, 0, (int) frame.byteSize());
    int transport = key.transportOffset();
    boolean tcp = key.ipProtocol() == IpProtocol.TCP;
    int type = tcp ? (key.isIpv4() ? TCP_IPV4 : TCP_IPV6) : UDP_L4;
    if (tcp && (TcpHeader.flags(frame, transport) & TcpHeader.CWR) != 0) {
      type |= ECN_FLAG;
    }
    int headerBytes = transport + (tcp ? TcpHeader.sizeBytes(frame, transport) : 8);
    String header =
        "%d %d %d %d %d"
            .formatted(
                type,
                headerBytes,
                segmentBytes,
                transport,
                UnfinishedChecksum.checksumOffset(key.ipProtocol()));
    return new Case(
        "%s, %d bytes by %d".formatted(name, frame.byteSize(), segmentBytes),
        frame.toArray(ValueLayout.JAVA_BYTE),
        segmentBytes,
        header);
  }
}
