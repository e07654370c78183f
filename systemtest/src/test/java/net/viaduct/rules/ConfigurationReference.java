package net.viaduct.rules;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.wire.IpAddress;

/**
 * The reference of the configuration: which keys there are is what the readers look for in a file
 * that has every section, what they mean is what the records say in their Javadoc, and the defaults
 * are what a file without them is read as.
 */
final class ConfigurationReference {
  static final String PATH = "docs/reference/configuration.md";

  private static final String EVERY_SECTION = "docs/reference/every-key.yaml";
  private static final String LEAST =
      "underlay: { address: 10.77.0.1 }\nnetworks: { blue: { vni: 100 } }\n";
  private static final Pattern SECTION =
      Pattern.compile("\\b(?:section|items)\\(\\s*\"([a-z-]+)\"");
  private static final Pattern RECORD =
      Pattern.compile(
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:public )?record (\\w+)\\(", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("@param (\\w+) ((?:(?!@param|@see|@throws).)*)", Pattern.DOTALL);

  /** What no component of a record is called after. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("underlay", "how tunnel packets leave and reach this host"),
          Map.entry(
              "underlay.address",
              "the source of all that is sent: one address of this host, or a list of one of IPv4"
                  + " and one of IPv6"),
          Map.entry("underlay.source-ports.from", "the lowest port, 32768 to 65535"),
          Map.entry(
              "underlay.link",
              "queues on the way to the underlay ([queues](../queueing.md)); nothing waits here"
                  + " without it"),
          Map.entry(
              "underlay.link.rate", "what the link takes in a second, less 5 %: 500k, 950M, 2.5G"),
          Map.entry("underlay.link.burst", "what may go at once after a pause: 3000, 64k, 4M"),
          Map.entry(
              "underlay.link.overhead",
              "what the link adds to each packet: none, ethernet, pppoe, pppoe-ptm, pppoe-atm, or"
                  + " `{ bytes: 24, least: 84, cells: none }`"),
          Map.entry(
              "underlay.link.queue",
              "a queue or a tree of queues, which tell by `network`, `port-group` and `iif` (the"
                  + " port) too whom they serve"),
          Map.entry(
              "underlay.link.keys",
              "what tells a flow from another: inside-tunnels, outside-only, or a list of keys"),
          Map.entry(
              "underlay.link.depth", "how many tunnels of machines are looked through, 0 to 8"),
          Map.entry("underlay.link.seed", "of the hash of flows"),
          Map.entry("port-groups", "what ports have in common that name a group"),
          Map.entry(
              "port-groups.NAME.from-port",
              "how much may come from each port; what is more waits in the machine"),
          Map.entry("port-groups.NAME.from-port.rate", "in a second: 500k, 100M, 2.5G"),
          Map.entry(
              "port-groups.NAME.from-port.burst", "what may come at once after a pause: 64k, 4M"),
          Map.entry(
              "port-groups.NAME.from-port.overhead",
              "what is counted with each frame, as of a link"),
          Map.entry("port-groups.NAME.to-port", "queues for what goes to each port"),
          Map.entry("port-groups.NAME.to-port.rate", "in a second: 500k, 100M, 2.5G"),
          Map.entry("port-groups.NAME.to-port.burst", "what may go at once after a pause: 64k, 4M"),
          Map.entry(
              "port-groups.NAME.to-port.overhead", "what is counted with each frame, as of a link"),
          Map.entry("port-groups.NAME.to-port.queue", "a queue or a tree of queues"),
          Map.entry(
              "port-groups.NAME.to-port.keys", "what tells a flow from another, as of a link"),
          Map.entry(
              "port-groups.NAME.to-port.depth", "how many tunnels are looked through, 0 to 8"),
          Map.entry("port-groups.NAME.to-port.seed", "of the hash of flows"),
          Map.entry(
              "port-groups.NAME.dscp",
              "whose DSCP is told and kept, instead of what the network says (R28): uniform, pipe,"
                  + " short-pipe"),
          Map.entry("port-groups.NAME.tunnel-dscp", "the tunnel's own DSCP, 0 to 63"),
          Map.entry("port-groups.NAME.limits", "of each port"),
          Map.entry(
              "port-groups.NAME.limits.stations",
              "how many stations may be learned behind it, if the network does not allow fewer"),
          Map.entry("trunks[].port-group", "the group that all its ports are in"),
          Map.entry("networks.NAME.ports[].port-group", "the group that the port is in"),
          Map.entry("limits", "of all networks together"),
          Map.entry("limits.stations", "how many stations the host holds in all"),
          Map.entry("trunks", "devices whose VLANs are ports of networks, each all in one place"),
          Map.entry("trunks[].tap", "a tap of this name is made, and removed at the end"),
          Map.entry(
              "trunks[].mtu",
              "the MTU that the tap gets, if not the largest that fits into the underlay"),
          Map.entry("trunks[].device", "a device that exists, left as it was at the end"),
          Map.entry("trunks[].vlans", "the network of each VLAN: `{ 20: blue, 30: green }`"),
          Map.entry("trunks[].untagged", "the network of what has no tag"),
          Map.entry("api", "the local API"),
          Map.entry("api.socket", "where it listens, a Unix socket"),
          Map.entry("api.group", "the group of users that may use it, besides who runs the host"),
          Map.entry("counters", "the counters"),
          Map.entry(
              "counters.file",
              "where other processes read them; beside the socket if nothing is said"),
          Map.entry("controller", "that this host follows one ([how](../joining.md))"),
          Map.entry(
              "controller.state",
              "the directory that `viaduct join` made; what the controller said is kept there"),
          Map.entry("networks.NAME.flood.group", "a multicast group of the underlay"),
          Map.entry(
              "networks.NAME.flood.remotes",
              "each of them gets a copy: addresses, perhaps with a port"),
          Map.entry(
              "networks.NAME.tagged", "what becomes of frames that have a tag within the network"),
          Map.entry(
              "networks.NAME.learning",
              "from which frames stations are learned (R10): `true` from all, `ports` from those of"
                  + " this host's ports, `false` from none"),
          Map.entry("networks.NAME.multicast", "who gets multicast frames"),
          Map.entry(
              "networks.NAME.multicast.snooping",
              "whether only those who listen: IGMP and MLD are listened to (RFC 4541)"),
          Map.entry(
              "networks.NAME.multicast.fast-leave",
              "whether a port that leaves a group gets nothing more at once"),
          Map.entry(
              "networks.NAME.multicast.unknown",
              "who gets frames of a group that nobody listens to: `routers`, `everybody`"),
          Map.entry(
              "networks.NAME.multicast.groups", "most groups that are remembered, 1 to 65536"),
          Map.entry(
              "networks.NAME.multicast.reports",
              "what becomes of what machines say they listen to: `forward`; `suppress` what the"
                  + " remotes have been told already; `proxy`, the host tells it by itself"),
          Map.entry(
              "networks.NAME.multicast.querier",
              "how machines are asked what they listen to (RFC 9776 section 8)"),
          Map.entry(
              "networks.NAME.multicast.querier.enabled",
              "whether this host asks when nobody else does"),
          Map.entry(
              "networks.NAME.multicast.querier.address",
              "IPv4 source of queries; 0.0.0.0 stands back for every other querier"),
          Map.entry("networks.NAME.multicast.querier.interval", "between queries, 1s to 127s"),
          Map.entry(
              "networks.NAME.multicast.querier.response",
              "within which machines answer, 100ms to 12s"),
          Map.entry(
              "networks.NAME.multicast.querier.last-member",
              "within which they answer when somebody left, 100ms to 12s"),
          Map.entry(
              "networks.NAME.multicast.querier.robustness",
              "how many messages in a row may be lost, and one more; 1 to 7"),
          Map.entry(
              "networks.NAME.multicast.carry",
              "what is carried although no bridge forwards it: stp, lacp, lldp (R66)"),
          Map.entry(
              "networks.NAME.multicast.underlay-groups",
              "groups of the underlay over which those of the network are spread; the same on all"
                  + " hosts"),
          Map.entry("networks.NAME.storm", "most that may be flooded; what is over is dropped"),
          Map.entry(
              "networks.NAME.storm.network", "in the network, from ports and tunnels together"),
          Map.entry("networks.NAME.storm.port", "from each port"),
          Map.entry("networks.NAME.loops", "how loops outside of the network are found"),
          Map.entry(
              "networks.NAME.loops.find",
              "whether frames that show loops are sent; true if there is this section"),
          Map.entry("networks.NAME.loops.interval", "between them at each port, 100ms to 60s"),
          Map.entry(
              "networks.NAME.loops.retry",
              "for how long none may have come back before a blocked port is opened, to 1h"),
          Map.entry("networks.NAME.storm.network.broadcast", "frames for everybody"),
          Map.entry("networks.NAME.storm.network.broadcast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.network.broadcast.bits", "in a second: 10M, 2G"),
          Map.entry(
              "networks.NAME.storm.network.unknown-unicast",
              "frames for stations that nobody knows"),
          Map.entry(
              "networks.NAME.storm.network.unknown-unicast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.network.unknown-unicast.bits", "in a second: 10M, 2G"),
          Map.entry("networks.NAME.storm.network.multicast", "frames for groups"),
          Map.entry("networks.NAME.storm.network.multicast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.network.multicast.bits", "in a second: 10M, 2G"),
          Map.entry("networks.NAME.storm.port.broadcast", "frames for everybody"),
          Map.entry("networks.NAME.storm.port.broadcast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.port.broadcast.bits", "in a second: 10M, 2G"),
          Map.entry(
              "networks.NAME.storm.port.unknown-unicast", "frames for stations that nobody knows"),
          Map.entry(
              "networks.NAME.storm.port.unknown-unicast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.port.unknown-unicast.bits", "in a second: 10M, 2G"),
          Map.entry("networks.NAME.storm.port.multicast", "frames for groups"),
          Map.entry("networks.NAME.storm.port.multicast.packets", "in a second: 500, 10k, 1M"),
          Map.entry("networks.NAME.storm.port.multicast.bits", "in a second: 10M, 2G"),
          Map.entry("networks.NAME.limits", "of this network"),
          Map.entry("networks.NAME.limits.stations", "how many stations the network may have"),
          Map.entry(
              "networks.NAME.ports[].tap", "a tap of this name is made, and removed at the end"),
          Map.entry(
              "networks.NAME.ports[].device", "a device that exists, left as it was at the end"),
          Map.entry(
              "networks.NAME.ports[].group-policy",
              "the policy group that frames from this port get, 1 to 65535 (R25)"),
          Map.entry("networks.NAME.path", "what becomes of frames that do not fit"),
          Map.entry(
              "networks.NAME.path.mtu",
              "the largest IP packet on the underlay, 576 to 65535, if it is known to be less than"
                  + " its device takes"),
          Map.entry("networks.NAME.path.probe", "whether paths are probed (RFC 8899)"),
          Map.entry(
              "networks.NAME.path.answer",
              "whether the sender of a frame that does not fit is told by ICMP"),
          Map.entry(
              "networks.NAME.path.clamp-mss",
              "whether the MSS that TCP offers is lowered to what fits"),
          Map.entry("networks.NAME.stations[].mac", "its address"),
          Map.entry("networks.NAME.stations[].remote", "behind which it is, if it is elsewhere"),
          Map.entry("networks.NAME.stations[].port", "behind which it is, if it is here"));

  private static final Set<String> REQUIRED =
      Set.of(
          "underlay",
          "underlay.address",
          "underlay.link.rate",
          "port-groups.NAME.from-port.rate",
          "port-groups.NAME.to-port.rate",
          "networks.NAME.vni",
          "networks.NAME.stations[].mac");

  /** Where the code has something else than what is written in the file. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("host", "this machine's name"),
          Map.entry("underlay.device", "the one with the address"),
          Map.entry("underlay.link.overhead", "`ethernet`"),
          Map.entry("underlay.link.(burst)", "4 ms of the rate"),
          Map.entry("port-groups.NAME.(from|to)-port.burst", "4 ms of the rate"),
          Map.entry("port-groups.NAME.(from|to)-port.overhead", "`none`"),
          Map.entry("(underlay.link|port-groups.NAME.to-port).queue", "`fq-codel`"),
          Map.entry("(underlay.link|port-groups.NAME.to-port).keys", "`inside-tunnels`"),
          Map.entry("(underlay.link|port-groups.NAME.to-port).depth", "`2`"),
          Map.entry("(underlay.link|port-groups.NAME.to-port).seed", "`0`"),
          Map.entry("port-groups.NAME.dscp", "the network's"),
          Map.entry("port-groups.NAME.tunnel-dscp", "`0`"),
          Map.entry("port-groups.NAME.limits.stations", "the network's"),
          Map.entry("api.socket", "`/run/viaduct/HOST.sock`"),
          Map.entry("counters.file", "beside the socket"),
          Map.entry("controller.state", "`/var/lib/viaduct/HOST`"),
          Map.entry("networks.NAME.learning", "`true`"),
          Map.entry("networks.NAME.stations-per-port", "`16384`"),
          Map.entry("networks.NAME.multicast.unknown", "`routers`"),
          Map.entry("networks.NAME.storm.\\w+.[a-z-]+.(packets|bits)", "no limit"),
          Map.entry("networks.NAME.path.mtu", "the device's"));

  /**
   * Components whose name is not that of their key: a pattern of keys, {@code Record.component}.
   */
  private static final Map<String, String> ALIASES =
      Map.ofEntries(
          Map.entry("underlay.source-ports.from", "SourcePorts.from"),
          Map.entry("limits.stations", "HostConfig.mostStations"),
          Map.entry("networks.NAME.stations-per-port", "StationPolicy.limitPerPort"),
          Map.entry("networks.NAME.announce-new", "StationPolicy.announcesNew"),
          Map.entry("networks.NAME.limits.stations", "StationPolicy.limit"),
          Map.entry("networks.NAME.tagged", "TagSettings.inner"),
          Map.entry("networks.NAME.multicast.snooping", "SnoopingSettings.enabled"),
          Map.entry("networks.NAME.multicast.groups", "SnoopingSettings.groupLimit"),
          Map.entry("networks.NAME.multicast.unknown", "SnoopingSettings.floodUnknown"),
          Map.entry("networks.NAME.multicast.fast-leave", "SnoopingSettings.fastLeave"),
          Map.entry("networks.NAME.multicast.reports", "SnoopingSettings.reports"),
          Map.entry("networks.NAME.multicast.querier.enabled", "QuerierSettings.enabled"),
          Map.entry("networks.NAME.multicast.querier.address", "QuerierSettings.address"),
          Map.entry("networks.NAME.multicast.querier.interval", "QuerierSettings.interval"),
          Map.entry("networks.NAME.multicast.querier.response", "QuerierSettings.response"),
          Map.entry("networks.NAME.multicast.querier.last-member", "QuerierSettings.lastMember"),
          Map.entry("networks.NAME.multicast.querier.robustness", "QuerierSettings.robustness"),
          Map.entry("networks.NAME.multicast.carry", "MulticastSettings.carried"),
          Map.entry("networks.NAME.storm.\\w+.multicast", "StormLimits.multicast"),
          Map.entry("networks.NAME.loops", "StormSettings.loops"),
          Map.entry("networks.NAME.loops.find", "LoopSettings.enabled"),
          Map.entry("networks.NAME.loops.interval", "LoopSettings.interval"),
          Map.entry("networks.NAME.loops.retry", "LoopSettings.retry"),
          Map.entry("networks.NAME.path.probe", "PathSettings.probing"),
          Map.entry("networks.NAME.path.answer", "PathSettings.answering"),
          Map.entry("networks.NAME.path.clamp-mss", "PathSettings.clamping"),
          Map.entry("networks.NAME.ports\\[\\].mtu", "Tap.mtuBytes"));

  private static final List<Component> COMPONENTS = components();

  private ConfigurationReference() {}

  /** A component of a record, with what its Javadoc says. */
  private record Component(Class<?> type, String name, String words) {}

  static String page() {
    StringBuilder page = new StringBuilder(GeneratedDocumentsTest.NOTE);
    page.append(
        """
        # Reference of the configuration

        Every key that a host looks for. [How the file is used](../configuration.md); [a file with every key](every-key.yaml).
        """);
    String section = null;
    for (String key : keys()) {
      String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
      if (!of.equals(section)) {
        section = of;
        page.append("\n## ").append(of.isEmpty() ? "The file" : "`" + of + "`");
        page.append("\n\n| key | default | what it is |\n|---|---|---|\n");
      }
      page.append("| `").append(key.substring(key.lastIndexOf('.') + 1)).append("` | ");
      page.append(defaultOf(key)).append(" | ").append(words(key).orElse("")).append(" |\n");
    }
    return page.toString();
  }

  /** Keys by section, a section after the one that it is in. */
  private static List<String> keys() {
    Set<String> asked = new LinkedHashSet<>();
    ConfigFile.keys(every()).forEach(key -> asked.add(general(key)));
    Map<String, List<String>> sections = new LinkedHashMap<>();
    for (String key : asked) {
      String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
      if (!key.equals("networks.NAME") && !key.equals("port-groups.NAME")) {
        sections.computeIfAbsent(of, _ -> new ArrayList<>()).add(key);
      }
    }
    return sections.values().stream().flatMap(Collection::stream).toList();
  }

  private static String general(String key) {
    return key.replaceAll("^(networks|port-groups)\\.[^.]+", "$1.NAME")
        .replaceAll("\\[\\d+\\]", "[]");
  }

  private static String every() {
    return Repository.read(Repository.root().resolve(EVERY_SECTION));
  }

  static List<String> undocumented() {
    return keys().stream().filter(key -> words(key).isEmpty()).toList();
  }

  /** By the names of sections in the sources of the readers. */
  static List<String> missingSections() {
    Set<String> missing = new LinkedHashSet<>();
    String every = every();
    for (Path source : Repository.files("Reader.java")) {
      if (source.toString().contains("/configfile/")) {
        for (MatchResult each : SECTION.matcher(Repository.read(source)).results().toList()) {
          if (!every.contains(each.group(1) + ":")) {
            missing.add(each.group(1));
          }
        }
      }
    }
    return List.copyOf(missing);
  }

  private static Optional<String> words(String key) {
    String words = WORDS.get(key);
    Optional<Component> component = component(key);
    return words != null
        ? Optional.of(words + component.map(ConfigurationReference::choices).orElse(""))
        : component.map(found -> found.words() + choices(found));
  }

  /** The words of an enum, if the component is one. */
  private static String choices(Component component) {
    for (RecordComponent each : component.type().getRecordComponents()) {
      if (each.getName().equals(component.name()) && each.getType().isEnum()) {
        return Arrays.stream(each.getType().getEnumConstants())
            .map(ConfigurationReference::formatted)
            .collect(Collectors.joining(", ", ": ", ""));
      }
    }
    return "";
  }

  private static Optional<String> alias(String key) {
    return ALIASES.entrySet().stream()
        .filter(entry -> key.matches(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<Component> component(String key) {
    Optional<String> alias = alias(key);
    if (alias.isPresent()) {
      return COMPONENTS.stream()
          .filter(each -> alias.get().equals(each.type().getSimpleName() + "." + each.name()))
          .findFirst();
    }
    String last = key.substring(key.lastIndexOf('.') + 1).replace("[]", "");
    String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
    String section = of.substring(of.lastIndexOf('.') + 1).replace("[]", "");
    List<Component> named =
        COMPONENTS.stream()
            .filter(component ->
                component.name().equals(camel(last))
                    || component.name().equals(camel(last) + "Bytes")
                    || component.name().equals(camel(last) + "Seconds"))
            .toList();
    return named.stream()
        .filter(component -> belongs(component.type(), of, section))
        .findFirst()
        .or(() -> named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty());
  }

  /** By the name of the record: {@code multicast} is told by MulticastSettings. */
  private static boolean belongs(Class<?> type, String of, String section) {
    String name = type.getSimpleName().toLowerCase(Locale.ROOT);
    return switch (of) {
      case "" -> type == HostConfig.class;
      case "underlay" -> name.equals("underlayconfig");
      case "networks.NAME" ->
          name.equals("networkconfig")
              || name.equals("networksettings")
              || name.equals("stationpolicy");
      default -> {
        String singular = section.replace("-", "").replaceAll("s$", "");
        yield name.startsWith(singular) || singular.startsWith(name.replace("settings", ""));
      }
    };
  }

  private static String camel(String kebab) {
    StringBuilder name = new StringBuilder();
    for (String part : kebab.split("-")) {
      name.append(
          name.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return name.toString();
  }

  private static List<Component> components() {
    List<Component> components = new ArrayList<>();
    for (Path source : Repository.files(".java")) {
      String path = source.toString();
      if (path.contains("/main/")
          && (path.contains("/host/config/")
              || path.contains("/vtep/settings/")
              || path.contains("/vtep/encapsulation/"))) {
        String text = Repository.read(source);
        String outer = source.getFileName().toString().replace(".java", "");
        String start = path.substring(path.indexOf("net/viaduct"), path.lastIndexOf('/'));
        for (MatchResult each : RECORD.matcher(text).results().toList()) {
          String type = start.replace('/', '.') + "." + outer;
          String nested = each.group(2).equals(outer) ? "" : "$" + each.group(2);
          collect(type + nested, each.group(1), components);
        }
      }
    }
    return components;
  }

  private static void collect(String type, String javadoc, List<Component> components) {
    Class<?> found;
    try {
      found = Class.forName(type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    String text = javadoc.replaceAll("\\n\\s*\\* ?", " ");
    for (MatchResult each : PARAMETER.matcher(text).results().toList()) {
      String words =
          each.group(2)
              .replaceAll("\\{@(?:code|link) ([^}]*)\\}", "`$1`")
              .replaceAll("\\s+", " ")
              .replace("|", "\\|")
              .strip();
      components.add(new Component(found, each.group(1), words));
    }
  }

  private static String defaultOf(String key) {
    if (REQUIRED.contains(key)) {
      return "required";
    }
    Optional<String> told =
        DEFAULTS.entrySet().stream()
            .filter(entry -> key.matches(entry.getKey()))
            .map(Map.Entry::getValue)
            .findFirst();
    if (told.isPresent()) {
      return told.get();
    }
    if (WORDS.containsKey(key) && alias(key).isEmpty()) {
      return "";
    }
    Optional<Component> component = component(key);
    if (component.isEmpty()) {
      return "";
    }
    HostConfig least = ConfigFile.parse(Path.of("least"), LEAST, "host").config();
    return instance(least, component.get().type())
        .map(found -> formatted(value(found, component.get().name())))
        .orElse("");
  }

  /** The first record of a type in a tree of them. */
  private static Optional<Object> instance(Object at, Class<?> type) {
    if (type.isInstance(at)) {
      return Optional.of(at);
    }
    List<Object> inside = new ArrayList<>();
    if (at instanceof Collection<?> all) {
      inside.addAll(all);
    } else if (at instanceof Optional<?> optional) {
      optional.ifPresent(inside::add);
    } else if (at.getClass().isRecord() && at.getClass().getName().startsWith("net.viaduct")) {
      for (RecordComponent each : at.getClass().getRecordComponents()) {
        inside.add(value(at, each.getName()));
      }
    }
    return inside.stream().flatMap(each -> instance(each, type).stream()).findFirst();
  }

  private static Object value(Object record, String component) {
    try {
      return record.getClass().getMethod(component).invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static String formatted(Object value) {
    return switch (value) {
      case Optional<?> optional -> optional.map(ConfigurationReference::formatted).orElse("");
      case OptionalInt optional -> optional.isPresent() ? "`" + optional.getAsInt() + "`" : "";
      case Duration time when time.toMillis() % 1_000 != 0 -> "`" + time.toMillis() + "ms`";
      case Duration time -> "`" + time.toSeconds() + "s`";
      case IpAddress address -> "`" + address + "`";
      case Enum<?> word -> "`" + word.name().toLowerCase(Locale.ROOT).replace('_', '-') + "`";
      case Collection<?> all ->
          all.stream().map(ConfigurationReference::formatted).collect(Collectors.joining(" "));
      case Boolean truth -> "`" + truth + "`";
      case Number number -> "`" + number + "`";
      default -> "";
    };
  }
}
