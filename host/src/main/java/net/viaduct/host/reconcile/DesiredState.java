package net.viaduct.host.reconcile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.StationMove;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
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
 * @param moves of stations between this host and others
 */
public record DesiredState(
    Listening listening,
    Optional<QueueSettings> underlayQueue,
    Map<Integer, NetworkConfig> networks,
    Map<IpAddress, Endpoint> remotes,
    Map<String, DesiredPort> ports,
    Map<StationKey, StationPlace> stations,
    Map<StationKey, MovePart> moves) {
  /** Nothing at all: how a VTEP begins, and ends. */
  public static final DesiredState EMPTY =
      new DesiredState(
          Listening.UNSAID, Optional.empty(), Map.of(), Map.of(), Map.of(), Map.of(), Map.of());

  /**
   * What follows from a configuration alone.
   *
   * @param largestMtuBytes the largest MTU of a port whose frames fit into the underlay
   */
  public static DesiredState of(HostConfig config, int largestMtuBytes) {
    return of(config, Map.of(), Map.of(), largestMtuBytes);
  }

  /**
   * What follows from a configuration and a controller.
   *
   * @param told the stations that the controller tells, by VNI; none that the configuration has
   * @param moving those that move between this host and others, by VNI
   * @param largestMtuBytes the largest MTU of a port whose frames fit into the underlay
   */
  public static DesiredState of(
      HostConfig config,
      Map<Integer, List<StaticStation>> told,
      Map<Integer, List<StationMove>> moving,
      int largestMtuBytes) {
    Map<Integer, NetworkConfig> networks = new TreeMap<>();
    Map<IpAddress, Endpoint> remotes = new TreeMap<>();
    Map<String, DesiredPort> ports = new LinkedHashMap<>();
    Map<StationKey, StationPlace> stations = new LinkedHashMap<>();
    Map<StationKey, MovePart> moves = new LinkedHashMap<>();
    Map<String, Integer> tapMtus = tapMtus(config, largestMtuBytes);
    int groupPort = config.underlay().port();
    for (var network : config.networks()) {
      List<StaticStation> toldHere = told.getOrDefault(network.vni(), List.of());
      networks.put(network.vni(), network(network, toldHere, groupPort));
      for (PortConfig port : network.ports()) {
        ports.put(port.name(), new DesiredPort(port, network.vni(), mtuBytes(port, tapMtus)));
      }
      if (network.flood() instanceof Flood.Mutual mutual) {
        mutual.others().forEach(remote -> remotes.put(remote.address(), remote));
      }
      place(network.vni(), network.stations(), Origin.STATIC, stations, remotes);
      place(network.vni(), toldHere, Origin.CONTROLLER, stations, remotes);
      for (StationMove move : moving.getOrDefault(network.vni(), List.of())) {
        moves.put(new StationKey(network.vni(), move.mac()), part(move, remotes));
      }
    }
    Listening listening = new Listening(groupPort, doors(config));
    return new DesiredState(
        listening, config.underlayQueue(), networks, remotes, ports, stations, moves);
  }

  private static MovePart part(StationMove move, Map<IpAddress, Endpoint> remotes) {
    return switch (move) {
      case StationMove.Here here -> new MovePart.Arriving(here.port());
      case StationMove.Away away -> {
        remotes.put(away.remote().address(), away.remote());
        yield new MovePart.Leaving(away.remote().address());
      }
    };
  }

  /**
   * The same without some ports, and what is at them. A station that leaves for another host has
   * done so if its port is gone.
   */
  public DesiredState without(Set<String> names) {
    if (names.isEmpty()) {
      return this;
    }
    Map<String, DesiredPort> left = new LinkedHashMap<>(ports);
    left.keySet().removeAll(names);
    Map<StationKey, StationPlace> placed = new LinkedHashMap<>();
    stations.forEach((key, at) -> {
      boolean isLost = at.location() instanceof Location.AtPort it && names.contains(it.port());
      if (!isLost) {
        placed.put(key, at);
      } else if (moves.get(key) instanceof MovePart.Leaving next) {
        placed.put(key, new StationPlace(new Location.AtRemote(next.remote()), at.origin()));
      }
    });
    Map<StationKey, MovePart> moving = new LinkedHashMap<>(moves);
    moving.values().removeIf(it -> it instanceof MovePart.Arriving at && names.contains(at.port()));
    return new DesiredState(listening, underlayQueue, networks, remotes, left, placed, moving);
  }

  private static void place(
      int vni,
      List<StaticStation> said,
      Origin origin,
      Map<StationKey, StationPlace> stations,
      Map<IpAddress, Endpoint> remotes) {
    for (StaticStation station : said) {
      Location location =
          switch (station) {
            case StaticStation.Local at -> new Location.AtPort(at.port());
            case StaticStation.Remote at -> {
              remotes.put(at.remote().address(), at.remote());
              yield new Location.AtRemote(at.remote().address());
            }
          };
      stations.put(new StationKey(vni, station.mac()), new StationPlace(location, origin));
    }
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
      net.viaduct.host.config.NetworkConfig network, List<StaticStation> told, int groupPort) {
    FloodList flood =
        switch (network.flood()) {
          case Flood.Group group ->
              new FloodList.Group(
                  TunnelPorts.usual(groupPort)
                      .endpoint(group.address(), network.settings().encapsulation().type()));
          case Flood.Remotes remotes -> new FloodList.Remotes(remotes.endpoints());
          case Flood.Mutual remotes -> new FloodList.Remotes(remotes.endpoints(), true);
          case Flood.Controller _ -> FloodList.NOBODY;
        };
    return new NetworkConfig(
        network.vni(), network.name(), flood, accepted(network, told), network.settings());
  }

  /** A remote with a station is one whose frames are taken, as one in the flood list. */
  private static Set<IpAddress> accepted(
      net.viaduct.host.config.NetworkConfig network, List<StaticStation> told) {
    List<IpAddress> withStations =
        Stream.concat(network.stations().stream(), told.stream())
            .filter(StaticStation.Remote.class::isInstance)
            .map(station -> ((StaticStation.Remote) station).remote().address())
            .toList();
    Set<IpAddress> accepted = new HashSet<>(withStations);
    switch (network.flood()) {
      case Flood.Mutual remotes ->
          Stream.concat(remotes.endpoints().stream(), remotes.others().stream())
              .forEach(endpoint -> accepted.add(endpoint.address()));
      case Flood.Remotes remotes when !withStations.isEmpty() ->
          remotes.endpoints().forEach(endpoint -> accepted.add(endpoint.address()));
      case Flood.Remotes _, Flood.Group _, Flood.Controller _ -> {
        return Set.of();
      }
    }
    return accepted;
  }
}
