package net.viaduct.vtep.settings;

import java.time.Duration;
import java.util.List;
import net.viaduct.wire.IpAddress;

/**
 * What a network knows about the IP addresses of its stations, and what it does with that.
 * Immutable.
 *
 * @param suppression whether questions of stations here (ARP, neighbour solicitations) are answered
 *     here from what is known, instead of being flooded (R52)
 * @param unknown what becomes of questions for an address that nobody knows, with suppression
 * @param believed for how long a station that is silent is answered for; after that the question
 *     goes on, and the station itself answers
 * @param limit how many learned addresses the network may have
 * @param known addresses that are said instead of learned
 */
public record NeighbourSettings(
    boolean suppression, Unknown unknown, Duration believed, int limit, List<Known> known) {
  /** The largest limit. */
  public static final int MOST_ADDRESSES = 1 << 20;

  private static final Duration LONGEST = Duration.ofDays(1);

  /** Learns, and lets every question pass. */
  public static final NeighbourSettings DEFAULT =
      new NeighbourSettings(false, Unknown.FLOOD, Duration.ofMinutes(1), 16_384, List.of());

  /** What becomes of a question that cannot be answered here. */
  public enum Unknown {
    /** It is flooded, as without suppression. */
    FLOOD,
    /** It is dropped: whoever is not known is not there. */
    DROP
  }

  /**
   * Which station has an address. Immutable.
   *
   * @param address of the station
   * @param mac of the station
   * @param router whether it is an IPv6 router
   */
  public record Known(IpAddress address, long mac, boolean router) {
    /** Checks that a station can have the address. */
    public Known {
      if (address.isMulticast() || address.isUnspecified()) {
        throw new IllegalArgumentException(address + " is no address of a station");
      }
    }
  }

  /** Checks the ranges. */
  public NeighbourSettings {
    known = List.copyOf(known);
    if (believed.compareTo(Duration.ofSeconds(1)) < 0 || believed.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "a silent station answered for during " + believed + ", which is not within 1s to 1d");
    }
    if (limit < 1 || limit > MOST_ADDRESSES) {
      throw new IllegalArgumentException(
          "a limit of " + limit + " addresses is not within 1 to " + MOST_ADDRESSES);
    }
  }

  /** The same, answering here or not. */
  public NeighbourSettings suppressing(boolean answers) {
    return new NeighbourSettings(answers, unknown, believed, limit, known);
  }

  /** The same with another way for what is unknown. */
  public NeighbourSettings with(Unknown other) {
    return new NeighbourSettings(suppression, other, believed, limit, known);
  }

  /** The same with these addresses said. */
  public NeighbourSettings with(List<Known> others) {
    return new NeighbourSettings(suppression, unknown, believed, limit, others);
  }
}
