package net.viaduct.wire;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Reads everything that a parser lets it read from any bytes. Must not throw, whatever they are,
 * and must not look behind {@code lengthBytes}: the caller lets the segment end there.
 *
 * <p>Each class {@code *Fuzzer} in this package is a target for Jazzer as well, which finds inputs
 * by coverage. For an hour of it, with {@code CP} being Jazzer's jar with its dependencies
 * (com.code-intelligence:jazzer, version in the root pom), {@code wire/target/classes} and {@code
 * wire/target/test-classes}:
 *
 * <pre>
 * java -cp CP com.code_intelligence.jazzer.Jazzer \
 *     --target_class=net.viaduct.wire.FrameFuzzer --instrumentation_includes=net.viaduct.wire.** \
 *     -max_total_time=3600 -max_len=2048
 * </pre>
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
