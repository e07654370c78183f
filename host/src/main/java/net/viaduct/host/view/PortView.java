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
 * @param state {@code attached}, or {@code blocked} and why, if it loops, or {@code missing} if its
 *     device is not there: it is attached when the device comes back
 * @param heldBack why nothing is read from it at the moment, if a queue or a rate wants it so; null
 *     if it is read
 * @param link what {@code ip link} says of its device: {@code UP}, {@code DOWN}, or {@code
 *     NO-CARRIER}; null if it is missing
 * @param mtuBytes the largest payload of a frame; 0 if it is missing
 * @param stations how many are behind it
 * @param queues by how many its device can be read, each by a thread; 0 if it is missing
 * @param queuesMissing why there is not one for each of {@code workers}; null if there is, or as
 *     many as there can be
 * @param portGroup what it has in common with others; null if it is in none
 * @param traffic from and to it
 */
public record PortView(
    String name,
    String network,
    int vni,
    String kind,
    @Nullable Integer vlan,
    String state,
    @Nullable String heldBack,
    @Nullable String link,
    int mtuBytes,
    long stations,
    int queues,
    @Nullable String queuesMissing,
    @Nullable PortGroupView portGroup,
    TrafficView traffic) {}
