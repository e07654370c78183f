package net.viaduct.controller.transition;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Mac;
import tools.jackson.databind.node.ObjectNode;

/**
 * A station that was heard on the wire over which a network is stretched. Immutable.
 *
 * @param mac of it
 * @param ips that it told
 * @param kind what it is
 * @param heardTenths in how many tenths of the time it was heard, 0 to 10
 * @param since when it was heard first, ISO 8601
 * @param gone since when it is not heard any more; empty if it is
 */
public record WireStation(
    Mac mac, List<Ip> ips, Kind kind, int heardTenths, String since, String gone) {
  /** What a station is. */
  public enum Kind {
    /** Any machine. */
    MACHINE,
    /** It says itself that it is a router. */
    ROUTER,
    /** Its address is one that routers share. */
    VIRTUAL_ROUTER;

    /** As the API tells it: {@code virtual-router}. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return kind;
        }
      }
      return MACHINE;
    }
  }

  /** Copies the addresses. */
  public WireStation {
    ips = List.copyOf(ips);
  }

  /** What it is, as the API tells it. */
  public String word() {
    return kind.word();
  }

  ObjectNode json() {
    ObjectNode node = Documents.object().put("mac", mac.text());
    ips.forEach(ip -> node.withArray("ips").add(ip.toString()));
    node.put("kind", kind.word()).put("heardTenths", heardTenths).put("since", since);
    if (!gone.isEmpty()) {
      node.put("gone", gone);
    }
    return node;
  }

  static WireStation parse(ObjectNode node) {
    List<Ip> ips = new ArrayList<>();
    node.path("ips").forEach(ip -> ips.add(new Ip(ip.asString(""))));
    return new WireStation(
        new Mac(node.path("mac").asString("")),
        ips,
        Kind.of(node.path("kind").asString("")),
        node.path("heardTenths").asInt(0),
        node.path("since").asString(""),
        node.path("gone").asString(""));
  }
}
