package net.viaduct.host.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.wire.IpAddress;

/**
 * What a VTEP is to be, in its own terms. Immutable.
 *
 * @param listening where tunnel packets are taken in
 * @param underlayQueue what waits before it leaves; nothing does if it is empty
 * @param networks by VNI
 * @param remotes that are to be known whether they speak or not, by address
 * @param ports by name
 * @param stations that are known without learning
 */
public record DesiredState(
    Listening listening,
    Optional<QueueSettings> underlayQueue,
    Map<Integer, NetworkConfig> networks,
    Map<IpAddress, Endpoint> remotes,
    Map<String, DesiredPort> ports,
    Map<StationKey, Location> stations) {
  /** Nothing at all: how a VTEP begins, and ends. */
  public static final DesiredState EMPTY =
      new DesiredState(Listening.UNSAID, Optional.empty(), Map.of(), Map.of(), Map.of(), Map.of());

  /**
   * What follows from a configuration.
   *
   * @param largestMtuBytes the largest MTU of a port whose frames fit into the underlay
   */
  public static DesiredState of(HostConfig config, int largestMtuBytes) {
    Map<Integer, NetworkConfig> networks = new TreeMap<>();
    Map<IpAddress, Endpoint> remotes = new TreeMap<>();
    Map<String, DesiredPort> ports = new LinkedHashMap<>();
    Map<StationKey, Location> stations = new LinkedHashMap<>();
    Map<String, Integer> tapMtus = tapMtus(config, largestMtuBytes);
    int groupPort = config.underlay().port();
    for (var network : config.networks()) {
      networks.put(network.vni(), network(network, groupPort));
      for (PortConfig port : network.ports()) {
        ports.put(port.name(), new DesiredPort(port, network.vni(), mtuBytes(port, tapMtus)));
      }
      for (StaticStation station : network.stations()) {
        StationKey key = new StationKey(network.vni(), station.mac());
        switch (station) {
          case StaticStation.Local at -> stations.put(key, new Location.AtPort(at.port()));
          case StaticStation.Remote at -> {
            stations.put(key, new Location.AtRemote(at.remote().address()));
            remotes.put(at.remote().address(), at.remote());
          }
        }
      }
    }
    Listening listening = new Listening(groupPort, doors(config));
    return new DesiredState(listening, config.underlayQueue(), networks, remotes, ports, stations);
  }

  /** Those of the underlay, and of each encapsulation that a network uses. */
  private static Set<Door> doors(HostConfig config) {
    Set<Door> doors = new HashSet<>(config.underlay().doors());
    TunnelPorts ports = TunnelPorts.usual(config.underlay().port());
    for (EncapsulationType type : EncapsulationType.ALL) {
      if (config.networks().stream().anyMatch(it -> it.settings().encapsulation().uses(type))) {
        doors.add(ports.door(type));
      }
    }
    return doors;
  }

  /** Ports that share a tap share its MTU, which one of them may tell. */
  private static Map<String, Integer> tapMtus(HostConfig config, int largestMtuBytes) {
    Map<String, Integer> mtus = new HashMap<>();
    Map<String, Integer> told = new HashMap<>();
    for (var network : config.networks()) {
      int fitting = PortMtu.of(config, network, largestMtuBytes);
      for (PortConfig port : network.ports()) {
        if (port instanceof PortConfig.Tap tap) {
          mtus.merge(tap.device(), fitting, Math::min);
          tap.mtuBytes().ifPresent(mtuBytes -> told.put(tap.device(), mtuBytes));
        }
      }
    }
    mtus.putAll(told);
    return mtus;
  }

  private static int mtuBytes(PortConfig port, Map<String, Integer> tapMtus) {
    return switch (port) {
      case PortConfig.Tap tap -> tapMtus.getOrDefault(tap.device(), 0);
      case PortConfig.Device _ -> 0;
    };
  }

  private static NetworkConfig network(
      net.viaduct.host.config.NetworkConfig network, int groupPort) {
    FloodList flood =
        switch (network.flood()) {
          case Flood.Group group ->
              new FloodList.Group(
                  TunnelPorts.usual(groupPort)
                      .endpoint(group.address(), network.settings().encapsulation().type()));
          case Flood.Remotes remotes -> new FloodList.Remotes(remotes.endpoints());
        };
    return new NetworkConfig(
        network.vni(), network.name(), flood, accepted(network), network.settings());
  }

  /** A remote with a static station is one whose frames are taken, as one in the flood list. */
  private static Set<IpAddress> accepted(net.viaduct.host.config.NetworkConfig network) {
    List<IpAddress> withStations =
        network.stations().stream()
            .filter(StaticStation.Remote.class::isInstance)
            .map(station -> ((StaticStation.Remote) station).remote().address())
            .toList();
    if (withStations.isEmpty() || !(network.flood() instanceof Flood.Remotes remotes)) {
      return Set.of();
    }
    Set<IpAddress> accepted = new HashSet<>(withStations);
    remotes.endpoints().forEach(endpoint -> accepted.add(endpoint.address()));
    return accepted;
  }
}
