package net.viaduct.controller.api;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.meters.InstallationMeters;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.moving.Moves;
import net.viaduct.controller.registry.Pruning;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.tracing.Journey;
import net.viaduct.controller.transition.Transitions;
import net.viaduct.controller.view.Topology;
import tools.jackson.databind.node.ObjectNode;

/** Which route answers which request. Immutable: safe from any thread. */
final class Routes {
  /** Where changes are told as they happen; answered by {@link EventStream}. */
  static final String WATCH = "/api/v1/watch";

  private final List<Route> routes = new ArrayList<>();

  /**
   * A request's route.
   *
   * @param route which
   * @param path what stands at its places
   */
  record Match(Route route, Map<String, String> path) {}

  Routes(
      Store store, Registry registry, Tokens tokens, Optional<HostServices> hosts, String version) {
    routes.add(
        Route.get(
            "/api/v1/status",
            "getStatus",
            "Tells the controller's state.",
            "Status",
            _ -> Answer.ok(status(store, version))));
    Representation representation = new Representation(store);
    Warnings warnings = new Warnings(store, registry, hosts.map(HostServices::reachability));
    for (Kind kind : Kind.values()) {
      new ObjectRoutes(kind, registry, representation, warnings).routes().forEach(routes::add);
    }
    Transitions transitions = new Transitions(store, registry, Clock.systemUTC());
    new MoveRoutes(store, new Moves(store, registry), transitions).routes().forEach(routes::add);
    new TransitionRoutes(store, registry, transitions).routes().forEach(routes::add);
    routes.add(new ApplyRoute(registry, new Pruning(store, registry)).route());
    new AccessRoutes(store, tokens).routes().forEach(routes::add);
    hosts.ifPresent(it -> new JoinRoutes(store, it.joining()).routes().forEach(routes::add));
    Topology topology = new Topology(store);
    new ViewRoutes(store, registry, topology, representation).routes().forEach(routes::add);
    InstallationMeters meters = hosts.map(HostServices::meters).orElseGet(InstallationMeters::none);
    routes.add(new MeterRoute(registry, topology, meters).route());
    hosts
        .map(it -> new Journey(store, registry, topology, it.questions()::ask))
        .ifPresent(it -> routes.add(new TraceRoute(it).route()));
    routes.add(
        Route.get(
                WATCH,
                "watch",
                "Tells changes as they happen, as server-sent events.",
                "Events",
                _ -> {
                  throw new IllegalStateException("events are not one answer");
                })
            .with(
                new Parameter("revision", "integer", "Begins after this one; now if missing."),
                new Parameter("kinds", "string", "Only these: network,host,port,station,group.")));
    routes.add(
        Route.get(
            "/api/v1/openapi.json",
            "getOpenApi",
            "This document.",
            "OpenApi",
            _ -> Answer.ok(OpenApi.document(routes, version))));
  }

  private static ObjectNode status(Store store, String version) {
    return Documents.object()
        .put("version", version)
        .put("revision", store.revision())
        .put("oldestRevision", store.oldestRevision());
  }

  List<Route> all() {
    return List.copyOf(routes);
  }

  /**
   * The route of a request.
   *
   * @throws ApiProblem if there is none
   */
  Match match(String method, String path) {
    List<String> parts = Arrays.asList(path.split("/", -1));
    TreeSet<String> others = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> found = route.match(parts);
      if (found.isPresent()) {
        if (route.method().equals(method)) {
          return new Match(route, found.get());
        }
        others.add(route.method());
      }
    }
    if (others.isEmpty()) {
      throw new ApiProblem(404, "there is no such path; see /api/v1/openapi.json");
    }
    throw new ApiProblem(405, "this path takes " + String.join(", ", others));
  }
}
