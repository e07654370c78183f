package net.viaduct.vtep.settings;

/**
 * How a network behaves, by topic. Immutable.
 *
 * @param stations how it comes to know stations
 * @param tags what becomes of VLAN tags
 * @param encapsulation how its frames are wrapped
 * @param multicast who gets multicast frames
 * @param storm how much may be flooded
 * @param neighbours what is known about IP addresses of stations
 * @param path what becomes of frames that do not fit
 */
public record NetworkSettings(
    StationPolicy stations,
    TagSettings tags,
    EncapsulationSettings encapsulation,
    MulticastSettings multicast,
    StormSettings storm,
    NeighbourSettings neighbours,
    PathSettings path) {
  /** Everything as usual. */
  public static final NetworkSettings DEFAULT =
      new NetworkSettings(
          StationPolicy.USUAL,
          TagSettings.DEFAULT,
          EncapsulationSettings.DEFAULT,
          MulticastSettings.DEFAULT,
          StormSettings.DEFAULT,
          NeighbourSettings.DEFAULT,
          PathSettings.DEFAULT);

  /** The same, but for how it comes to know stations. */
  public NetworkSettings with(StationPolicy other) {
    return new NetworkSettings(other, tags, encapsulation, multicast, storm, neighbours, path);
  }

  /** The same, but for tags. */
  public NetworkSettings with(TagSettings other) {
    return new NetworkSettings(stations, other, encapsulation, multicast, storm, neighbours, path);
  }

  /** The same, but for the encapsulation. */
  public NetworkSettings with(EncapsulationSettings other) {
    return new NetworkSettings(stations, tags, other, multicast, storm, neighbours, path);
  }

  /** The same, but for multicast. */
  public NetworkSettings with(MulticastSettings other) {
    return new NetworkSettings(stations, tags, encapsulation, other, storm, neighbours, path);
  }

  /** The same, but for storms. */
  public NetworkSettings with(StormSettings other) {
    return new NetworkSettings(stations, tags, encapsulation, multicast, other, neighbours, path);
  }

  /** The same, but for neighbours. */
  public NetworkSettings with(NeighbourSettings other) {
    return new NetworkSettings(stations, tags, encapsulation, multicast, storm, other, path);
  }

  /** The same, but for the path. */
  public NetworkSettings with(PathSettings other) {
    return new NetworkSettings(stations, tags, encapsulation, multicast, storm, neighbours, other);
  }
}
