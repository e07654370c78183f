package net.viaduct.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import net.viaduct.wire.Checksum;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The sums of the segments that a super-frame is cut into. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ChecksumBenchmark {
  private static final int HEADERS_BYTES = 54;
  private static final int SEGMENT_BYTES = 1_448;
  private static final int SEGMENTS = 45;

  private final MemorySegment frame =
      Arena.ofAuto().allocate(HEADERS_BYTES + SEGMENTS * (long) SEGMENT_BYTES, 64);

  /** For JMH. */
  public ChecksumBenchmark() {}

  /** Writes what is no pattern to the processor. */
  @Setup
  public void writeFrame() {
    for (long i = 0; i < frame.byteSize(); i++) {
      frame.set(ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
    }
  }

  /** All of a super-frame with 65,160 bytes of data. */
  @Benchmark
  public int superFrame() {
    int sum = 0;
    for (int i = 0; i < SEGMENTS; i++) {
      sum += Checksum.sum(frame, HEADERS_BYTES + i * (long) SEGMENT_BYTES, SEGMENT_BYTES);
    }
    return sum;
  }
}
