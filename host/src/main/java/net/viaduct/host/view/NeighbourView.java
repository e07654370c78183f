package net.viaduct.host.view;

import org.jspecify.annotations.Nullable;

/**
 * Which station has an IP address.
 *
 * @param network the network that it is in
 * @param vni of that network
 * @param address the IP address
 * @param mac of the station
 * @param port behind which the station is, if it is on this host
 * @param remote behind which it is, if it is elsewhere; if neither, it is gone, or it is static and
 *     its station was not seen
 * @param origin who says so: {@code static}, {@code learned}
 * @param router whether it is an IPv6 router
 * @param contested whether another station claims the address, so that nobody answers for it
 * @param ageSeconds how long ago the station told it; none if it does not age
 */
public record NeighbourView(
    String network,
    int vni,
    String address,
    String mac,
    @Nullable String port,
    @Nullable String remote,
    String origin,
    boolean router,
    boolean contested,
    @Nullable Long ageSeconds) {}
