package net.viaduct.host;

import java.time.Instant;

/**
 * What a host is from its start to its end. Immutable.
 *
 * @param version of the program
 * @param startedAt when it began
 * @param startedNs the same by the clock that ages and errors have
 */
record HostFacts(String version, Instant startedAt, long startedNs) {
  Instant instant(long ns) {
    return startedAt.plusNanos(ns - startedNs);
  }
}
