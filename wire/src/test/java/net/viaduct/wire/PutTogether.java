package net.viaduct.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Puts frames together with the {@link Coalescer}. */
final class PutTogether {
  private static final int GAP_BYTES = 8; // a tunnel header

  private PutTogether() {}

  /** A unit that frames were put together to, and what its headers say the segment size is. */
  record Unit(byte[] bytes, int segments, int segmentBytes) {}

  /** As whoever takes a train apart does: greedily, in order. */
  static List<Unit> units(List<byte[]> frames) {
    FlowKey key = new FlowKey();
    Coalescer coalescer = new Coalescer();
    List<Unit> units = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      int total = frames.stream().mapToInt(frame -> frame.length + GAP_BYTES).sum();
      MemorySegment memory = arena.allocate(total);
      List<Long> starts = new ArrayList<>();
      long end = 0;
      for (byte[] frame : frames) {
        starts.add(end + GAP_BYTES);
        MemorySegment.copy(frame, 0, memory, ValueLayout.JAVA_BYTE, end + GAP_BYTES, frame.length);
        end += GAP_BYTES + frame.length;
      }
      int next = 0;
      while (next < frames.size()) {
        long at = starts.get(next);
        key.parse(memory, at, frames.get(next).length);
        boolean more = coalescer.begin(memory, at, frames.get(next).length, key);
        next++;
        while (more
            && next < frames.size()
            && coalescer.append(starts.get(next), frames.get(next).length)) {
          next++;
        }
        coalescer.finish();
        byte[] unit = memory.asSlice(at, coalescer.lengthBytes()).toArray(ValueLayout.JAVA_BYTE);
        units.add(new Unit(unit, coalescer.segments(), coalescer.segmentBytes()));
      }
    }
    return units;
  }
}
