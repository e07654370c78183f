package net.viaduct.host.configfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import net.viaduct.host.config.ControllerConfig;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.Names;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.host.config.UnderlayWay;
import net.viaduct.host.shapefile.LinkReader;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.QueueSettings;

/** Reads the keys of the first level, and what is in them. Owned by the thread that reads. */
final class HostReader {
  /** {@code sun_path} of {@code struct sockaddr_un} in linux/un.h, without its terminating zero. */
  private static final int SOCKET_PATH_MOST_BYTES = 107;

  private final Findings findings;
  private final String defaultHost;

  HostReader(Findings findings, String defaultHost) {
    this.findings = findings;
    this.defaultHost = defaultHost;
  }

  HostConfig read(Section root) {
    String host = root.get("host").flatMap(v -> v.as(Names::require)).orElse(defaultHost);
    Optional<Section> underlaySection =
        root.need("underlay", "it needs at least an address").flatMap(Value::section);
    Optional<Section> link = underlaySection.flatMap(s -> s.section("link"));
    Optional<UnderlayConfig> underlay = underlaySection.flatMap(s -> new UnderlayReader(s).read());
    Latency latency =
        root.get("latency").flatMap(v -> v.oneOf(Latency.class)).orElse(Latency.BALANCED);
    int workers = readWorkers(root, underlay);
    int mostStations = readLimits(root, HostConfig.DEFAULT_MOST_STATIONS);
    Map<String, PortGroup> groups = new PortGroupReader().read(root.section("port-groups"));
    List<NetworkConfig> networks = readNetworks(root, underlay, mostStations, groups);
    refuseHeldTogether(root, networks);
    Optional<QueueSettings> queue =
        link.flatMap(
            s -> new LinkReader(names(networks, groups), LinkOverhead.ETHERNET).readQueue(s));
    Optional<Section> api = root.section("api");
    Path socket =
        api.flatMap(s -> s.get("socket"))
            .flatMap(v -> v.as(HostReader::socketPath))
            .orElse(HostConfig.defaultSocket(host));
    Optional<String> group = api.flatMap(s -> s.get("group")).flatMap(Value::text);
    api.ifPresent(Section::noMore);
    Optional<Section> counters = root.section("counters");
    Path countersFile =
        counters
            .flatMap(s -> s.get("file"))
            .flatMap(v -> v.as(HostReader::absolutePath))
            .orElse(HostConfig.defaultCounters(socket));
    counters.ifPresent(Section::noMore);
    Optional<ControllerConfig> controller =
        root.section("controller").map(section -> readController(section, host));
    tellUncontrolled(root, networks, controller);
    root.noMore();
    findings.throwIfWrong();
    return new HostConfig(
        host,
        underlay.orElseThrow(),
        queue,
        latency,
        networks,
        workers,
        mostStations,
        socket,
        group,
        countersFile,
        controller);
  }

  private static int readWorkers(Section root, Optional<UnderlayConfig> underlay) {
    Optional<Value> told = root.get("workers");
    int workers = told.flatMap(v -> v.integer(IntRange.WORKERS)).orElse(1);
    if (workers > 1
        && underlay.map(UnderlayConfig::way).orElse(UnderlayWay.AUTO) == UnderlayWay.TAP) {
      told.ifPresent(
          v -> v.wrong("the tap of 'underlay.way: tap' is for one worker; choose sockets, or 1"));
    }
    return workers;
  }

  private static ControllerConfig readController(Section section, String host) {
    Path state =
        section
            .get("state")
            .flatMap(v -> v.as(HostReader::absolutePath))
            .orElse(ControllerConfig.defaultState(host));
    section.noMore();
    return new ControllerConfig(state);
  }

  private static void tellUncontrolled(
      Section root, List<NetworkConfig> networks, Optional<ControllerConfig> controller) {
    networks.stream()
        .filter(network -> network.flood() instanceof Flood.Controller)
        .filter(_ -> controller.isEmpty())
        .findFirst()
        .ifPresent(network ->
            root.wrong(
                "network '"
                    + network.name()
                    + "' floods to whom a controller says, and this host follows none; join one"
                    + " with 'viaduct join', and write 'controller: {}'"));
  }

  static int readLimits(Section section, int defaultMostStations) {
    Optional<Section> limits = section.section("limits");
    int most =
        limits
            .flatMap(s -> s.get("stations"))
            .flatMap(v -> v.integer(IntRange.STATIONS))
            .orElse(defaultMostStations);
    limits.ifPresent(Section::noMore);
    return most;
  }

  private static List<NetworkConfig> readNetworks(
      Section root,
      Optional<UnderlayConfig> underlay,
      int mostStations,
      Map<String, PortGroup> groups) {
    NetworkContext context =
        new NetworkContext(
            underlay.map(UnderlayConfig::addresses).orElse(List.of()),
            underlay.map(u -> u.port()).orElse(UnderlayConfig.VXLAN_PORT),
            mostStations,
            new Seen(),
            new Seen(),
            new SharedDevices(),
            new HashMap<>(),
            groups);
    root.items("trunks").forEach(item -> item.section().ifPresent(new TrunkReader(context)::read));
    List<NetworkConfig> networks = new ArrayList<>();
    for (Map.Entry<String, Value> entry :
        root.section("networks").map(Section::all).orElse(List.of())) {
      entry
          .getValue()
          .section()
          .flatMap(s -> new NetworkReader(context, entry.getKey(), s).read())
          .ifPresent(networks::add);
    }
    List<String> names =
        root.section("networks").map(Section::all).orElse(List.of()).stream()
            .map(Map.Entry::getKey)
            .toList();
    TrunkReader.tellUnknown(context.devices(), names);
    return networks;
  }

  private static NamedFields names(List<NetworkConfig> networks, Map<String, PortGroup> groups) {
    Map<String, Integer> vnis = new LinkedHashMap<>();
    networks.forEach(network -> vnis.put(network.name(), network.vni()));
    List<String> ports =
        networks.stream().flatMap(it -> it.ports().stream()).map(PortConfig::name).toList();
    return new NamedFields(vnis, groups.keySet(), ports);
  }

  /** A device can be held back only as a whole. */
  private static void refuseHeldTogether(Section root, List<NetworkConfig> networks) {
    Map<String, List<PortConfig>> byDevice =
        networks.stream()
            .flatMap(network -> network.ports().stream())
            .collect(Collectors.groupingBy(PortConfig::device));
    byDevice.forEach((device, ports) -> {
      for (PortConfig port : ports) {
        if (ports.size() > 1
            && port.settings().portGroup().flatMap(PortGroup::fromPort).isPresent()) {
          root.wrongKey(
              "port-groups",
              "port '"
                  + port.name()
                  + "' shares "
                  + device
                  + " with others, who would be held back with it: it cannot be in a group with a"
                  + " 'from-port' rate");
        }
      }
    });
  }

  private static Path absolutePath(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("'" + text + "' is not an absolute path");
    }
    return path;
  }

  private static Path socketPath(String text) {
    int bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    if (bytes > SOCKET_PATH_MOST_BYTES) {
      throw new IllegalArgumentException(
          "a path of "
              + bytes
              + " bytes is too long; a socket's has up to "
              + SOCKET_PATH_MOST_BYTES);
    }
    return absolutePath(text);
  }
}
