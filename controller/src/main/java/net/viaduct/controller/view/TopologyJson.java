package net.viaduct.controller.view;

import java.util.HashMap;
import java.util.Map;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.view.Tally.Counts;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes the topology: hosts, networks, and who has how much where. Used once, by one thread.
 *
 * <p>Members are rows of four numbers: the place of a host in {@code hosts}, that of a network in
 * {@code networks}, how many ports, how many stations. Of a large installation they are left out,
 * unless one network or host is asked for.
 */
final class TopologyJson {
  /** About a megabyte. */
  private static final int MOST_MEMBERS = 50_000;

  private final Tally tally;
  private final String onlyNetwork;
  private final String onlyHost;

  private final Map<String, Integer> hostPlaces = new HashMap<>();
  private final Map<String, Counts> hostCounts = new HashMap<>();
  private final Map<String, Integer> hostNetworks = new HashMap<>();
  private final ObjectNode json = Documents.object();
  private final ArrayNode members = Documents.object().putArray("members");
  private final Counts all = new Counts();
  private final Counts nowhere = new Counts();
  private boolean tooMany;

  TopologyJson(Tally tally, String onlyNetwork, String onlyHost) {
    this.tally = tally;
    this.onlyNetwork = onlyNetwork;
    this.onlyHost = onlyHost;
  }

  ObjectNode write(long revision) {
    json.put("revision", revision);
    findHosts();
    ArrayNode networks = json.putArray("networks");
    ArrayNode hosts = json.putArray("hosts");
    tally.networks().forEach((name, definition) -> network(networks, name, definition));
    tally.hosts().forEach((name, definition) -> host(hosts, name, definition));
    json.put("ports", all.ports());
    json.put("stations", all.stations());
    json.put("portsWithoutHost", nowhere.ports());
    json.put("stationsWithoutHost", nowhere.stations());
    if (!tooMany) {
      json.set("members", members);
    }
    return json;
  }

  private void findHosts() {
    for (String name : tally.hosts().keySet()) {
      if (isHostWanted(name)) {
        hostPlaces.put(name, hostPlaces.size());
      }
    }
  }

  private boolean isHostWanted(String name) {
    return (onlyHost.isEmpty() || name.equals(onlyHost))
        && (onlyNetwork.isEmpty() || tally.isMember(name, onlyNetwork));
  }

  private boolean isNetworkWanted(String name) {
    return (onlyNetwork.isEmpty() || name.equals(onlyNetwork))
        && (onlyHost.isEmpty() || tally.isMember(onlyHost, name));
  }

  private void network(ArrayNode networks, String name, ObjectNode definition) {
    if (!isNetworkWanted(name)) {
      return;
    }
    int place = networks.size();
    Counts counts = new Counts();
    int hosts = 0;
    for (Map.Entry<String, Counts> member : tally.membersOf(name).entrySet()) {
      if (member.getKey().equals(Tally.NOWHERE)) {
        if (onlyHost.isEmpty()) {
          counts.add(member.getValue());
          nowhere.add(member.getValue());
        }
        continue;
      }
      hosts++;
      if (onlyHost.isEmpty() || member.getKey().equals(onlyHost)) {
        counts.add(member.getValue());
        member(member.getKey(), place, member.getValue());
      }
    }
    all.add(counts);
    ObjectNode row = networks.addObject().put("name", name);
    row.set("vni", definition.path("vni"));
    row.set("flood", definition.path("flood"));
    row.put("hosts", hosts).put("ports", counts.ports()).put("stations", counts.stations());
  }

  private void member(String host, int network, Counts counts) {
    hostCounts.computeIfAbsent(host, _ -> new Counts()).add(counts);
    hostNetworks.merge(host, 1, Integer::sum);
    Integer place = hostPlaces.get(host);
    if (place == null || tooMany) {
      return;
    }
    if (members.size() == MOST_MEMBERS) {
      tooMany = true;
      return;
    }
    members.addArray().add(place).add(network).add(counts.ports()).add(counts.stations());
  }

  private void host(ArrayNode hosts, String name, ObjectNode definition) {
    if (!hostPlaces.containsKey(name)) {
      return;
    }
    Counts counts = hostCounts.getOrDefault(name, new Counts());
    ObjectNode row = hosts.addObject().put("name", name);
    row.set("addresses", definition.path("addresses"));
    row.set("labels", definition.path("labels"));
    ObjectNode state = tally.stateOf(name);
    if (state != null) {
      row.set("observed", state);
    }
    row.put("networks", hostNetworks.getOrDefault(name, 0));
    row.put("ports", counts.ports()).put("stations", counts.stations());
  }
}
