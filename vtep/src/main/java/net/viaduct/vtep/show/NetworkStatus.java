package net.viaduct.vtep.show;

import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.NetworkConfig;

/**
 * A network at one moment. Immutable.
 *
 * @param config what it is, its VNI, name and flood list among that
 * @param ports the names of its ports, sorted
 * @param stations how many stations are known in it, those that are just about to be swept away
 *     among them
 * @param missesGroup whether its group cannot be joined, so that others are asked for copies
 * @param copiesTo remotes that get copies beside the group, because they asked
 * @param counters traffic and drops
 */
public record NetworkStatus(
    NetworkConfig config,
    List<String> ports,
    int stations,
    boolean missesGroup,
    List<Endpoint> copiesTo,
    CounterValues counters) {
  /** Keeps copies. */
  public NetworkStatus {
    ports = List.copyOf(ports);
    copiesTo = List.copyOf(copiesTo);
  }
}
