package net.viaduct.vtep.show;

import java.util.List;
import java.util.Optional;
import net.viaduct.vtep.Location;
import net.viaduct.wire.IpAddress;

/**
 * One thing that is known about multicast in a network that snoops. Immutable.
 *
 * @param vni of the network
 * @param network its name
 * @param kind what is known
 * @param group which is listened to; of a querier its address
 * @param at the port or the remote; empty if it is this host, or not told
 * @param sources the only ones that a listener wants; empty if any
 * @param untilSeconds when it is forgotten, if nothing more is heard, by the VTEP's clock
 */
public record MulticastStatus(
    int vni,
    String network,
    Kind kind,
    IpAddress group,
    Optional<Location> at,
    List<IpAddress> sources,
    int untilSeconds) {
  /** What is known. */
  public enum Kind {
    /** Somebody listens. */
    LISTENER,
    /** A multicast router is there and gets everything. */
    ROUTER,
    /** Too new to have answered, so gets everything. */
    NEW,
    /** This host asks who listens. */
    ASKED_HERE,
    /** Another host or a router asks who listens. */
    ASKED_ELSEWHERE
  }

  /** Copies the list. */
  public MulticastStatus {
    sources = List.copyOf(sources);
  }

  /** The same, told in seconds from now. */
  public MulticastStatus from(int nowSeconds) {
    return new MulticastStatus(
        vni, network, kind, group, at, sources, Math.max(0, untilSeconds - nowSeconds));
  }
}
