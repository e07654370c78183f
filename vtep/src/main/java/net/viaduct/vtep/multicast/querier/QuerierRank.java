package net.viaduct.vtep.multicast.querier;

import net.viaduct.wire.IpAddress;

/**
 * Where somebody who asks stands among the others: the lowest asks. Immutable.
 *
 * @param anonymous whether queries come from 0.0.0.0
 * @param address the source of the queries; of an anonymous VTEP its underlay address
 */
public record QuerierRank(boolean anonymous, IpAddress address) implements Comparable<QuerierRank> {
  @Override
  public int compareTo(QuerierRank that) {
    return anonymous == that.anonymous
        ? address.compareTo(that.address)
        : Boolean.compare(anonymous, that.anonymous);
  }
}
