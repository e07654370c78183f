package net.viaduct.vtep.show;

import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterValues;

/**
 * A multicast group at one moment. Immutable.
 *
 * @param endpoint its address and the UDP port of its members
 * @param counters frames that were sent to it, and drops on that way
 */
public record GroupStatus(Endpoint endpoint, CounterValues counters) {}
