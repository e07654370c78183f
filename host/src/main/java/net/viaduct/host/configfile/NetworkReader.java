package net.viaduct.host.configfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.Names;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** Reads one network. Owned by the thread that reads. */
final class NetworkReader {
  private final NetworkContext context;
  private final String name;
  private final Section section;
  private EncapsulationSettings encapsulation = EncapsulationSettings.DEFAULT;

  NetworkReader(NetworkContext context, String name, Section section) {
    this.context = context;
    this.name = name;
    this.section = section;
  }

  Optional<NetworkConfig> read() {
    boolean named = nameIsRight();
    Optional<Integer> vni = section.need("vni", IntRange.VNI.right()).flatMap(this::readVni);
    NetworkSettings settings = new SettingsReader(section, context).read();
    encapsulation = settings.encapsulation();
    boolean carried = vni.isEmpty() || isCarried(vni.get());
    Flood flood =
        section.get("flood").flatMap(this::readFlood).orElse(new Flood.Remotes(List.of()));
    List<PortConfig> ports = readPorts();
    List<StaticStation> stations = readStations(ports);
    section.noMore();
    return named && carried && vni.isPresent()
        ? Optional.of(new NetworkConfig(name, vni.get(), flood, settings, stations, ports))
        : Optional.empty();
  }

  private boolean isCarried(int vni) {
    try {
      encapsulation.requireVni(vni);
      return true;
    } catch (IllegalArgumentException e) {
      section.wrongKey("vni", String.valueOf(e.getMessage()));
      return false;
    }
  }

  private boolean nameIsRight() {
    try {
      Names.require(name);
      return true;
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return false;
    }
  }

  private Optional<Integer> readVni(Value value) {
    Optional<Integer> vni = value.integer(IntRange.VNI);
    vni.flatMap(v -> context.vnis().use(v, "network '" + name + "'", value))
        .ifPresent(first ->
            value.wrong(vni.get() + " is the VNI of " + first + "; each network has its own"));
    return vni;
  }

  private Optional<Flood> readFlood(Value value) {
    return value.isSection()
        ? value.section().flatMap(this::readFlood)
        : value.as(text -> {
          if (!text.equals("controller")) {
            throw new IllegalArgumentException(
                "'"
                    + text
                    + "' is nowhere to flood to; write { group: 239.1.1.100 }, or { remotes:"
                    + " [10.77.0.2] }, or controller");
          }
          return new Flood.Controller();
        });
  }

  private Optional<Flood> readFlood(Section flood) {
    Optional<Flood> group =
        flood
            .get("group")
            .flatMap(v -> v.address().flatMap(a -> v.told(() -> reachable(new Flood.Group(a)))));
    List<Endpoint> remotes = new ArrayList<>();
    Seen seen = new Seen();
    for (Value item : flood.items("remotes")) {
      readRemote(item)
          .filter(remote -> isFirst(seen, remote.address(), item))
          .ifPresent(remotes::add);
    }
    flood.noMore();
    if (flood.has("group") && flood.has("remotes")) {
      flood.wrongKey("remotes", "a network floods to a group or to remotes, not to both");
    } else if (!flood.has("group") && !flood.has("remotes")) {
      flood.wrong(
          "says not where to; { group: 239.1.1.100 } or { remotes: [10.77.0.2, 10.77.0.3] }");
    }
    return flood.has("group") ? group : Optional.of(new Flood.Remotes(remotes));
  }

  private static boolean isFirst(Seen seen, Object thing, Value value) {
    Optional<String> first = seen.use(thing, "first", value);
    first.ifPresent(f -> value.wrong(thing + " comes twice; " + f));
    return first.isEmpty();
  }

  private Flood reachable(Flood.Group group) {
    context.requireReachable(group.address(), "group");
    return group;
  }

  private Optional<Endpoint> readRemote(Value value) {
    return value
        .endpoint(context.usualPort())
        .flatMap(remote ->
            value.told(() -> {
              requireRemote(remote.address());
              return reachedBy(encapsulation.typeFor(remote.address()), remote);
            }));
  }

  /** Where a remote is reached by what it speaks. */
  private Endpoint reachedBy(EncapsulationType type, Endpoint remote) {
    return switch (type) {
      case VXLAN, VXLAN_GBP -> context.requireOnePort(remote);
      case VXLAN_GPE, GENEVE, NVGRE ->
          remote.port() == context.usualPort() || type == EncapsulationType.NVGRE
              ? TunnelPorts.usual(context.usualPort()).endpoint(remote.address(), type)
              : remote;
    };
  }

  private void requireRemote(IpAddress address) {
    if (address.isMulticast()) {
      throw new IllegalArgumentException(
          address
              + " is a multicast group; a remote is one host, a group goes to 'flood: { group:"
              + " ... }'");
    }
    UnderlayConfig.requireUnicast(address);
    if (context.isOwn(address)) {
      throw new IllegalArgumentException(
          address + " is this host's own address; remotes are the others");
    }
    context.requireReachable(address, "address");
  }

  private List<PortConfig> readPorts() {
    List<PortConfig> ports = new ArrayList<>();
    PortReader reader = new PortReader(context, name);
    for (Value item : section.items("ports")) {
      item.section().flatMap(reader::read).ifPresent(ports::add);
    }
    for (SharedDevices.TrunkPort port : context.devices().take(name)) {
      String key = port.config() instanceof PortConfig.Tap ? "tap" : "device";
      section.foundElsewhere("ports[" + ports.size() + "]." + key, port.where());
      ports.add(port.config());
    }
    return ports;
  }

  private List<StaticStation> readStations(List<PortConfig> ports) {
    List<StaticStation> stations = new ArrayList<>();
    List<String> names = ports.stream().map(PortConfig::name).toList();
    Seen seen = new Seen();
    for (Value item : section.items("stations")) {
      item.section().flatMap(s -> readStation(s, names, seen)).ifPresent(stations::add);
    }
    return stations;
  }

  private Optional<StaticStation> readStation(Section station, List<String> ports, Seen seen) {
    Optional<Value> macValue =
        station.need("mac", "a station is { mac: 02:00:00:00:00:01, remote: 10.77.0.2 }");
    Optional<Long> mac =
        macValue.flatMap(v -> v.as(text -> StaticStation.requireStation(MacAddress.parse(text))));
    Optional<Endpoint> remote = station.get("remote").flatMap(this::readRemote);
    Optional<String> port = station.get("port").flatMap(v -> v.as(text -> known(text, ports)));
    station.noMore();
    if (station.has("remote") == station.has("port")) {
      station.wrong("a station is behind a 'remote' or behind a 'port' of this host: name one");
    }
    if (mac.isEmpty() || !isFirst(seen, MacAddress.format(mac.get()), macValue.orElseThrow())) {
      return Optional.empty();
    }
    return station.has("port")
        ? port.map(p -> new StaticStation.Local(mac.get(), p))
        : remote.map(r -> new StaticStation.Remote(mac.get(), r));
  }

  private static String known(String port, List<String> ports) {
    if (!ports.contains(port)) {
      String right =
          NearestKey.of(port, ports)
              .map(p -> "did you mean '" + p + "'?")
              .orElse(ports.isEmpty() ? "it has none" : "its ports: " + String.join(", ", ports));
      throw new IllegalArgumentException("'" + port + "' is not a port of this network; " + right);
    }
    return port;
  }
}
