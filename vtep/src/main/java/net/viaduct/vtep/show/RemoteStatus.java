package net.viaduct.vtep.show;

import java.util.Optional;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterValues;

/**
 * A remote at one moment. Immutable.
 *
 * @param endpoint where it is sent to
 * @param configured whether configuration refers to it; else it was learned
 * @param stations how many are known behind it
 * @param path what is known about the way to it; empty in its first moments
 * @param counters frames and drops
 */
public record RemoteStatus(
    Endpoint endpoint,
    boolean configured,
    int stations,
    Optional<PathStatus> path,
    CounterValues counters) {}
