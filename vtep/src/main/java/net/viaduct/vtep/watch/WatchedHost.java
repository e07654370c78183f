package net.viaduct.vtep.watch;

import net.viaduct.io.Endpoint;

/**
 * A host that this one watches. Immutable.
 *
 * @param name of it
 * @param endpoint its VTEP
 */
public record WatchedHost(String name, Endpoint endpoint) {}
