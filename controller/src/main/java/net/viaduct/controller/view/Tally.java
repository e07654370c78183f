package net.viaduct.controller.view;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Counts ports and stations by host and network as values of the store come and go; a port itself
 * is not kept. Owned by whoever has the lock of {@link Topology}.
 */
final class Tally {
  static final String HOST_STATE_PREFIX = "host-state/";

  /** Instead of a host: the port is nowhere yet, or the station is reached without one. */
  static final String NOWHERE = "";

  private static final SortedSet<String> NOBODY = Collections.emptySortedSet();
  private static final SortedMap<String, Counts> NO_MEMBERS = Collections.emptySortedMap();

  /** How many there are at one place. */
  static final class Counts {
    private int ports;
    private int stations;

    int ports() {
      return ports;
    }

    int stations() {
      return stations;
    }

    void add(Counts other) {
      ports += other.ports;
      stations += other.stations;
    }

    private boolean isNothing() {
      return ports == 0 && stations == 0;
    }
  }

  private final SortedMap<String, ObjectNode> networks = new TreeMap<>();
  private final SortedMap<String, ObjectNode> hosts = new TreeMap<>();
  private final Map<String, ObjectNode> hostStates = new HashMap<>();

  /** Hosts that take part in a network, by its VNI, because their own file says so. */
  private final Map<Integer, SortedSet<String>> followers = new HashMap<>();

  /** By network, then by host. */
  private final Map<String, SortedMap<String, Counts>> members = new HashMap<>();

  void change(String key, @Nullable String before, @Nullable String after) {
    if (key.startsWith(Kind.PORT.prefix())) {
      count(before, "host", -1, 0);
      count(after, "host", 1, 0);
    } else if (key.startsWith(Kind.STATION.prefix())) {
      count(before, "behind", 0, -1);
      count(after, "behind", 0, 1);
    } else if (key.startsWith(Kind.NETWORK.prefix())) {
      keep(networks, key, after);
    } else if (key.startsWith(Kind.HOST.prefix())) {
      keep(hosts, key, after);
    } else if (key.startsWith(HOST_STATE_PREFIX)) {
      String host = key.substring(HOST_STATE_PREFIX.length());
      wanted(host).forEach(vni -> followers.getOrDefault(vni, new TreeSet<>()).remove(host));
      keep(hostStates, key, after);
      wanted(host).forEach(vni -> followers.computeIfAbsent(vni, _ -> new TreeSet<>()).add(host));
    }
  }

  private List<Integer> wanted(String host) {
    ObjectNode state = hostStates.get(host);
    return state == null
        ? List.of()
        : state.path("wanted").valueStream().map(JsonNode::asInt).toList();
  }

  private static void keep(Map<String, ObjectNode> all, String key, @Nullable String value) {
    String name = key.substring(key.indexOf('/') + 1);
    if (value == null) {
      all.remove(name);
    } else {
      all.put(name, Documents.parseObject(value));
    }
  }

  private void count(@Nullable String value, String place, int ports, int stations) {
    if (value == null) {
      return;
    }
    ObjectNode object = Documents.parseObject(value);
    String network = object.path("network").asString("");
    String host = object.path(place).asString(NOWHERE);
    SortedMap<String, Counts> byHost = members.computeIfAbsent(network, _ -> new TreeMap<>());
    Counts counts = byHost.computeIfAbsent(host, _ -> new Counts());
    counts.ports += ports;
    counts.stations += stations;
    if (counts.isNothing()) {
      byHost.remove(host);
      if (byHost.isEmpty()) {
        members.remove(network);
      }
    }
  }

  SortedMap<String, ObjectNode> networks() {
    return networks;
  }

  SortedMap<String, ObjectNode> hosts() {
    return hosts;
  }

  @Nullable ObjectNode stateOf(String host) {
    return hostStates.get(host);
  }

  /**
   * Who takes part in a network: hosts with ports, with a leg in its VLAN, or with a file that says
   * so; {@link #NOWHERE} may be among them.
   */
  SortedMap<String, Counts> membersOf(String network) {
    SortedMap<String, Counts> byHost = members.getOrDefault(network, NO_MEMBERS);
    Set<String> others = withoutPorts(network);
    if (byHost.keySet().containsAll(others)) {
      return byHost;
    }
    SortedMap<String, Counts> all = new TreeMap<>(byHost);
    others.forEach(host -> all.putIfAbsent(host, new Counts()));
    return all;
  }

  /** Whether a host is one of {@link #membersOf}. */
  boolean isMember(String host, String network) {
    return members.getOrDefault(network, NO_MEMBERS).containsKey(host)
        || withoutPorts(network).contains(host);
  }

  /** Those of whom it does not depend whether they have ports. */
  private Set<String> withoutPorts(String network) {
    ObjectNode definition = networks.get(network);
    if (definition == null) {
      return Set.of();
    }
    SortedSet<String> following = followers.getOrDefault(definition.path("vni").asInt(0), NOBODY);
    JsonNode legs = definition.path("legs");
    if (legs.isEmpty()) {
      return following;
    }
    Set<String> all = new HashSet<>(following);
    legs.valueStream().forEach(leg -> all.add(leg.path("host").asString(NOWHERE)));
    return all;
  }
}
