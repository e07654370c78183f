package net.viaduct.host.view;

/**
 * Which stations somebody asks for; what is empty does not matter.
 *
 * @param network by its name or its VNI
 * @param port behind which they are
 * @param remote behind which they are, an IP address as {@link StationView#remote} has it
 * @param mac the address, as {@link StationView#mac} has it
 * @param origin who says where they are: {@code static}, {@code learned}
 */
public record StationFilter(String network, String port, String remote, String mac, String origin) {
  /** All stations. */
  public static final StationFilter ANY = new StationFilter("", "", "", "", "");

  /** Whether all stations are meant. */
  public boolean isAny() {
    return equals(ANY);
  }

  /** Whether it is one of them. */
  public boolean passes(StationView station) {
    return isIn(station.network(), station.vni())
        && (port.isEmpty() || port.equals(station.port()))
        && (remote.isEmpty() || remote.equals(station.remote()))
        && (mac.isEmpty() || mac.equals(station.mac()))
        && (origin.isEmpty() || origin.equals(station.origin()));
  }

  /** Whether it is an address of one of them; the origin is that of the address. */
  public boolean passes(NeighbourView neighbour) {
    return isIn(neighbour.network(), neighbour.vni())
        && (port.isEmpty() || port.equals(neighbour.port()))
        && (remote.isEmpty() || remote.equals(neighbour.remote()))
        && (mac.isEmpty() || mac.equals(neighbour.mac()))
        && (origin.isEmpty() || origin.equals(neighbour.origin()));
  }

  private boolean isIn(String name, int vni) {
    return network.isEmpty() || network.equals(name) || network.equals(String.valueOf(vni));
  }
}
