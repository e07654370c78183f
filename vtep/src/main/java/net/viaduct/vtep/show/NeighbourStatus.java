package net.viaduct.vtep.show;

import java.util.Optional;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import net.viaduct.wire.IpAddress;

/**
 * Which station has an IP address. Immutable.
 *
 * @param vni of its network
 * @param network its name
 * @param address the IP address
 * @param mac the station
 * @param location where the station is; empty if it is gone, and then nobody answers for it
 * @param origin who says so
 * @param flags how the station is answered for
 * @param ageSeconds how long ago the station told it
 */
public record NeighbourStatus(
    int vni,
    String network,
    IpAddress address,
    long mac,
    Optional<Location> location,
    Origin origin,
    Flags flags,
    int ageSeconds) {
  /**
   * How a station is answered for. Immutable.
   *
   * @param router whether it is an IPv6 router
   * @param override whether the answer replaces what the other knows
   * @param contested whether another station claims the address, so that nobody answers
   */
  public record Flags(boolean router, boolean override, boolean contested) {}
}
