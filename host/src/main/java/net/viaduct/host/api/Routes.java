package net.viaduct.host.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.view.HostView;
import net.viaduct.host.view.ReloadRefused;

/** Which path shows what. Immutable: safe from any thread. */
final class Routes {
  /** How many stations a page has if nobody says, and at most. */
  private static final int USUAL_PAGE = 1_000;

  /** All that a table may hold: it is written while it is walked over. */
  private static final int LARGEST_PAGE = 1 << 26;

  private static final int UNPROCESSABLE = 422;

  private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>();

  /**
   * An answer for query parameters.
   *
   * @param parameters the names of those that it knows
   */
  private record Route(Set<String> parameters, Function<Map<String, String>, Object> answer) {}

  Routes(HostView host) {
    get("/v1/status", host::status);
    get("/v1/controller", host::controller);
    get("/v1/networks", () -> Map.of("networks", host.networks()));
    get("/v1/ports", () -> Map.of("ports", host.ports()));
    get("/v1/remotes", () -> Map.of("remotes", host.remotes()));
    get("/v1/flood", () -> Map.of("flood", host.flood()));
    add(
        "GET",
        "/v1/neighbours",
        new Route(
            StationParameters.NAMES,
            p -> Map.of("neighbours", known(() -> host.neighbours(StationParameters.filter(p))))));
    get("/v1/flaps", () -> Map.of("flaps", host.flaps()));
    get("/v1/groups", () -> Map.of("groups", host.groups()));
    get("/v1/drops", () -> Map.of("drops", host.drops()));
    get("/v1/counters", () -> Map.of("counters", host.counters()));
    get("/v1/errors", () -> Map.of("errors", host.errors()));
    add("GET", "/v1/stations", new Route(StationParameters.OF_PAGES, p -> stations(host, p)));
    add(
        "DELETE",
        "/v1/stations",
        new Route(
            StationParameters.NAMES, p -> known(() -> host.flush(StationParameters.filter(p)))));
    add("POST", "/v1/announce", new Route(Set.of("network", "port"), p -> announce(host, p)));
    add("POST", "/v1/reload", new Route(Set.of(), _ -> reload(host)));
    diagnose(host.diagnosis());
  }

  private void diagnose(Diagnosis diagnosis) {
    add(
        "POST",
        "/v1/trace",
        new Route(Set.of("port", "remote", "vni", "frame", "packet"), p -> trace(diagnosis, p)));
    add(
        "POST",
        "/v1/capture",
        new Route(
            CaptureParameters.NAMES,
            p -> asked(() -> diagnosis.beginCapture(CaptureParameters.question(p)))));
    add(
        "GET",
        "/v1/capture",
        new Route(Set.of("id"), p -> asked(() -> diagnosis.captured(Parameters.text(p, "id")))));
    add(
        "DELETE",
        "/v1/capture",
        new Route(Set.of("id"), p -> asked(() -> diagnosis.endCapture(Parameters.text(p, "id")))));
  }

  /** What somebody asks for wrongly is told so. */
  private static Object asked(Supplier<Object> question) {
    try {
      return question.get();
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(400, String.valueOf(e.getMessage()));
    }
  }

  private static Object trace(Diagnosis diagnosis, Map<String, String> parameters) {
    if (parameters.containsKey("packet")) {
      byte[] packet = Parameters.hex(parameters, "packet");
      return asked(() -> diagnosis.traceFromUnderlay(packet));
    }
    byte[] frame = Parameters.hex(parameters, "frame");
    return asked(() ->
        parameters.containsKey("remote")
            ? diagnosis.traceFromRemote(
                Parameters.text(parameters, "remote"), Parameters.number(parameters, "vni"), frame)
            : diagnosis.traceFromPort(Parameters.text(parameters, "port"), frame));
  }

  private void get(String path, Supplier<Object> answer) {
    add("GET", path, new Route(Set.of(), _ -> answer.get()));
  }

  private void add(String method, String path, Route route) {
    routes.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(method, route);
  }

  /**
   * Answers a request.
   *
   * @throws RequestRefused if there is no such thing, or it was asked for wrongly
   */
  Object answer(String method, String path, Map<String, String> parameters) {
    Map<String, Route> methods =
        Optional.ofNullable(routes.get(path))
            .orElseThrow(() ->
                new RequestRefused(
                    404, "there is no " + path + "; there is " + String.join(", ", paths())));
    Route route =
        Optional.ofNullable(methods.get(method))
            .orElseThrow(() ->
                new RequestRefused(405, path + " takes " + String.join(", ", methods.keySet())));
    for (String name : parameters.keySet()) {
      if (!route.parameters().contains(name)) {
        throw new RequestRefused(
            400,
            path
                + " has no parameter '"
                + name
                + "'"
                + (route.parameters().isEmpty()
                    ? ""
                    : "; it has " + String.join(", ", new TreeSet<>(route.parameters()))));
      }
    }
    return route.answer().apply(parameters);
  }

  /** The methods that a path takes, none if there is no such path. */
  Set<String> methods(String path) {
    return routes.getOrDefault(path, Map.of()).keySet();
  }

  private Set<String> paths() {
    return routes.keySet();
  }

  private static StationsAnswer stations(HostView host, Map<String, String> parameters) {
    int limit = limit(parameters.getOrDefault("limit", String.valueOf(USUAL_PAGE)));
    return new StationsAnswer(
        host, StationParameters.filter(parameters), limit, parameters.getOrDefault("cursor", ""));
  }

  /** What somebody names that is not there is told so. */
  private static <T> T known(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(UNPROCESSABLE, String.valueOf(e.getMessage()));
    }
  }

  private static int limit(String text) {
    int limit = text.matches("[0-9]{1,8}") ? Integer.parseInt(text) : 0;
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new RequestRefused(
          400, "limit: '" + text + "' is out of range; a page has 1 to " + LARGEST_PAGE);
    }
    return limit;
  }

  private static Object announce(HostView host, Map<String, String> parameters) {
    return known(() ->
        host.announce(parameters.getOrDefault("network", ""), parameters.getOrDefault("port", "")));
  }

  private static Object reload(HostView host) {
    try {
      return host.reload();
    } catch (ReloadRefused refused) {
      throw new RequestRefused(
          UNPROCESSABLE, "nothing was changed: " + refused.getMessage(), refused.errors());
    }
  }
}
