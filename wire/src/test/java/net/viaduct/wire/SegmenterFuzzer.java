package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Fuzzes {@link Segmenter}; the first byte of the frame chooses the size of the segments. */
final class SegmenterFuzzer {
  private static final int[] SEGMENT_BYTES = {1448, 1, 7, 536, 9000, 65_535, 0, -1};
  private static final int OUT_BYTES = 66_048;
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private SegmenterFuzzer() {}

  private static final class Scratch {
    final FlowKey key = new FlowKey();
    final Segmenter segmenter = new Segmenter();
    final MemorySegment out = Arena.ofAuto().allocate(OUT_BYTES);
  }

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(SegmenterFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes == 0) {
      return 0;
    }
    Scratch scratch = SCRATCH.get();
    Segmenter segmenter = scratch.segmenter;
    scratch.key.parse(s, at, lengthBytes);
    int segmentBytes = SEGMENT_BYTES[NetworkOrder.u8(s, at) & 7];
    if (!segmenter.begin(s, at, lengthBytes, scratch.key, segmentBytes)) {
      return 0;
    }
    int count = segmenter.segmentCount();
    int headerBytes = segmenter.headerBytes();
    int last = count - 1;
    require(headerBytes <= lengthBytes, "header");
    long before = headerBytes + (long) last * segmentBytes;
    require(before + segmenter.payloadBytes(last) == lengthBytes, "payload");
    int read = 0;
    for (int index : new int[] {0, Math.min(1, last), last}) {
      int bytes = headerBytes + segmenter.payloadBytes(index);
      int payloadBytes = segmenter.write(index, scratch.out, OUT_BYTES - bytes);
      require(payloadBytes <= segmentBytes, "payload of a segment");
      require(payloadBytes > 0 || count == 1, "an empty segment");
      read += payloadBytes;
    }
    return read;
  }
}
