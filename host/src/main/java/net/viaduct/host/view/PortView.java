package net.viaduct.host.view;

import org.jspecify.annotations.Nullable;

/**
 * A port.
 *
 * @param name by which it is known
 * @param network the network that it is in
 * @param vni of that network
 * @param kind {@code tap} if Viaduct made it, else {@code device}
 * @param vlan the VLAN on the device, if it is one
 * @param mtuBytes the largest payload of a frame
 * @param stations how many are behind it
 * @param traffic from and to it
 */
public record PortView(
    String name,
    String network,
    int vni,
    String kind,
    @Nullable Integer vlan,
    int mtuBytes,
    long stations,
    TrafficView traffic) {}
