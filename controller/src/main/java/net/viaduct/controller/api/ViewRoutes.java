package net.viaduct.controller.api;

import java.util.Arrays;
import java.util.stream.Stream;
import net.viaduct.controller.access.Role;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.view.Found;
import net.viaduct.controller.view.History;
import net.viaduct.controller.view.Search;
import net.viaduct.controller.view.Topology;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What people look for across objects. Immutable: safe from any thread. */
final class ViewRoutes {
  private static final int USUAL_FOUND = 20;
  private static final int MOST_FOUND = 100;
  private static final int USUAL_VERSIONS = 20;
  private static final int MOST_VERSIONS = 100;

  private final Store store;
  private final Topology topology;
  private final Search search;
  private final History history;
  private final Representation representation;

  ViewRoutes(Store store, Registry registry, Topology topology, Representation representation) {
    this.store = store;
    this.topology = topology;
    this.search = new Search(store, registry);
    this.history = new History(store);
    this.representation = representation;
  }

  Stream<Route> routes() {
    return Stream.of(
        Route.get(
                "/api/v1/topology",
                "getTopology",
                "Tells which host has how many ports and stations in which network.",
                "Topology",
                this::topology)
            .with(
                new Parameter("network", "string", "Only this network and its members."),
                new Parameter("host", "string", "Only this host and its networks.")),
        Route.get(
                "/api/v1/search",
                "search",
                "Finds objects by a VNI, a MAC or IP address, a name, or by how one begins.",
                "FoundList",
                this::search)
            .with(
                new Parameter("q", "string", "What to look for."),
                new Parameter("limit", "integer", "How many at most, 1 to " + MOST_FOUND + ".")),
        Route.get(
                "/api/v1/history",
                "getHistory",
                "Tells what became of an object, the newest first; administrators also see who did"
                    + " it.",
                "History",
                this::history)
            .with(
                new Parameter("kind", "string", "What it is: network, host, port, station, group."),
                new Parameter("name", "string", "Its name; of a station NETWORK/MAC."),
                new Parameter(
                    "limit", "integer", "How many versions at most, 1 to " + MOST_VERSIONS + ".")));
  }

  private Answer topology(Call call) {
    String network = call.query("network");
    String host = call.query("host");
    if (!network.isEmpty() && !host.isEmpty()) {
      throw new ApiProblem(400, "one filter at a time: network or host");
    }
    return Answer.ok(topology.json(network, host));
  }

  private Answer search(Call call) {
    int limit = call.whole("limit", USUAL_FOUND, MOST_FOUND);
    ObjectNode json = Documents.object();
    ArrayNode items = json.putArray("items");
    for (Found found : search.find(call.query("q"), limit)) {
      ObjectNode item = items.addObject();
      item.put("by", found.by().word());
      item.put("kind", found.stored().definition().kind().word());
      item.put("name", found.stored().definition().name());
      item.set("object", representation.of(found.stored()));
    }
    return Answer.ok(json);
  }

  private Answer history(Call call) {
    int limit = call.whole("limit", USUAL_VERSIONS, MOST_VERSIONS);
    String word = call.query("kind");
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(it -> it.word().equals(word))
            .findFirst()
            .orElseThrow(() -> new ApiProblem(400, "kind: '" + word + "' is not a kind"));
    if (call.query("name").isEmpty()) {
      throw new ApiProblem(400, "name: say whose history");
    }
    boolean whoToo = call.identity().role().may(Role.ADMIN);
    ObjectNode json = Documents.object();
    json.put("oldestRevision", store.oldestRevision());
    ArrayNode items = json.putArray("items");
    for (History.Version version : history.of(kind.prefix() + call.query("name"), limit)) {
      ObjectNode item = items.addObject();
      item.put("revision", version.revision());
      item.put("event", version.object() == null ? "delete" : "put");
      if (version.object() != null) {
        item.set("object", version.object());
      }
      version
          .audit()
          .ifPresent(audit -> {
            item.set("at", audit.get("at"));
            if (whoToo) {
              item.set("who", audit.get("who"));
              item.set("role", audit.get("role"));
              item.set("via", audit.get("via"));
            }
          });
    }
    return Answer.ok(json);
  }
}
