package net.viaduct.vtep.show;

import java.util.List;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.NetworkConfig;

/**
 * A network at one moment. Immutable.
 *
 * @param config what it is, its VNI, name and flood list among that
 * @param ports the names of its ports, sorted
 * @param stations how many stations are known in it, those that are just about to be swept away
 *     among them
 * @param counters traffic and drops
 */
public record NetworkStatus(
    NetworkConfig config, List<String> ports, int stations, CounterValues counters) {
  /** Keeps a copy. */
  public NetworkStatus {
    ports = List.copyOf(ports);
  }
}
