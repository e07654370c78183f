package net.viaduct.vtep.moving;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import org.jspecify.annotations.Nullable;

/**
 * The stations that come here or leave: few, and only for some seconds each. Owned by the data-path
 * thread; any thread may list them.
 */
public final class MovingStations {
  private static final int NETWORK_SHIFT = 48;

  private volatile MovingStation[] stations = {};
  private long[] keys = {};

  /** None. */
  public MovingStations() {}

  private static long key(Network network, long mac) {
    return (long) network.index() << NETWORK_SHIFT | mac;
  }

  private static long key(MovingStation station) {
    return key(station.network(), station.mac());
  }

  /** One of them, or null. Owner. */
  @Nullable MovingStation find(Network network, long mac) {
    if (keys.length == 0) {
      return null;
    }
    int at = Arrays.binarySearch(keys, key(network, mac));
    return at < 0 || stations[at].network() != network ? null : stations[at];
  }

  /**
   * A station moves from now on.
   *
   * @param port of it here, if it has one
   * @param next where it goes; null if it comes here
   */
  public void put(
      Network network, long mac, MovePart part, @Nullable LocalPort port, @Nullable Remote next) {
    remove(network.vni(), mac);
    List<MovingStation> all = new ArrayList<>(List.of(stations));
    all.add(new MovingStation(network, mac, part, port, next));
    if (next != null) {
      next.acquire();
    }
    set(all);
    mark(network, port);
  }

  /** A station moves no more; one that does not is no error. */
  public void remove(int vni, long mac) {
    for (MovingStation station : stations) {
      if (station.network().vni() == vni && station.mac() == mac) {
        remove(station);
      }
    }
  }

  private void remove(MovingStation station) {
    List<MovingStation> all = new ArrayList<>(List.of(stations));
    all.remove(station);
    set(all);
    mark(station.network(), station.port());
    Remote next = station.next();
    if (next != null) {
      next.release();
    }
  }

  /** Lets the path of frames know where it has to look. */
  private void mark(Network network, @Nullable LocalPort port) {
    if (port != null) {
      port.moves(Arrays.stream(stations).anyMatch(it -> it.port() == port));
    }
    network.awaits(
        Arrays.stream(stations).anyMatch(it -> it.network() == network && it.comesHere()));
  }

  private void set(List<MovingStation> all) {
    all.sort(Comparator.comparingLong(MovingStations::key));
    stations = all.toArray(MovingStation[]::new);
    keys = all.stream().mapToLong(MovingStations::key).toArray();
  }

  /** All of them; any thread. */
  public List<MovingStation> all() {
    return List.of(stations);
  }
}
