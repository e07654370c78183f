package net.viaduct.rules;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the reference of the configuration says of keys that no record says. Stateless. */
final class ConfigurationWords {
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

  private ConfigurationWords() {}

  /** What a key is. */
  static Optional<String> of(String key) {
    return Optional.ofNullable(WORDS.get(key));
  }

  /** Whether there is nothing without it. */
  static boolean isRequired(String key) {
    return REQUIRED.contains(key);
  }

  /** What counts if it is not in the file. */
  static Optional<String> defaultOf(String key) {
    return matching(DEFAULTS, key);
  }

  /** Which component of a record it is, as {@code Record.component}, if not by its name. */
  static Optional<String> componentOf(String key) {
    return matching(ALIASES, key);
  }

  private static Optional<String> matching(Map<String, String> byPattern, String key) {
    return byPattern.entrySet().stream()
        .filter(entry -> key.matches(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
