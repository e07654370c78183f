package net.viaduct.host.view;

import org.jspecify.annotations.Nullable;

/**
 * What a port has in common with others of its group.
 *
 * @param name of the group: of the file's {@code port-groups}, or {@code controller/NAME}
 * @param fromPortBitsPerSecond how much may come from the port; null if that is not limited
 * @param toPortBitsPerSecond how much goes to it; null if nothing waits there
 * @param tunnelDscp the class of its packets in the underlay; null if the network or the inner one
 *     says it
 * @param mostStations how many it may have; null if as many as others
 */
public record PortGroupView(
    String name,
    @Nullable Long fromPortBitsPerSecond,
    @Nullable Long toPortBitsPerSecond,
    @Nullable Integer tunnelDscp,
    @Nullable Integer mostStations) {}
