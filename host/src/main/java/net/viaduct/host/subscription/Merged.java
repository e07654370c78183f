package net.viaduct.host.subscription;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.StationMove;

/**
 * What a host's file and its controller say together. Immutable.
 *
 * @param config the file's, with the networks and ports of the controller
 * @param stations that the controller tells, by VNI
 * @param moves of stations between this host and others, by VNI
 * @param fallenBack VNIs of told networks in which what is learned counts more than what is told,
 *     as no controller is there for long; how one that the file has learns is said there
 * @param troubles what the controller says and this host cannot do, a sentence each
 */
public record Merged(
    HostConfig config,
    Map<Integer, List<StaticStation>> stations,
    Map<Integer, List<StationMove>> moves,
    Set<Integer> fallenBack,
    List<String> troubles) {
  /** Copies what it is given. */
  public Merged {
    stations = Map.copyOf(stations);
    moves = Map.copyOf(moves);
    fallenBack = Set.copyOf(fallenBack);
    troubles = List.copyOf(troubles);
  }

  /** What a file says alone. */
  public static Merged of(HostConfig config) {
    return new Merged(config, Map.of(), Map.of(), Set.of(), List.of());
  }
}
