package net.viaduct.cli.transition;

import java.util.Map;
import java.util.Optional;
import net.viaduct.cli.Row;
import net.viaduct.cli.controller.ControllerClient;

/**
 * Knows which machines are where they are to come already, by what the store says: whoever gives
 * the same command again goes on where it ended. Stateless but for whom it asks.
 *
 * @param client asks the controller
 * @param network the network that is also a VLAN
 * @param target of the API, of the network's transition
 */
record EarlierSteps(ControllerClient client, String network, String target) {
  /** How many versions of a port are looked at; only the newest that is none matters. */
  private static final int VERSIONS = 2;

  /**
   * A machine that came.
   *
   * @param mac its address
   * @param move as the controller tells it, if it has not forgotten it
   */
  record Done(String mac, Optional<ToldMove> move) {}

  /** Whether a machine is at a host, off the wire, with which port. */
  Optional<Done> offWire(String mac, String host) {
    Map<String, Object> now = client.ask("GET", target, null);
    return TransitionScreens.rows(now, "ports")
        .filter(row -> row.text("mac").equalsIgnoreCase(mac) && row.text("host").equals(host))
        .map(row -> new Done(row.text("mac"), move(now, true, row.text("mac"))))
        .findFirst();
  }

  /** Whether the machine of a port, or of an address, is at the wire. */
  Optional<Done> ontoWire(String portOrMac) {
    Optional<String> mac =
        portOrMac.contains(":") ? Optional.of(portOrMac) : macOfDeleted(portOrMac);
    if (mac.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> now = client.ask("GET", target, null);
    return TransitionScreens.rows(now, "stations")
        .filter(row -> row.text("mac").equalsIgnoreCase(mac.get()))
        .filter(row -> isBack(now, row))
        .map(row -> new Done(row.text("mac"), move(now, false, row.text("mac"))))
        .findFirst();
  }

  /** One that does not move, or has moved. */
  private static boolean isBack(Map<String, Object> now, Row station) {
    return station.text("state").equals("direct")
        || move(now, false, station.text("mac")).isPresent();
  }

  private static Optional<ToldMove> move(Map<String, Object> now, boolean isOff, String mac) {
    return TransitionScreens.rows(now, "moves")
        .map(ToldMove::of)
        .filter(move -> move.isMoved() && move.isOff() == isOff && move.text("mac").equals(mac))
        .findFirst();
  }

  /** The address of a port that is there no more, if it was one of this network. */
  private Optional<String> macOfDeleted(String port) {
    String question =
        "/api/v1/history?kind=port&limit=%d&name=%s".formatted(VERSIONS, WireMove.encoded(port));
    var versions = TransitionScreens.rows(client.ask("GET", question, null), "items").toList();
    if (versions.size() < VERSIONS || !versions.getFirst().text("event").equals("delete")) {
      return Optional.empty();
    }
    Row last = versions.getLast();
    return Optional.of(last.text("object.mac"))
        .filter(_ -> last.text("object.network").equals(network));
  }
}
