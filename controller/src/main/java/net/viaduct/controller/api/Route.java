package net.viaduct.controller.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import net.viaduct.controller.access.Role;

/**
 * What is done for a method and a path. Immutable.
 *
 * @param method of HTTP
 * @param path with places as {@code {name}}
 * @param id of the operation, for OpenAPI
 * @param summary a sentence about it
 * @param role that it takes
 * @param parameters of the query that it knows
 * @param request the schema of the body; empty if it takes none
 * @param response the schema of the answer
 * @param mostBytes how large the body may be
 * @param action does it
 */
record Route(
    String method,
    String path,
    String id,
    String summary,
    Role role,
    List<Parameter> parameters,
    String request,
    String response,
    int mostBytes,
    Function<Call, Answer> action) {
  private static final int USUAL_BYTES = 256 * 1024;

  /**
   * A parameter of a query.
   *
   * @param name of it
   * @param type of OpenAPI: string, integer, boolean
   * @param description a sentence
   */
  record Parameter(String name, String type, String description) {}

  Route {
    parameters = List.copyOf(parameters);
  }

  static Route get(
      String path, String id, String summary, String response, Function<Call, Answer> action) {
    return new Route("GET", path, id, summary, Role.VIEWER, List.of(), "", response, 0, action);
  }

  static Route change(
      String method,
      String path,
      String id,
      String summary,
      String request,
      String response,
      Function<Call, Answer> action) {
    int bytes = request.isEmpty() ? 0 : USUAL_BYTES;
    return new Route(
        method, path, id, summary, Role.OPERATOR, List.of(), request, response, bytes, action);
  }

  Route with(Parameter... more) {
    return new Route(
        method, path, id, summary, role, List.of(more), request, response, mostBytes, action);
  }

  Route forRole(Role needed) {
    return new Route(
        method, path, id, summary, needed, parameters, request, response, mostBytes, action);
  }

  Route upTo(int bytes) {
    return new Route(method, path, id, summary, role, parameters, request, response, bytes, action);
  }

  /** The names of the places of its path. */
  List<String> places() {
    List<String> places = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (part.startsWith("{")) {
        places.add(part.substring(1, part.length() - 1));
      }
    }
    return places;
  }

  /** What stands at its places in a path; empty if it is not that path. */
  Optional<Map<String, String>> match(List<String> parts) {
    String[] mine = path.split("/", -1);
    if (mine.length != parts.size()) {
      return Optional.empty();
    }
    Map<String, String> found = new HashMap<>();
    for (int i = 0; i < mine.length; i++) {
      String part = parts.get(i);
      if (mine[i].startsWith("{")) {
        found.put(mine[i].substring(1, mine[i].length() - 1), part);
      } else if (!mine[i].equals(part)) {
        return Optional.empty();
      }
    }
    return Optional.of(found);
  }
}
