package net.viaduct.cli;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code viaduct show} shows. */
public enum Thing {
  /** The host as a whole. */
  STATUS("key", "nothing is known"),
  /** How the host stands with its controllers. */
  CONTROLLER("key", "nothing is known"),
  /** Networks. */
  NETWORKS("vni", "no networks"),
  /** Ports. */
  PORTS("name", "no ports"),
  /** Stations. */
  STATIONS("mac", "no stations are known"),
  /** IP addresses of stations. */
  NEIGHBOURS("address", "no addresses of stations are known"),
  /** Stations that two places claim. */
  FLAPS("mac", "no station is claimed by two places"),
  /** Other VTEPs. */
  REMOTES("address", "no remotes are known"),
  /** Flood lists. */
  FLOOD("vni", "no networks"),
  /** Who listens to which multicast group. */
  GROUPS("group", "no network snoops, or nobody listens"),
  /** Drops, by reason. */
  DROPS("reason", "no frame was dropped"),
  /** Queues of a shaper. */
  QUEUES("id", "nothing queues here; 'viaduct shape' does, or name its file with --counters"),
  /** All counters. */
  COUNTERS("id", "nothing was counted"),
  /** Distinct errors. */
  ERRORS("error", "no errors");

  private final String key;
  private final String nothing;

  Thing(String key, String nothing) {
    this.key = key;
    this.nothing = nothing;
  }

  /** The word for it: {@code ports}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return word();
  }

  /** Where the local API has it. */
  String target() {
    return "/v1/" + word();
  }

  /** In which columns it is shown. */
  List<Column> columns() {
    return Columns.of(this);
  }

  /** What is said if there is none. */
  String nothing() {
    return nothing;
  }

  /** What tells a row from the others of its table. */
  String identity(Row row) {
    return row.text(key);
  }

  /**
   * The rows of an answer.
   *
   * @param all whether counters that are zero are among them
   */
  List<Row> rows(Map<String, Object> answer, boolean all) {
    Stream<Row> rows =
        switch (this) {
          case STATUS, CONTROLLER -> statusRows(answer);
          case COUNTERS -> objects(answer).flatMap(Thing::counterRows);
          default -> objects(answer);
        };
    return switch (this) {
      case DROPS -> rows.filter(row -> all || row.number("count") > 0).toList();
      case COUNTERS -> rows.filter(row -> all || row.number("value") > 0).toList();
      default -> rows.toList();
    };
  }

  private Stream<Row> objects(Map<String, Object> answer) {
    return answer.get(word()) instanceof List<?> list
        ? list.stream().filter(Map.class::isInstance).map(object -> new Row((Map<?, ?>) object))
        : Stream.empty();
  }

  private static Stream<Row> statusRows(Map<String, Object> answer) {
    return answer.entrySet().stream()
        .filter(entry -> entry.getValue() != null && !entry.getKey().equals("underlayAddress"))
        .map(entry ->
            new Row(Map.of("key", words(entry.getKey()), "value", told(entry.getValue()))));
  }

  /** The words of a name: {@code underlayMtuBytes} is {@code underlay mtu bytes}. */
  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }

  private static String told(Object value) {
    if (!(value instanceof Collection<?> list)) {
      return value.toString();
    }
    return list.isEmpty()
        ? "none"
        : list.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  private static Stream<Row> counterRows(Row block) {
    if (!(block.values().get("values") instanceof Map<?, ?> values)) {
      return Stream.empty();
    }
    String kind = block.text("kind");
    String label = block.text("label");
    return values.entrySet().stream()
        .map(entry ->
            new Row(
                Map.of(
                    "id",
                    kind + " " + label + " " + entry.getKey(),
                    "kind",
                    kind,
                    "label",
                    label,
                    "counter",
                    entry.getKey(),
                    "value",
                    entry.getValue())));
  }
}
