package net.viaduct.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.host.config.HostConfig;
import net.viaduct.runtime.CounterValues;
import net.viaduct.runtime.CountersReader;
import net.viaduct.runtime.CountersSnapshot;
import net.viaduct.wire.IpAddress;

/** Reads a thing from a host; counters also from their file, when the host does not answer. */
final class ThingSource implements Answers {
  private final LocalHost host;
  private final Thing thing;
  private final Map<String, String> filter;
  private final PrintWriter err;
  private boolean told;

  /**
   * A source.
   *
   * @param filter parameters that say which stations or neighbours are wanted
   */
  ThingSource(LocalHost host, Thing thing, Map<String, String> filter, PrintWriter err) {
    this.filter = filter;
    this.host = host;
    this.thing = thing;
    this.err = err;
  }

  /**
   * All of it.
   *
   * @throws ApiSilent if the host does not answer
   */
  @Override
  public Map<String, Object> read() throws ApiSilent {
    return switch (thing) {
      case STATIONS -> stations();
      case NEIGHBOURS -> Map.of("neighbours", inOrder(neighbours(), "address"));
      case COUNTERS -> counters();
      default -> Json.parse(host.json(thing.target()));
    };
  }

  private Map<String, Object> stations() throws ApiSilent {
    List<Object> stations = new ArrayList<>();
    Map<String, String> parameters = new LinkedHashMap<>(filter);
    parameters.put("limit", "10000");
    String cursor = "";
    do {
      parameters.put("cursor", cursor);
      Map<String, Object> page =
          Json.parse(host.json(thing.target() + "?" + StationFlags.query(parameters)));
      if (page.get("stations") instanceof List<?> list) {
        stations.addAll(list);
      }
      cursor = page.get("next") instanceof String next ? next : "";
    } while (!cursor.isEmpty());
    return Map.of("stations", inOrder(stations, "mac"));
  }

  private List<?> neighbours() throws ApiSilent {
    String target = thing.target() + "?" + StationFlags.query(filter);
    return Json.parse(host.json(target)).get("neighbours") instanceof List<?> all ? all : List.of();
  }

  /** Tables of the data path have no order; people look for networks, and for addresses in them. */
  private static List<?> inOrder(List<?> objects, String address) {
    return objects.stream().map(ThingSource::row).sorted(order(address)).map(Row::values).toList();
  }

  private static Row row(Object object) {
    return new Row((Map<?, ?>) object);
  }

  private static Comparator<Row> order(String address) {
    Comparator<Row> byNetwork = Comparator.comparingLong(row -> row.number("vni"));
    return address.equals("mac")
        ? byNetwork.thenComparing(row -> row.text(address))
        : byNetwork.thenComparing(row -> IpAddress.parse(row.text(address)));
  }

  private Map<String, Object> counters() throws ApiSilent {
    try {
      return Json.parse(host.json(thing.target()));
    } catch (ApiSilent silent) {
      Path file = countersFile();
      try {
        CountersSnapshot snapshot = CountersReader.open(file).snapshot();
        tell(silent, file, snapshot);
        return Map.of("counters", snapshot.blocks().stream().map(ThingSource::block).toList());
      } catch (IOException e) {
        throw silent;
      }
    }
  }

  /** Beside the socket, unless the configuration says otherwise, which nobody can ask now. */
  private Path countersFile() {
    return HostConfig.defaultCounters(host.socket());
  }

  private void tell(ApiSilent silent, Path file, CountersSnapshot snapshot) {
    if (!told) {
      told = true;
      boolean alive = ProcessHandle.of(snapshot.pid()).filter(ProcessHandle::isAlive).isPresent();
      err.println("viaduct: " + silent.getMessage());
      err.println(
          "viaduct: these are from the counters file "
              + file
              + " of process "
              + snapshot.pid()
              + (alive ? "" : ", which has ended"));
      err.flush();
    }
  }

  private static Map<String, Object> block(CounterValues block) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", block.kind());
    object.put("label", block.label());
    object.put("values", block.values());
    return object;
  }
}
