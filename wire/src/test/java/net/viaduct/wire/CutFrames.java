package net.viaduct.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Cuts super-frames with the {@link Segmenter} into whole frames. */
final class CutFrames {
  private CutFrames() {}

  static List<byte[]> cut(MemorySegment frame, int segmentBytes) {
    FlowKey key = new FlowKey();
    int lengthBytes = (int) frame.byteSize();
    key.parse(frame, 0, lengthBytes);
    Segmenter segmenter = new Segmenter();
    if (!segmenter.begin(frame, 0, lengthBytes, key, segmentBytes)) {
      throw new IllegalArgumentException("cannot be cut");
    }
    List<byte[]> segments = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(66_000);
      for (int i = 0; i < segmenter.segmentCount(); i++) {
        int bytes = segmenter.headerBytes() + segmenter.write(i, out, 0);
        segments.add(out.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return segments;
  }
}
