package net.viaduct.controller.subscription;

import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host says that it can do. Immutable; what it does not say is empty or 0.
 *
 * @param kernel that it runs on
 * @param encapsulations how frames can be wrapped
 * @param way by what tunnel packets come and leave
 * @param workers how many threads forward
 * @param stations how many it holds at most
 * @param networks how many it holds at most
 * @param ports how many it holds at most
 * @param largestMtuBytes of a port whose frames fit into its underlay
 */
record Abilities(
    String kernel,
    List<String> encapsulations,
    String way,
    int workers,
    int stations,
    int networks,
    int ports,
    int largestMtuBytes) {
  private static final int LONGEST_KERNEL = 200;
  private static final int LONGEST_WAY = 500;
  private static final int LONGEST_ENCAPSULATION = 32;
  private static final int MOST_ENCAPSULATIONS = 16;

  Abilities {
    kernel = bounded(kernel, LONGEST_KERNEL);
    way = bounded(way, LONGEST_WAY);
    encapsulations =
        encapsulations.stream()
            .limit(MOST_ENCAPSULATIONS)
            .map(it -> bounded(it, LONGEST_ENCAPSULATION))
            .toList();
  }

  static String bounded(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 3) + "...";
  }

  static Abilities of(net.viaduct.protocol.Abilities said) {
    return new Abilities(
        said.getKernel(),
        said.getEncapsulationsList(),
        said.getWay(),
        said.getWorkers(),
        said.getStations(),
        said.getNetworks(),
        said.getPorts(),
        said.getLargestMtuBytes());
  }

  /** As part of a host's state. */
  ObjectNode json() {
    ObjectNode node = Documents.object();
    if (!kernel.isEmpty()) {
      node.put("kernel", kernel);
    }
    if (!encapsulations.isEmpty()) {
      encapsulations.forEach(node.putArray("encapsulations")::add);
    }
    if (!way.isEmpty()) {
      node.put("way", way);
    }
    put(node, "workers", workers);
    put(node, "stations", stations);
    put(node, "networks", networks);
    put(node, "ports", ports);
    put(node, "largestMtuBytes", largestMtuBytes);
    return node;
  }

  private static void put(ObjectNode node, String name, int value) {
    if (value > 0) {
      node.put(name, value);
    }
  }

  /** Of a host's state; nothing if the host does not say. */
  static Optional<Abilities> parse(JsonNode node) {
    return node.isObject()
        ? Optional.of(
            new Abilities(
                node.path("kernel").asString(""),
                node.path("encapsulations").valueStream().map(it -> it.asString("")).toList(),
                node.path("way").asString(""),
                node.path("workers").asInt(0),
                node.path("stations").asInt(0),
                node.path("networks").asInt(0),
                node.path("ports").asInt(0),
                node.path("largestMtuBytes").asInt(0)))
        : Optional.empty();
  }
}
