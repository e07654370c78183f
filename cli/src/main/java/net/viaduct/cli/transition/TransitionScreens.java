package net.viaduct.cli.transition;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.viaduct.cli.Row;
import net.viaduct.cli.Table;

/** What the API tells about a transition, in lines for people. */
final class TransitionScreens {
  private TransitionScreens() {}

  /** Who is on the wire. */
  static List<String> wire(Map<String, Object> answer) {
    Object gateway = answer.getOrDefault("gateway", "none: no host with a leg is there");
    return Stream.concat(
            Stream.of("gateway " + gateway),
            lines(stations(answer), "nobody is heard on the wire").stream())
        .toList();
  }

  /** The same without the gateway. */
  static Table stations(Map<String, Object> answer) {
    Table table = table("MAC IPS KIND STATE HEARD SINCE");
    rows(answer, "stations")
        .forEach(row ->
            table.add(
                List.of(
                    row.text("mac"),
                    row.list("ips"),
                    row.text("kind"),
                    row.text("state"),
                    heard(row),
                    row.text("since"))));
    return table;
  }

  /** In which order they come off it best. */
  static List<String> plan(Map<String, Object> answer) {
    Table table = table("MAC IPS HEARD WHY");
    rows(answer, "items")
        .forEach(row ->
            table.add(List.of(row.text("mac"), row.list("ips"), heard(row), row.text("why"))));
    return lines(table, "nobody is left on the wire");
  }

  /** Who moves, and who came off the wire. */
  static List<String> moves(Map<String, Object> answer) {
    Table moves = table("PORT MAC FROM TO DEVICE STEP HERE ANSWERED");
    rows(answer, "moves")
        .map(row -> cells(row, "port", "mac", "from", "to", "device", "step", "here", "answered"))
        .forEach(moves::add);
    Table ports = table("PORT MAC HOST SINCE");
    rows(answer, "ports")
        .map(row -> cells(row, "name", "mac", "host", "since"))
        .forEach(ports::add);
    return Stream.concat(
            lines(moves, "nobody moves").stream(),
            lines(ports, "nobody came off the wire").stream())
        .toList();
  }

  /** The rows of a list in an answer. */
  static Stream<Row> rows(Map<String, Object> answer, String list) {
    return answer.get(list) instanceof List<?> items
        ? items.stream().filter(Map.class::isInstance).map(item -> new Row((Map<?, ?>) item))
        : Stream.empty();
  }

  private static String heard(Row row) {
    return row.text("isHeard").equals("true")
        ? Integer.parseInt(row.text("heardTenths")) * 10 + "%"
        : "no";
  }

  private static Table table(String titles) {
    List<String> all = List.of(titles.split(" ", -1));
    return new Table(all, all.stream().map(_ -> false).toList());
  }

  private static List<String> cells(Row row, String... names) {
    return Arrays.stream(names).map(row::text).toList();
  }

  private static List<String> lines(Table table, String otherwise) {
    return table.isEmpty() ? List.of(otherwise) : table.lines();
  }
}
