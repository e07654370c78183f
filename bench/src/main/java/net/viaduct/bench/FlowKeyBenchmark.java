package net.viaduct.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import net.viaduct.wire.FlowKey;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Parse and hash: what tells the flow of a frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FlowKeyBenchmark {
  private static final int FRAMES = 256;
  private static final int STRIDE_BYTES = 2_048;
  private static final int LENGTH_BYTES = 98;

  /** What is parsed. */
  @Param public SampleFrame frame = SampleFrame.IPV4_TCP;

  private final MemorySegment memory = Arena.ofAuto().allocate(FRAMES * (long) STRIDE_BYTES, 64);
  private final FlowKey key = new FlowKey();
  private int next;

  /** For JMH. */
  public FlowKeyBenchmark() {}

  /** Writes more frames than fit the first-level cache, as a batch has them. */
  @Setup
  public void writeFrames() {
    for (int i = 0; i < FRAMES; i++) {
      frame.write(memory, i * (long) STRIDE_BYTES);
    }
    key.parse(memory, 0, LENGTH_BYTES);
  }

  /** Reads the headers of one frame after the other. */
  @Benchmark
  public int parse() {
    key.parse(memory, nextFrame(), LENGTH_BYTES);
    return key.transportOffset();
  }

  /** Hashes what was parsed. */
  @Benchmark
  public int hash() {
    return key.hash();
  }

  /** Both, as each frame into a tunnel needs it. */
  @Benchmark
  public int parseAndHash() {
    key.parse(memory, nextFrame(), LENGTH_BYTES);
    return key.hash();
  }

  private long nextFrame() {
    next = (next + 1) % FRAMES;
    return next * (long) STRIDE_BYTES;
  }
}
