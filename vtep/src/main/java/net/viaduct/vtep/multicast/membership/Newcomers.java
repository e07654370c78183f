package net.viaduct.vtep.multicast.membership;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.viaduct.vtep.tables.LocalPort;

/**
 * Ports and remotes that are too new to have been asked, for IPv4 and for IPv6: each family has a
 * querier of its own, which may begin to ask long after the other one. Owned by the data-path
 * thread; allocates only when it grows.
 */
public final class Newcomers {
  private final PlaceTimes newIpv4 = new PlaceTimes();
  private final PlaceTimes newIpv6 = new PlaceTimes();
  private final List<LocalPort> unasked = new ArrayList<>();

  /** Nobody is new. */
  public Newcomers() {}

  /** Enters those of the places that were not known; whether there are any. */
  public boolean welcome(Object[] places, Object[] known, long untilIpv4Ns, long untilIpv6Ns) {
    boolean someNew = false;
    for (Object place : places) {
      if (!Arrays.asList(known).contains(place)) {
        newIpv4.mark(place, untilIpv4Ns);
        newIpv6.mark(place, untilIpv6Ns);
        someNew = true;
        if (place instanceof LocalPort port) {
          unasked.add(port);
        }
      }
    }
    return someNew;
  }

  /** New ports, to be asked once whoever asks otherwise (RFC 4541 section 2.1.1). */
  public List<LocalPort> unasked() {
    return unasked;
  }

  /** Those to whom everything of a family goes. */
  public PlaceTimes of(boolean ipv4) {
    return ipv4 ? newIpv4 : newIpv6;
  }

  /** Those who are new for one family at least; a copy, for a person to see. */
  public PlaceTimes ofAny() {
    PlaceTimes all = new PlaceTimes();
    all.markAll(newIpv4);
    all.markAll(newIpv6);
    return all;
  }

  /** Forgets those whose time has come, or that are gone; whether there were any. */
  public boolean prune(Places present, long nowNs) {
    boolean some = newIpv4.prune(present, nowNs);
    some |= newIpv6.prune(present, nowNs);
    return some;
  }
}
