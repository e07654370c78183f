package net.viaduct.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads everything that a parser lets it read from any bytes. Must not throw, whatever they are,
 * and must not look behind {@code lengthBytes}: the caller lets the segment end there.
 *
 * <p>Each class {@code *Fuzzer} in this package is a target for Jazzer as well, which finds inputs
 * by coverage: {@code wire/fuzz 3600} lets it search each for an hour, {@code wire/fuzz 3600
 * FrameFuzzer} one of them.
 */
@FunctionalInterface
interface FuzzTarget {
  /** Returns something that depends on what was read, so that nothing is optimised away. */
  int probe(MemorySegment s, long at, int lengthBytes);

  /** Runs the target on bytes in a segment of exactly their size. */
  static void run(FuzzTarget target, byte[] data) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment s = arena.allocate(data.length);
      MemorySegment.copy(data, 0, s, ValueLayout.JAVA_BYTE, 0, data.length);
      target.probe(s, 0, data.length);
    }
  }

  /** Fails the input. */
  static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
