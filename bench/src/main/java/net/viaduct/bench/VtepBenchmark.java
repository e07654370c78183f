package net.viaduct.bench;

import java.util.concurrent.TimeUnit;
import net.viaduct.vtep.Vtep;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way of a frame through the data plane, without a kernel: received, checked, learned
 * from, looked up, encapsulated or decapsulated, counted and handed over. The time is for one frame
 * of a batch; {@code -prof gc} shows that it allocates nothing.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class VtepBenchmark {
  private static final int FLOODED_TO = 8;

  /** What is in the frames. */
  @Param({"IPV4_TCP", "IPV6_TCP"})
  public SampleFrame frame = SampleFrame.IPV4_TCP;

  /** The length of the frames in the overlay, without the frame check sequence. */
  @Param({"98", "1514"})
  public int lengthBytes = 98;

  private LoadedVtep encapsulating = LoadedVtep.intoATunnel(frame, lengthBytes);
  private LoadedVtep decapsulating = LoadedVtep.outOfATunnel(frame, lengthBytes);
  private LoadedVtep flooding = LoadedVtep.flooding(frame, lengthBytes, FLOODED_TO);

  /** For JMH. */
  public VtepBenchmark() {}

  /** Makes them anew, now that JMH has set the parameters; a cycle each shows that they work. */
  @Setup
  public void wire() {
    encapsulating = LoadedVtep.intoATunnel(frame, lengthBytes);
    decapsulating = LoadedVtep.outOfATunnel(frame, lengthBytes);
    flooding = LoadedVtep.flooding(frame, lengthBytes, FLOODED_TO);
    encapsulating.cycle();
    decapsulating.cycle();
    flooding.cycle();
  }

  /** From a port to a station at a remote: the way into the tunnel. */
  @Benchmark
  @OperationsPerInvocation(Vtep.BATCH_FRAMES)
  public int encapsulate() {
    return encapsulating.cycle();
  }

  /** From a remote to a station at a port: the way out of the tunnel. */
  @Benchmark
  @OperationsPerInvocation(Vtep.BATCH_FRAMES)
  public int decapsulate() {
    return decapsulating.cycle();
  }

  /** From a port to a station that nobody knows: eight copies leave. */
  @Benchmark
  @OperationsPerInvocation(Vtep.BATCH_FRAMES)
  public int floodToEight() {
    return flooding.cycle();
  }

  /** Makes sure that frames were forwarded, and none dropped. */
  @TearDown
  public void check() {
    encapsulating.check();
    decapsulating.check();
    flooding.check();
  }
}
