package net.viaduct.controller.moving;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.registry.ChangeRefused;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine that moves, as the store has it at {@code move/PORT}: from the moment at which the new
 * host is told until the old one need not send anything after it any more. Where it is, the
 * definition of its port or station says. Immutable.
 *
 * @param port that moves, will be, or was
 * @param kind what its machine is before and after
 * @param vni of its network
 * @param mac of its machine
 * @param from the host that it leaves
 * @param to the host that it comes to
 * @param device of that host
 * @param seen what hosts have told about it
 * @param movedMs when it was said to be at the new host; 0 if it was not
 */
public record Move(
    String port,
    Kind kind,
    int vni,
    Mac mac,
    String from,
    String to,
    String device,
    Seen seen,
    long movedMs) {
  /** What the keys of moves begin with. */
  public static final String PREFIX = "move/";

  private static final double NS_PER_MS = 1e6;

  /** What a machine is before and after. */
  public enum Kind {
    /** A port, and the same one at another host. */
    PORT,
    /** A direct station, which becomes a port. */
    OFF_WIRE,
    /** A port, which becomes a direct station. */
    ONTO_WIRE
  }

  /**
   * What hosts have told about a move. Immutable.
   *
   * @param readyFrom whether the old host sends copies, or need not
   * @param readyTo whether the new host has the port
   * @param leftNs when the machine was last heard at the old host, since 1970; 0 if that is not
   *     known
   * @param arrivedNs when it was first heard at the new host; 0 if it was not
   * @param answeredNs when it last answered the old host, which asks it for its addresses, wherever
   *     it is; 0 if it did not
   */
  public record Seen(
      boolean readyFrom, boolean readyTo, long leftNs, long arrivedNs, long answeredNs) {
    /** Nothing yet. */
    public static final Seen NOTHING = new Seen(false, false, 0, 0, 0);

    /** Nothing yet, and the old host need not send copies. */
    public static final Seen NO_COPIES = new Seen(true, false, 0, 0, 0);
  }

  /** Where it is in the store. */
  public String key() {
    return PREFIX + port;
  }

  /** Whether nothing is lost if the machine changes over now. */
  public boolean isReady() {
    return seen.readyFrom && seen.readyTo;
  }

  /**
   * Lets only a move pass by which nothing is lost.
   *
   * @throws ChangeRefused if a host is not ready for it
   */
  public void requireReady() {
    if (!isReady()) {
      String late = seen.readyTo ? from : to;
      throw new ChangeRefused(
          ChangeRefused.Cause.WRONG, "host " + late + " is not ready for it yet");
    }
  }

  /** The hosts that have to become ready before it may change over. */
  List<String> waitsFor() {
    return Stream.of(seen.readyFrom ? "" : from, seen.readyTo ? "" : to)
        .filter(it -> !it.isEmpty())
        .toList();
  }

  /** Whether the machine was heard at the new host. */
  public boolean isHere() {
    return seen.arrivedNs != 0;
  }

  /** Whether the port was said to be at the new host. */
  public boolean isMoved() {
    return movedMs != 0;
  }

  /** Whether the machine answered the host that it leaves: since it has left, if it has. */
  public boolean isAnswered() {
    return seen.answeredNs > movedMs * NS_PER_MS;
  }

  /** For how long the machine was heard nowhere, in nanoseconds, if both hosts have told. */
  public OptionalLong blackoutNs() {
    return seen.leftNs == 0 || seen.arrivedNs == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(0, seen.arrivedNs - seen.leftNs));
  }

  /** The same in milliseconds, for people. */
  static double ms(long ns) {
    return Math.round(ns / NS_PER_MS * 1000) / 1000.0;
  }

  Move movedAt(long ms) {
    return new Move(port, kind, vni, mac, from, to, device, seen, ms);
  }

  private Move with(Seen other) {
    return new Move(port, kind, vni, mac, from, to, device, other, movedMs);
  }

  /** What the old host tells. */
  Move heardLeaving(long lastNs, long answeredNs) {
    long left = lastNs == 0 ? seen.leftNs : lastNs;
    long answered = Math.max(seen.answeredNs, answeredNs);
    return with(new Seen(true, seen.readyTo, left, seen.arrivedNs, answered));
  }

  /** What the new host tells. */
  Move heardArriving(long firstNs) {
    long arrived = seen.arrivedNs == 0 ? firstNs : seen.arrivedNs;
    return with(new Seen(seen.readyFrom, true, seen.leftNs, arrived, seen.answeredNs));
  }

  private String kindWord() {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As the API tells it. */
  public ObjectNode told() {
    ObjectNode node =
        Documents.object()
            .put("port", port)
            .put("kind", kindWord())
            .put("mac", mac.text())
            .put("from", from)
            .put("to", to)
            .put("device", device)
            .put("step", isMoved() ? "moved" : isReady() ? "ready" : "preparing")
            .put("here", isHere());
    if (!isMoved() && !isReady()) {
      waitsFor().forEach(node.putArray("waitsFor")::add);
    }
    if (kind != Kind.PORT) {
      node.put("answered", isAnswered());
    }
    blackoutNs().ifPresent(ns -> node.put("blackoutMs", ms(ns)));
    return node;
  }

  /** As the store has it. */
  public String json() {
    return Documents.write(
        Documents.object()
            .put("port", port)
            .put("kind", kindWord())
            .put("vni", vni)
            .put("mac", mac.text())
            .put("from", from)
            .put("to", to)
            .put("device", device)
            .put("readyFrom", seen.readyFrom)
            .put("readyTo", seen.readyTo)
            .put("leftNs", seen.leftNs)
            .put("arrivedNs", seen.arrivedNs)
            .put("answeredNs", seen.answeredNs)
            .put("movedMs", movedMs));
  }

  /** Reads what the store has. */
  public static Move parse(String json) {
    ObjectNode node = Documents.parseObject(json);
    return new Move(
        node.path("port").asString(""),
        Kind.valueOf(node.path("kind").asString("port").toUpperCase(Locale.ROOT).replace('-', '_')),
        node.path("vni").asInt(),
        new Mac(node.path("mac").asString("")),
        node.path("from").asString(""),
        node.path("to").asString(""),
        node.path("device").asString(""),
        new Seen(
            node.path("readyFrom").asBoolean(false),
            node.path("readyTo").asBoolean(false),
            node.path("leftNs").asLong(0),
            node.path("arrivedNs").asLong(0),
            node.path("answeredNs").asLong(0)),
        node.path("movedMs").asLong(0));
  }
}
