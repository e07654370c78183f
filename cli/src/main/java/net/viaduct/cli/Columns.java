package net.viaduct.cli;

import static net.viaduct.cli.Column.bytes;
import static net.viaduct.cli.Column.frames;
import static net.viaduct.cli.Column.number;
import static net.viaduct.cli.Column.text;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** In which columns each thing is shown. */
final class Columns {
  private Columns() {}

  static List<Column> of(Thing thing) {
    return switch (thing) {
      case STATUS, CONTROLLER -> List.of(text("WHAT", "key"), text("IS", "value"));
      case NETWORKS ->
          List.of(
              text("NETWORK", "name"),
              number("VNI", "vni"),
              text("ENCAPSULATION", "encapsulation"),
              text("FLOOD", "flood"),
              number("PORTS", "ports"),
              number("STATIONS", "stations"),
              number("AGEING", row -> row.text("ageingSeconds") + "s"),
              frames("FROM-PORTS", "fromPorts"),
              frames("TO-PORTS", "toPorts"),
              frames("FROM-REMOTES", "fromRemotes"),
              frames("TO-REMOTES", "toRemotes"),
              frames("FLOODED", "flooded"),
              frames("DROPS", "drops"));
      case PORTS ->
          traffic(
              text("PORT", "name"),
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("KIND", "kind"),
              text("STATE", Columns::state),
              text("LINK", row -> row.text("link").isEmpty() ? "-" : row.text("link")),
              number("MTU", Columns::mtu),
              number("STATIONS", "stations"));
      case STATIONS ->
          List.of(
              text("STATION", "mac"),
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("AT", Columns::place),
              text("ORIGIN", Columns::origin),
              number("AGE", Columns::age));
      case NEIGHBOURS ->
          List.of(
              text("ADDRESS", "address"),
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("STATION", "mac"),
              text("AT", Columns::placeIfAny),
              text("ORIGIN", "origin"),
              text("IS", Columns::kind),
              number("AGE", Columns::age));
      case FLAPS ->
          List.of(
              text("STATION", "mac"),
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("AT", "at"),
              text("ALSO SEEN AT", "seenAt"),
              number("HELD", row -> row.text("heldSeconds") + "s"));
      case REMOTES ->
          tunnelTraffic(
              text("REMOTE", "address"),
              number("PORT", "port"),
              text("ORIGIN", "origin"),
              number("PATH-MTU", Columns::pathMtu),
              text("KNOWN-BY", "path.source"),
              number("STATIONS", "stations"));
      case FLOOD ->
          List.of(
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("MODE", "mode"),
              text("TO", row -> row.list("targets")),
              text("PORTS", row -> row.list("ports")));
      case GROUPS ->
          List.of(
              text("NETWORK", "network"),
              number("VNI", "vni"),
              text("WHAT", "kind"),
              text("GROUP", row -> row.text("group").isEmpty() ? "all" : row.text("group")),
              text("AT", Columns::where),
              text("SOURCES", row -> row.list("sources").isEmpty() ? "any" : row.list("sources")),
              number(
                  "LEFT",
                  row ->
                      row.text("secondsLeft").isEmpty()
                          ? "-"
                          : Quantity.age(row.number("secondsLeft"))));
      case DROPS ->
          List.of(
              text("REASON", "reason"),
              frames("COUNT", "count"),
              text("WHAT HAPPENED, AND WHAT TO DO", row -> row.text("sentence")));
      case QUEUES ->
          List.of(
              text("OF", "of"),
              text("QUEUE", "queue"),
              number("WAITING", "backlogPackets"),
              number("BACKLOG", row -> Quantity.bytes(row.number("backlogBytes"))),
              frames("SENT", "sentPackets"),
              bytes("SENT-BYTES", "sentBytes"),
              frames("MARKED", "markedPackets"),
              frames("DROPPED", "droppedPackets"),
              text("WHY", Columns::why));
      case COUNTERS ->
          List.of(
              text("KIND", "kind"),
              text("OF", "label"),
              text("COUNTER", "counter"),
              frames("VALUE", "value"));
      case ERRORS ->
          List.of(
              frames("COUNT", "count"),
              number("FIRST", row -> ago(row.text("first"))),
              number("LAST", row -> ago(row.text("last"))),
              text("ERROR", "error"));
    };
  }

  private static List<Column> traffic(Column... first) {
    List<Column> columns = new ArrayList<>(List.of(first));
    columns.add(frames("RX-FRAMES", "traffic.receivedFrames"));
    columns.add(bytes("RX-BYTES", "traffic.receivedBytes"));
    columns.add(frames("TX-FRAMES", "traffic.sentFrames"));
    columns.add(bytes("TX-BYTES", "traffic.sentBytes"));
    columns.add(frames("DROPS", "traffic.drops"));
    return List.copyOf(columns);
  }

  /** Two hosts see the same datagrams, but not the same frames: each puts together what it can. */
  private static List<Column> tunnelTraffic(Column... first) {
    List<Column> columns = new ArrayList<>(List.of(first));
    columns.add(frames("RX-FRAMES", "traffic.receivedFrames"));
    columns.add(frames("RX-DATAGRAMS", "traffic.receivedDatagrams"));
    columns.add(bytes("RX-BYTES", "traffic.receivedBytes"));
    columns.add(frames("TX-FRAMES", "traffic.sentFrames"));
    columns.add(frames("TX-DATAGRAMS", "traffic.sentDatagrams"));
    columns.add(bytes("TX-BYTES", "traffic.sentBytes"));
    columns.add(frames("DROPS", "traffic.drops"));
    return List.copyOf(columns);
  }

  private static String why(Row queue) {
    if (!(queue.values().get("drops") instanceof Map<?, ?> drops) || drops.isEmpty()) {
      return "-";
    }
    return drops.entrySet().stream()
        .map(drop -> drop.getKey() + " " + drop.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String where(Row group) {
    boolean nowhere = group.text("port").isEmpty() && group.text("remote").isEmpty();
    return nowhere ? "-" : place(group);
  }

  private static String origin(Row station) {
    String told = station.text("told");
    return station.text("origin") + (told.isEmpty() ? "" : ", instead of told at " + told);
  }

  private static String place(Row station) {
    String port = station.text("port");
    return port.isEmpty() ? "remote " + station.text("remote") : "port " + port;
  }

  private static String state(Row port) {
    String state = port.text("state");
    String held = port.text("heldBack");
    if (!state.equals("attached")) {
      return state;
    }
    String missing = port.text("queuesMissing");
    String queues = missing.isEmpty() ? "" : ", by one queue: " + missing;
    return (held.isEmpty() ? state : "held back: " + held) + queues;
  }

  /** A port whose device is missing has none. */
  private static String mtu(Row port) {
    return port.number("mtuBytes") == 0 ? "-" : port.text("mtuBytes");
  }

  private static String placeIfAny(Row neighbour) {
    boolean nowhere = neighbour.text("port").isEmpty() && neighbour.text("remote").isEmpty();
    if (!nowhere) {
      return place(neighbour);
    }
    return neighbour.text("origin").equals("learned") ? "gone" : "not seen";
  }

  private static String kind(Row neighbour) {
    String router = neighbour.text("router").equals("true") ? "router" : "";
    String contested = neighbour.text("contested").equals("true") ? "contested" : "";
    String both = (router + " " + contested).trim();
    return both.isEmpty() ? "-" : both;
  }

  private static String pathMtu(Row remote) {
    return remote.text("path.mtuBytes").isEmpty() ? "-" : remote.text("path.mtuBytes");
  }

  private static String age(Row station) {
    return station.text("ageSeconds").isEmpty() ? "-" : Quantity.age(station.number("ageSeconds"));
  }

  private static String ago(String instant) {
    return Quantity.age(Duration.between(Instant.parse(instant), Instant.now()).toSeconds())
        + " ago";
  }
}
