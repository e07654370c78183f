package net.viaduct.vtep.multicast;

import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.multicast.querier.QuerierRank;
import net.viaduct.wire.IpAddress;

/**
 * What this host asks as. Immutable.
 *
 * @param underlay its address in the underlay
 */
record OwnRanks(IpAddress underlay) {
  long mac() {
    return HostAddress.mac(underlay);
  }

  /** As the source of IGMP queries. */
  QuerierRank ipv4(IpAddress source) {
    boolean anonymous = source.isUnspecified();
    return new QuerierRank(anonymous, anonymous ? underlay : source);
  }

  /** As the source of MLD queries. */
  QuerierRank ipv6() {
    return new QuerierRank(
        false, new IpAddress(HostAddress.linkLocalHigh(), HostAddress.linkLocalLow(mac())));
  }
}
