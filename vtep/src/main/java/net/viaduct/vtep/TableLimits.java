package net.viaduct.vtep;

/**
 * How large the tables may become; what is beyond is refused and counted. Immutable.
 *
 * @param stations in all
 * @param stationsPerNetwork in each network
 * @param stationsPerPort behind each port
 * @param stationsPerRemote behind each remote
 * @param networks up to 65,536
 * @param ports up to 65,536
 * @param remotes configured and learned ones, up to 65,536
 */
public record TableLimits(
    int stations,
    int stationsPerNetwork,
    int stationsPerPort,
    int stationsPerRemote,
    int networks,
    int ports,
    int remotes) {
  /** A million stations, thousands of networks and ports, ten thousand hosts. */
  public static final TableLimits DEFAULT =
      new TableLimits(1 << 20, 1 << 18, 1 << 14, 1 << 16, 1 << 12, 1 << 12, 1 << 14);

  private static final int MOST_OBJECTS = 1 << 16;

  /** Checks the ranges. */
  public TableLimits {
    check("stations", stations, 1 << 26);
    check("stations per network", stationsPerNetwork, 1 << 26);
    check("stations per port", stationsPerPort, 1 << 26);
    check("stations per remote", stationsPerRemote, 1 << 26);
    check("networks", networks, MOST_OBJECTS);
    check("ports", ports, MOST_OBJECTS);
    check("remotes", remotes, MOST_OBJECTS);
  }

  private static void check(String what, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "limit of " + what + ": " + value + " is not within 1 to " + most);
    }
  }
}
