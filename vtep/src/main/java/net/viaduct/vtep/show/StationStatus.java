package net.viaduct.vtep.show;

import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;

/**
 * A station at one moment. Immutable.
 *
 * @param vni of its network
 * @param network the name of its network
 * @param mac its address, in the form of {@link net.viaduct.wire.MacAddress}
 * @param location where it is
 * @param origin who says so
 * @param ageSeconds since when nothing was heard of it; of other origins than learning, since it
 *     was said
 */
public record StationStatus(
    int vni, String network, long mac, Location location, Origin origin, int ageSeconds) {}
