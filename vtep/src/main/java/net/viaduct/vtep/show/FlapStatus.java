package net.viaduct.vtep.show;

import net.viaduct.vtep.Location;

/**
 * A station that two places claim. Immutable.
 *
 * @param vni of its network
 * @param network its name
 * @param mac the station
 * @param location where it is taken to be
 * @param claim where else it was seen
 * @param heldSeconds for how much longer it stays there at least
 */
public record FlapStatus(
    int vni, String network, long mac, Location location, Location claim, int heldSeconds) {}
