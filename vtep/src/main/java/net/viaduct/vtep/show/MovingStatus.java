package net.viaduct.vtep.show;

import java.util.OptionalLong;
import net.viaduct.vtep.MovePart;

/**
 * A station that comes here or leaves, at one moment. Immutable.
 *
 * @param vni of its network
 * @param mac its address, in the form of {@link net.viaduct.wire.MacAddress}
 * @param part what this host has to do with it
 * @param firstHeardNs when a frame of it came from its port here first, since it moves; by the
 *     VTEP's {@link net.viaduct.runtime.NanoClock}; empty if none did
 * @param lastHeardNs when one came last
 */
public record MovingStatus(
    int vni, long mac, MovePart part, OptionalLong firstHeardNs, OptionalLong lastHeardNs) {}
