package net.viaduct.controller.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Fields;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.registry.Listing;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.transition.TransitionPlan;
import net.viaduct.controller.transition.Transitions;
import net.viaduct.controller.transition.Wire;
import net.viaduct.controller.transition.WireStation;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Machines that come from a physical VLAN, or go back. Immutable: safe from any thread. */
final class TransitionRoutes {
  private static final String PATH = "/api/v1/networks/{name}/transition";
  private static final int PAGE = 1_000;

  private final Store store;
  private final Registry registry;
  private final Transitions transitions;

  TransitionRoutes(Store store, Registry registry, Transitions transitions) {
    this.store = store;
    this.registry = registry;
    this.transitions = transitions;
  }

  Stream<Route> routes() {
    return Stream.of(
        Route.get(
            PATH,
            "getTransition",
            "Tells who is on a network's VLAN, who moves and who came from there.",
            "Transition",
            this::get),
        Route.get(
            PATH + "/plan",
            "planTransition",
            "Proposes in which order machines come off the wire, and says why.",
            "TransitionPlan",
            this::plan),
        Route.change(
            "POST",
            PATH,
            "prepareOffWire",
            "Makes a host ready for a machine that is on the wire; it stays there.",
            "NewPortOffWire",
            "Move",
            this::offWire),
        Route.change(
            "POST",
            "/api/v1/ports/{name}/onto-wire",
            "prepareOntoWire",
            "Makes the wire ready for the machine of a port; it stays where it is.",
            "",
            "Move",
            this::ontoWire));
  }

  private Answer get(Call call) {
    Network network = transitions.stretched(call.path("name"));
    Map<String, Move> moves = moves(network);
    ObjectNode answer = Documents.object().put("network", network.name());
    transitions.gateway(network).ifPresent(gateway -> answer.put("gateway", gateway));
    ArrayNode stations = answer.putArray("stations");
    for (WireStation one : onWire(network)) {
      ObjectNode told = told(one);
      String mac = one.mac().text();
      boolean isDirect = registry.get(Kind.STATION, network.name() + "/" + mac).isPresent();
      Move move = moves.get(mac);
      told.put("state", move != null ? "moving" : isDirect ? "direct" : "heard");
      stations.add(told);
    }
    ArrayNode moving = answer.putArray("moves");
    moves.values().forEach(move -> moving.add(move.told()));
    ArrayNode came = answer.putArray("ports");
    each(
        Kind.PORT,
        network,
        stored -> {
          Port port = (Port) stored.definition();
          if (port.labels().containsKey(Transitions.LABEL)) {
            ObjectNode one =
                came.addObject().put("name", port.name()).put("mac", port.mac().text());
            port.host().ifPresent(host -> one.put("host", host));
            one.put("since", port.labels().get(Transitions.LABEL));
          }
        });
    return Answer.ok(answer);
  }

  private Answer plan(Call call) {
    Network network = transitions.stretched(call.path("name"));
    ObjectNode answer = Documents.object().put("network", network.name());
    ArrayNode items = answer.putArray("items");
    for (TransitionPlan.Step step : TransitionPlan.of(onWire(network))) {
      items.add(told(step.station()).put("why", step.why()));
    }
    return Answer.ok(answer);
  }

  /** Who is heard there, and who is said to be. */
  private List<WireStation> onWire(Network network) {
    Map<String, WireStation> all = new TreeMap<>();
    Wire.of(store, network.name()).all().forEach(one -> all.put(one.mac().text(), one));
    each(
        Kind.STATION,
        network,
        stored -> {
          Station station = (Station) stored.definition();
          if (station.place() instanceof Station.Place.Direct) {
            all.merge(
                station.mac().text(),
                new WireStation(
                    station.mac(),
                    station.ips(),
                    WireStation.Kind.MACHINE,
                    0,
                    "",
                    Instant.EPOCH.toString()),
                TransitionRoutes::both);
          }
        });
    return List.copyOf(all.values());
  }

  private static WireStation both(WireStation heard, WireStation said) {
    return said.ips().isEmpty()
        ? heard
        : new WireStation(
            heard.mac(),
            said.ips(),
            heard.kind(),
            heard.heardTenths(),
            heard.since(),
            heard.gone());
  }

  private static ObjectNode told(WireStation one) {
    ObjectNode node = Documents.object().put("mac", one.mac().text());
    ArrayNode ips = node.putArray("ips");
    one.ips().forEach(ip -> ips.add(ip.toString()));
    node.put("kind", one.word()).put("heardTenths", one.heardTenths());
    node.put("isHeard", one.gone().isEmpty());
    if (!one.since().isEmpty()) {
      node.put("since", one.since());
    }
    return node;
  }

  private void each(Kind kind, Network network, Consumer<Stored> action) {
    String below = kind == Kind.STATION ? network.name() + "/" : "";
    String cursor = "";
    do {
      Listing page = registry.listUsers(kind, Kind.NETWORK, network.name(), below, PAGE, cursor);
      page.objects().forEach(action);
      cursor = page.cursor();
    } while (!cursor.isEmpty());
  }

  /** Those that come off the wire, or go onto it, by MAC address. */
  private Map<String, Move> moves(Network network) {
    Map<String, Move> moves = new HashMap<>();
    Page page = store.range(Range.first(Move.PREFIX, PAGE));
    while (true) {
      for (Entry entry : page.entries()) {
        Move move = Move.parse(entry.value());
        if (move.vni() == network.vni() && move.kind() != Move.Kind.PORT) {
          moves.put(move.mac().text(), move);
        }
      }
      if (!page.hasMore()) {
        return moves;
      }
      page = store.range(Range.first(Move.PREFIX, PAGE).after(page));
    }
  }

  private Answer offWire(Call call) {
    List<Mistake> mistakes = new ArrayList<>();
    Fields fields = new Fields(call.body(), "", mistakes);
    Optional<Mac> mac = fields.need("mac", fields.text("mac", Mac::new));
    Optional<String> to = fields.need("to", fields.text("to", Names::require));
    Optional<String> port = fields.text("port", Names::require);
    Optional<String> device = fields.text("device", Names::requireDevice);
    fields.noMore();
    if (!mistakes.isEmpty() || mac.isEmpty() || to.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    Transitions.Wanted wanted = new Transitions.Wanted(mac.get(), to.get(), port, device);
    Move move = transitions.offWire(call.path("name"), wanted, call.actor());
    return new Answer(201, move.told(), Map.of());
  }

  private Answer ontoWire(Call call) {
    return new Answer(201, transitions.ontoWire(call.path("name"), call.actor()).told(), Map.of());
  }
}
