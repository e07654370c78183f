package net.viaduct.vtep;

import java.util.Set;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.IpAddress;

/**
 * What a network is to be. Immutable.
 *
 * @param vni 0 to 16,777,215
 * @param name for a person; also the label of its counters
 * @param flood where BUM goes beyond this host
 * @param accepted the only addresses whose datagrams are taken (R12); if empty, the remotes of the
 *     flood list, and with a group any address
 * @param settings how it behaves otherwise
 */
public record NetworkConfig(
    int vni, String name, FloodList flood, Set<IpAddress> accepted, NetworkSettings settings) {
  /** VNIs have 24 bits. */
  public static final int MAX_VNI = 0xff_ffff;

  /** Checks the VNI, by what the encapsulation can carry too. */
  public NetworkConfig {
    accepted = Set.copyOf(accepted);
    if (vni < 0 || vni > MAX_VNI) {
      throw new IllegalArgumentException("VNI " + vni + " is not within 0 to " + MAX_VNI);
    }
    settings.encapsulation().requireVni(vni);
  }

  /** A network that learns as the VTEP does. */
  public NetworkConfig(
      int vni, String name, FloodList flood, Set<IpAddress> accepted, TagPolicy tags) {
    this(vni, name, flood, accepted, tags, StationPolicy.USUAL);
  }

  /** A network that differs from the usual in these two points. */
  public NetworkConfig(
      int vni,
      String name,
      FloodList flood,
      Set<IpAddress> accepted,
      TagPolicy tags,
      StationPolicy stations) {
    this(
        vni,
        name,
        flood,
        accepted,
        NetworkSettings.DEFAULT.with(new TagSettings(tags)).with(stations));
  }

  /** A network that takes untagged frames only, from those that it floods to. */
  public NetworkConfig(int vni, String name, FloodList flood) {
    this(vni, name, flood, Set.of(), TagPolicy.DROP);
  }

  /** The same with another flood list. */
  public NetworkConfig with(FloodList other) {
    return new NetworkConfig(vni, name, other, accepted, settings);
  }

  /** The same with other settings. */
  public NetworkConfig with(NetworkSettings other) {
    return new NetworkConfig(vni, name, flood, accepted, other);
  }

  /** How it comes to know stations. */
  public StationPolicy stations() {
    return settings.stations();
  }
}
