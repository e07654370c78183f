package net.viaduct.host.view;

import org.jspecify.annotations.Nullable;

/**
 * A station.
 *
 * @param network the network that it is in
 * @param vni of that network
 * @param mac its address
 * @param port behind which it is, if it is on this host
 * @param remote behind which it is, if it is elsewhere
 * @param origin who says so: {@code static}, {@code controller}, {@code learned}
 * @param ageSeconds how long ago it was heard of; none if it does not age
 * @param told where a controller told it to be, if it was learned elsewhere and no controller is
 *     there: {@code port vm1}, {@code remote 10.77.0.1}
 */
public record StationView(
    String network,
    int vni,
    String mac,
    @Nullable String port,
    @Nullable String remote,
    String origin,
    @Nullable Long ageSeconds,
    @Nullable String told) {}
