package net.viaduct.vtep.show;

import java.util.Optional;
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
 * @param told where a controller told it to be, if it was learned elsewhere and that counts more
 */
public record StationStatus(
    int vni,
    String network,
    long mac,
    Location location,
    Origin origin,
    int ageSeconds,
    Optional<Location> told) {}
