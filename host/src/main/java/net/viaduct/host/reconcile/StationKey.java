package net.viaduct.host.reconcile;

/**
 * A station in its network.
 *
 * @param vni of the network
 * @param mac its address
 */
public record StationKey(int vni, long mac) {}
