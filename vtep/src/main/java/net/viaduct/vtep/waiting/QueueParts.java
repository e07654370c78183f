package net.viaduct.vtep.waiting;

import java.lang.foreign.MemorySegment;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.forward.CycleClock;

/**
 * What queues of a VTEP are put together from.
 *
 * @param memory gives so many bytes for frames that wait, which are zero; asked once, when the
 *     first queue is made
 * @param random where SFQ's perturbations come from
 */
public record QueueParts(
    CycleClock clock,
    Tally tally,
    Counters counters,
    DistinctErrors errors,
    LongFunction<MemorySegment> memory,
    RandomGenerator random) {}
