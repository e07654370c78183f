package net.viaduct.controller.transition;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Store;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who is heard on the wire over which a network is stretched, as the store has it at {@code
 * wire/NETWORK}. Immutable.
 *
 * @param gateway the host that has told it last; empty if none has
 * @param stations by MAC address
 */
public record Wire(String gateway, Map<String, WireStation> stations) {
  /** What the keys begin with. */
  public static final String PREFIX = "wire/";

  /** How many stations are kept at most. */
  static final int MOST_STATIONS = 4_096;

  /** Nobody. */
  static final Wire SILENT = new Wire("", Map.of());

  /** Keeps the order of the addresses. */
  public Wire {
    stations = Collections.unmodifiableMap(new TreeMap<>(stations));
  }

  /** What the store has. */
  public static Wire of(Store store, String network) {
    return store.get(PREFIX + network).map(Wire::parse).orElse(SILENT);
  }

  /** One of the stations. */
  public Optional<WireStation> station(String mac) {
    return Optional.ofNullable(stations.get(mac));
  }

  /** All of them. */
  public List<WireStation> all() {
    return List.copyOf(stations.values());
  }

  static Wire parse(Entry entry) {
    ObjectNode node = Documents.parseObject(entry.value());
    Map<String, WireStation> stations = new LinkedHashMap<>();
    for (JsonNode one : node.path("stations")) {
      if (one instanceof ObjectNode object) {
        WireStation station = WireStation.parse(object);
        stations.put(station.mac().text(), station);
      }
    }
    return new Wire(node.path("gateway").asString(""), stations);
  }

  String json() {
    ObjectNode node = Documents.object().put("gateway", gateway);
    ArrayNode all = node.putArray("stations");
    stations.values().forEach(station -> all.add(station.json()));
    return Documents.write(node);
  }
}
