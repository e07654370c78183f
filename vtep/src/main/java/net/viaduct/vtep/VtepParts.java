package net.viaduct.vtep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongFunction;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.NanoClock;

/**
 * What a VTEP is put together from.
 *
 * @param underlay carries its tunnels; the VTEP closes it at its end
 * @param readiness waits for the underlay and the ports; the VTEP closes it at its end
 * @param clock read once per duty cycle
 * @param counters where its counters live
 * @param errors where failures of devices are noted
 * @param memory gives so many bytes for frames that wait in queues; asked once, when there is a
 *     queue, on any thread
 * @param workers what each worker waits by, one for each lane of the underlay; the VTEP closes it
 *     at its end, if the worker has ended
 */
public record VtepParts(
    Underlay underlay,
    Readiness readiness,
    NanoClock clock,
    Counters counters,
    DistinctErrors errors,
    LongFunction<MemorySegment> memory,
    List<Readiness> workers) {
  /** Checks that each lane of the underlay has its worker. */
  public VtepParts {
    workers = List.copyOf(workers);
    if (workers.size() != underlay.lanes().size()) {
      throw new IllegalArgumentException(
          workers.size() + " workers for " + underlay.lanes().size() + " lanes of the underlay");
    }
  }

  /** The same with other counters. */
  VtepParts with(Counters other) {
    return new VtepParts(underlay, readiness, clock, other, errors, memory, workers);
  }

  /** The same without workers. */
  public VtepParts(
      Underlay underlay,
      Readiness readiness,
      NanoClock clock,
      Counters counters,
      DistinctErrors errors,
      LongFunction<MemorySegment> memory) {
    this(underlay, readiness, clock, counters, errors, memory, List.of());
  }

  /** The same with memory of the JVM's. */
  public VtepParts(
      Underlay underlay,
      Readiness readiness,
      NanoClock clock,
      Counters counters,
      DistinctErrors errors) {
    this(
        underlay,
        readiness,
        clock,
        counters,
        errors,
        bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES));
  }
}
