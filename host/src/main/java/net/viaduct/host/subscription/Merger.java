package net.viaduct.host.subscription;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.StationMove;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.host.subscription.ToldNetwork.ToldMove;
import net.viaduct.host.subscription.ToldNetwork.ToldStation;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what a host's file and its controller say. The file outranks the controller: what
 * contradicts it is left out and told, and the rest is done. Used once, by one thread.
 */
public final class Merger {
  private final HostConfig file;
  private final long awayNs;
  private final Set<Integer> fallenBack = new HashSet<>();
  private final Map<String, NetworkConfig> networks = new LinkedHashMap<>();
  private final Map<Integer, List<StaticStation>> stations = new HashMap<>();
  private final Map<Integer, List<StationMove>> moves = new HashMap<>();
  private final Set<String> troubles = new LinkedHashSet<>();
  private final ToldPorts ports;
  private final Map<IpAddress, Endpoint> remotes = new HashMap<>();
  private int room;

  private Merger(HostConfig file, Predicate<String> isForeignDevice, long awayNs) {
    this.file = file;
    this.ports = new ToldPorts(file, isForeignDevice, troubles::add);
    this.awayNs = awayNs;
    this.room = file.mostStations();
    for (NetworkConfig network : file.networks()) {
      networks.put(network.name(), network);
      room -= network.stations().size();
      network.stations().stream()
          .filter(StaticStation.Remote.class::isInstance)
          .map(station -> ((StaticStation.Remote) station).remote())
          .forEach(remote -> remotes.put(remote.address(), remote));
      if (network.flood() instanceof Flood.Remotes list) {
        list.endpoints().forEach(remote -> remotes.put(remote.address(), remote));
      }
    }
  }

  /**
   * Both together.
   *
   * @param isForeignDevice whether there is a device of a name that this host did not make: it
   *     becomes the port; otherwise a tap is made
   * @param awayNs for how long no controller is there; 0 if one is
   */
  public static Merged merge(
      HostConfig file, List<ToldNetwork> told, Predicate<String> isForeignDevice, long awayNs) {
    Merger merger = new Merger(file, isForeignDevice, awayNs);
    told.forEach(merger::add);
    merger.ports.tellHeldTogether(merger.networks.values());
    return new Merged(
        file.with(List.copyOf(merger.networks.values())),
        merger.stations,
        merger.moves,
        merger.fallenBack,
        List.copyOf(merger.troubles));
  }

  private void add(ToldNetwork told) {
    if (told.unknown().isLearnedAfter(awayNs)) {
      fallenBack.add(told.vni());
    }
    NetworkConfig own = ownNetwork(told);
    if (own != null && !(own.flood() instanceof Flood.Controller)) {
      trouble(
          "network '%s' (VNI %d) has a flood list in the file, so that of the controller is not"
                  .formatted(own.name(), own.vni())
              + " used; write 'flood: controller' there");
      return;
    }
    try {
      NetworkConfig network = own == null ? fresh(told) : withRank(own);
      networks.put(network.name(), with(network, told));
    } catch (IllegalArgumentException e) {
      trouble("network '%s' (VNI %d): %s".formatted(told.name(), told.vni(), e.getMessage()));
    }
  }

  private @Nullable NetworkConfig ownNetwork(ToldNetwork told) {
    return networks.values().stream()
        .filter(network -> network.vni() == told.vni())
        .findFirst()
        .orElse(null);
  }

  private NetworkConfig fresh(ToldNetwork told) {
    NetworkConfig namesake = networks.get(told.name());
    if (namesake != null) {
      throw new IllegalArgumentException(
          "its name is that of a network of the file, with VNI " + namesake.vni());
    }
    return new NetworkConfig(
        told.name(),
        told.vni(),
        new Flood.Controller(),
        NetworkSettings.DEFAULT.with(policy(told)),
        List.of(),
        List.of());
  }

  /** Where all stations are told nothing has to be learned, unless nobody is there to tell it. */
  private StationPolicy policy(ToldNetwork told) {
    if (fallenBack.contains(told.vni())) {
      return StationPolicy.USUAL.announcingNew(true).outrankingTold(true);
    }
    if (!told.unknown().dropped()) {
      return StationPolicy.USUAL;
    }
    return StationPolicy.USUAL.with(StationPolicy.Sources.NOTHING).with(StationPolicy.Unknown.DROP);
  }

  /** How stations are learned the file says; whether that counts more than what is told, not. */
  private NetworkConfig withRank(NetworkConfig own) {
    StationPolicy policy = own.settings().stations();
    return new NetworkConfig(
        own.name(),
        own.vni(),
        own.flood(),
        own.settings().with(policy.outrankingTold(fallenBack.contains(own.vni()))),
        own.stations(),
        own.ports());
  }

  private NetworkConfig with(NetworkConfig network, ToldNetwork told) {
    Map<String, Endpoint> reached = reached(network, told);
    List<PortConfig> all = new ArrayList<>(network.ports());
    List<NeighbourSettings.Known> known = place(network, told, reached, all);
    moves.put(
        network.vni(),
        told.moves().stream()
            .flatMap(move ->
                attempt(
                    network,
                    "the move of " + MacAddress.format(move.mac()),
                    () -> part(network, told, move, reached, all))
                    .stream())
            .flatMap(Optional::stream)
            .toList());
    Flood flood =
        told.group()
            .flatMap(group ->
                attempt(network, "its group, so that it floods to its members", () -> group(group)))
            .orElseGet(() -> flood(told, reached));
    NeighbourSettings neighbours = network.settings().neighbours();
    return new NetworkConfig(
        network.name(),
        network.vni(),
        flood,
        network
            .settings()
            .with(neighbours.with(known).suppressing(neighbours.suppression() || !known.isEmpty())),
        network.stations(),
        all);
  }

  private Flood group(IpAddress group) {
    if (file.underlay().addresses().stream().noneMatch(it -> it.isIpv4() == group.isIpv4())) {
      throw new IllegalArgumentException(group + " is of a family that this underlay has not");
    }
    return new Flood.Group(group);
  }

  private Map<String, Endpoint> reached(NetworkConfig network, ToldNetwork told) {
    Map<String, Endpoint> reached = new TreeMap<>();
    told.members()
        .forEach((host, endpoints) -> {
          if (!host.equals(file.host())) {
            attempt(network, "host " + host, () -> reach(network, host, endpoints))
                .flatMap(it -> it)
                .ifPresent(endpoint -> reached.put(host, endpoint));
          }
        });
    return reached;
  }

  /** Places the stations, and makes the ports that they need; the addresses that are known then. */
  private List<NeighbourSettings.Known> place(
      NetworkConfig network,
      ToldNetwork told,
      Map<String, Endpoint> reached,
      List<PortConfig> all) {
    Optional<String> leg = leg(network, told, all);
    Set<Long> said = new HashSet<>();
    network.stations().forEach(station -> said.add(station.mac()));
    List<StaticStation> placed = new ArrayList<>();
    List<NeighbourSettings.Known> known = new ArrayList<>(network.settings().neighbours().known());
    Set<IpAddress> knownAddresses = new HashSet<>();
    known.forEach(it -> knownAddresses.add(it.address()));
    for (ToldStation station : told.stations()) {
      String mac = MacAddress.format(station.mac());
      Optional<StaticStation> place =
          attempt(
                  network,
                  "station " + mac,
                  () ->
                      station.isDirect()
                          ? direct(told, station, leg, reached)
                          : place(network, told, station, reached, all))
              .flatMap(it -> it);
      if (place.isPresent() && said.add(station.mac()) && isRoom()) {
        placed.add(place.get());
        for (IpAddress address : station.addresses()) {
          if (knownAddresses.add(address)) {
            attempt(
                    network,
                    "an address of " + mac,
                    () -> new NeighbourSettings.Known(address, station.mac(), false))
                .ifPresent(known::add);
          }
        }
      }
    }
    stations.put(network.vni(), placed);
    return known;
  }

  /** Whom this host floods to: with a wire, not those whom the wire brings it to. */
  private Flood flood(ToldNetwork told, Map<String, Endpoint> reached) {
    if (told.wire().legs().isEmpty()) {
      return new Flood.Remotes(reached.values().stream().distinct().toList());
    }
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    Set<Endpoint> others = new LinkedHashSet<>();
    reached.forEach((host, endpoint) ->
        (told.wire().isTunnelled(file.host(), host) ? endpoints : others).add(endpoint));
    return new Flood.Mutual(List.copyOf(endpoints), List.copyOf(others));
  }

  /** The port that is this host's leg, if it has one. */
  private Optional<String> leg(NetworkConfig network, ToldNetwork told, List<PortConfig> all) {
    return told.wire().legs().stream()
        .filter(leg -> leg.host().equals(file.host()))
        .findFirst()
        .flatMap(leg -> ports.leg(network, leg, all));
  }

  /** A station on the wire is at this host's leg, or else behind the gateway. */
  private Optional<StaticStation> direct(
      ToldNetwork told, ToldStation station, Optional<String> leg, Map<String, Endpoint> reached) {
    if (leg.isPresent()) {
      return Optional.of(new StaticStation.Local(station.mac(), leg.get()));
    }
    return Optional.ofNullable(reached.get(told.wire().gateway()))
        .map(gateway -> new StaticStation.Remote(station.mac(), gateway));
  }

  private boolean isRoom() {
    if (room > 0) {
      room--;
      return true;
    }
    trouble(
        "the controller tells more stations than limits.stations, which is "
            + file.mostStations()
            + ": the rest is left out, and found by flooding");
    return false;
  }

  /** Where a member is reached from here, if it is. */
  private Optional<Endpoint> reach(NetworkConfig network, String host, List<Endpoint> endpoints) {
    List<IpAddress> own = file.underlay().addresses();
    for (Endpoint endpoint : endpoints) {
      IpAddress address = endpoint.address();
      if (own.contains(address)) {
        trouble("host " + host + " has this host's own address " + address);
        return Optional.empty();
      }
      if (own.stream().anyMatch(local -> local.isIpv4() == address.isIpv4())) {
        UnderlayConfig.requireUnicast(address);
        Endpoint first = remotes.putIfAbsent(address, endpoint);
        if (first != null && first.port() != endpoint.port()) {
          trouble(
              "host %s at %s has UDP port %d elsewhere, so it is not reached at %d"
                  .formatted(host, address, first.port(), endpoint.port()));
          return Optional.empty();
        }
        return Optional.of(endpoint);
      }
    }
    trouble(
        "host %s of network '%s' has no address of a family that this underlay has"
            .formatted(host, network.name()));
    return Optional.empty();
  }

  private Optional<StaticStation> place(
      NetworkConfig network,
      ToldNetwork told,
      ToldStation station,
      Map<String, Endpoint> reached,
      List<PortConfig> all) {
    if (!station.host().equals(file.host())) {
      Endpoint remote = reached.get(station.host());
      return remote == null
          ? Optional.empty()
          : Optional.of(new StaticStation.Remote(station.mac(), remote));
    }
    StaticStation.requireStation(station.mac()); // or a port would be made for it
    if (station.device().isEmpty()
        || !ports.has(network, told, station.device(), station.group(), all)) {
      return Optional.empty();
    }
    return Optional.of(new StaticStation.Local(station.mac(), station.device()));
  }

  /** One fact that cannot be true here is left out and named; the others hold. */
  private <T> Optional<T> attempt(NetworkConfig network, String what, Supplier<T> fact) {
    try {
      return Optional.of(fact.get());
    } catch (IllegalArgumentException e) {
      trouble("network '%s': %s: %s".formatted(network.name(), what, e.getMessage()));
      return Optional.empty();
    }
  }

  /** What this host has to do with a move, if it has. */
  private Optional<StationMove> part(
      NetworkConfig network,
      ToldNetwork told,
      ToldMove move,
      Map<String, Endpoint> reached,
      List<PortConfig> all) {
    if (move.to().equals(file.host())) {
      return ports.has(network, told, move.device(), group(told, move.mac()), all)
          ? Optional.of(new StationMove.Here(move.mac(), move.device()))
          : Optional.empty();
    }
    if (told.wire().has(file.host()) && told.wire().has(move.to()) && isDirect(told, move.mac())) {
      return Optional.empty(); // both are on the wire that it leaves, so nobody needs a copy
    }
    Endpoint next = reached.get(move.to());
    return move.from().equals(file.host()) && next != null
        ? Optional.of(new StationMove.Away(move.mac(), next))
        : Optional.empty();
  }

  /** The group of the port of a station that moves: also before it is here. */
  private static String group(ToldNetwork told, long mac) {
    return told.stations().stream()
        .filter(station -> station.mac() == mac)
        .map(ToldStation::group)
        .findFirst()
        .orElse("");
  }

  private static boolean isDirect(ToldNetwork told, long mac) {
    return told.stations().stream().anyMatch(station -> station.mac() == mac && station.isDirect());
  }

  private void trouble(String sentence) {
    troubles.add(sentence);
  }
}
