package net.viaduct.vtep.show;

import java.util.List;
import java.util.OptionalInt;

/**
 * Some of the IP addresses that are known. Immutable.
 *
 * @param addresses in no order
 * @param next where to go on; empty at the end
 */
public record NeighbourPage(List<NeighbourStatus> addresses, OptionalInt next) {
  /** Copies. */
  public NeighbourPage {
    addresses = List.copyOf(addresses);
  }
}
