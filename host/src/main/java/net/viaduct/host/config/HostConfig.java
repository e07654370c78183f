package net.viaduct.host.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.queue.QueueSettings;

/**
 * All that a host is told. Immutable; what cannot be is refused where it is made.
 *
 * @param host the host's name
 * @param underlay how tunnel packets leave and reach it
 * @param underlayQueue what waits before it leaves by the underlay; nothing does if it is empty
 * @param networks the overlays that it takes part in, in the order of the file
 * @param latency what it gives for short waits: low takes a core, balanced one while frames come
 *     densely and nobody else wants it, power sleeps at once
 * @param workers how many threads forward, as many cores as it may take: 1 to 64; more than one
 *     goes with sockets as the way of the underlay
 * @param mostStations how many stations it holds in all
 * @param apiSocket where the local API listens
 * @param apiGroup the group of users that may use the local API, if not the one that runs the host
 * @param countersFile where other processes read the counters
 * @param controller how it follows a controller, if it does
 */
public record HostConfig(
    String host,
    UnderlayConfig underlay,
    Optional<QueueSettings> underlayQueue,
    Latency latency,
    List<NetworkConfig> networks,
    int workers,
    int mostStations,
    Path apiSocket,
    Optional<String> apiGroup,
    Path countersFile,
    Optional<ControllerConfig> controller) {
  /** Where sockets and counters are, if nothing else is said. */
  public static final Path RUN_DIRECTORY = Path.of("/run/viaduct");

  /** As many stations as a host holds unless it is told otherwise. */
  public static final int DEFAULT_MOST_STATIONS = 65_536;

  /** Checks the ranges. */
  public HostConfig {
    Names.require(host);
    IntRange.STATIONS.require(mostStations);
    IntRange.WORKERS.require(workers);
    networks = List.copyOf(networks);
  }

  /** The same with other networks. */
  public HostConfig with(List<NetworkConfig> others) {
    return new HostConfig(
        host,
        underlay,
        underlayQueue,
        latency,
        others,
        workers,
        mostStations,
        apiSocket,
        apiGroup,
        countersFile,
        controller);
  }

  /** The socket of a host of this name, if nothing else is said. */
  public static Path defaultSocket(String host) {
    return RUN_DIRECTORY.resolve(host + ".sock");
  }

  /** The counters file beside a socket, if nothing else is said: where it is looked for too. */
  public static Path defaultCounters(Path socket) {
    String name = String.valueOf(socket.getFileName());
    String stem = name.endsWith(".sock") ? name.substring(0, name.length() - 5) : name;
    return socket.resolveSibling(stem + ".counters");
  }
}
