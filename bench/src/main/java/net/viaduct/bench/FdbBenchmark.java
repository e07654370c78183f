package net.viaduct.bench;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LearnOutcome;
import net.viaduct.vtep.tables.StationEntry;
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

/** The table of stations: hit, miss and learn, with stations met in random order. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FdbBenchmark {
  private static final int LOOKED_FOR = 1 << 16;
  private static final int REMOTES = 128;
  private static final int NETWORK = 0;
  private static final int NOW_SECONDS = 10;
  private static final long FIRST_MAC = 0x0200_0000_0000L;
  private static final long ABSENT_MAC = 0x0600_0000_0000L;

  /** How many stations the table holds. */
  @Param({"1000", "100000", "1000000"})
  public int stations = 1_000;

  private final int[] random = new int[LOOKED_FOR];
  private Fdb fdb = emptyTable();
  private int next;
  private int seconds = NOW_SECONDS;

  /** For JMH. */
  public FdbBenchmark() {}

  private static Fdb emptyTable() {
    int most = 1 << 21;
    return new Fdb(new TableLimits(most, most, most, most, 16, 16, REMOTES), 300, 42);
  }

  /** Fills the table, and chooses what is looked for. */
  @Setup
  public void fill() {
    fdb = emptyTable();
    for (int i = 0; i < stations; i++) {
      fdb.learn(NETWORK, FIRST_MAC + i, remoteOf(i), NOW_SECONDS);
    }
    while (fdb.sweep(4_096, NOW_SECONDS) > 0) {
      // Until whatever it does in the background is done.
    }
    Random choice = new Random(42);
    for (int i = 0; i < LOOKED_FOR; i++) {
      random[i] = choice.nextInt(stations);
    }
  }

  /** A station that is there. */
  @Benchmark
  public long hit() {
    return fdb.find(NETWORK, FIRST_MAC + nextStation(), NOW_SECONDS);
  }

  /** A station that nobody knows. */
  @Benchmark
  public long miss() {
    return fdb.find(NETWORK, ABSENT_MAC + nextStation(), NOW_SECONDS);
  }

  /** A frame of a station that is where it was; nothing changes. */
  @Benchmark
  public LearnOutcome learnKnown() {
    int station = nextStation();
    return fdb.learn(NETWORK, FIRST_MAC + station, remoteOf(station), NOW_SECONDS);
  }

  /** The same, but seen for the first time in this second: its age is written. */
  @Benchmark
  public LearnOutcome learnKnownInANewSecond() {
    int station = nextStation();
    seconds = NOW_SECONDS + next % 256;
    return fdb.learn(NETWORK, FIRST_MAC + station, remoteOf(station), seconds);
  }

  /** A station that was not known, and is removed again. */
  @Benchmark
  public boolean learnNewAndRemove() {
    int station = nextStation();
    long mac = ABSENT_MAC + station;
    fdb.learn(NETWORK, mac, remoteOf(station), NOW_SECONDS);
    return fdb.remove(NETWORK, mac, Origin.LEARNED);
  }

  private int nextStation() {
    next = (next + 1) % LOOKED_FOR;
    return random[next];
  }

  private static int remoteOf(int station) {
    return StationEntry.atRemote(station % REMOTES);
  }
}
