package net.viaduct.host.config;

import java.time.Duration;
import java.util.List;
import net.viaduct.vtep.settings.NetworkSettings;

/**
 * One overlay Ethernet. Immutable.
 *
 * @param name by which people know it
 * @param vni 1 to 16777215
 * @param flood where frames without a known destination go: to a group, to remotes, or to whom a
 *     controller says ({@code controller})
 * @param settings how it behaves otherwise
 * @param stations those that are known without learning
 * @param ports where it is attached on this host
 */
public record NetworkConfig(
    String name,
    int vni,
    Flood flood,
    NetworkSettings settings,
    List<StaticStation> stations,
    List<PortConfig> ports) {
  /** After IEEE 802.1Q. */
  public static final Duration DEFAULT_AGEING = Duration.ofMinutes(5);

  /** The longest ageing time of IEEE 802.1Q. */
  public static final Duration LONGEST_AGEING = Duration.ofSeconds(1_000_000);

  /** Checks the ranges. */
  public NetworkConfig {
    Names.require(name);
    IntRange.VNI.require(vni);
    stations = List.copyOf(stations);
    ports = List.copyOf(ports);
  }

  /**
   * The time, if it is right.
   *
   * @throws IllegalArgumentException if it is not, with what would be
   */
  public static Duration requireAgeing(Duration ageing) {
    if (ageing.compareTo(Duration.ofSeconds(1)) < 0 || ageing.compareTo(LONGEST_AGEING) > 0) {
      throw new IllegalArgumentException(
          ageing.toMillis() / 1000.0 + "s is out of range; an ageing time is 1s to 1000000s");
    }
    return ageing;
  }
}
