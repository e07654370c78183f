package net.viaduct.controller.api;

import java.util.List;
import java.util.Locale;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The API as an OpenAPI 3.1 document, made of the routes that answer. Stateless. */
final class OpenApi {
  private OpenApi() {}

  static ObjectNode document(List<Route> routes, String version) {
    ObjectNode document = Documents.object();
    document.put("openapi", "3.1.0");
    document.putObject("info").put("title", "Viaduct controller").put("version", version);
    ObjectNode paths = document.putObject("paths");
    routes.forEach(route -> operation(paths, route));
    ObjectNode components = document.putObject("components");
    components.set("schemas", Schemas.all());
    ObjectNode schemes = components.putObject("securitySchemes");
    schemes.putObject("token").put("type", "http").put("scheme", "bearer");
    schemes.putObject("certificate").put("type", "mutualTLS");
    ArrayNode security = document.putArray("security");
    security.addObject().putArray("token");
    security.addObject().putArray("certificate");
    return document;
  }

  private static void operation(ObjectNode paths, Route route) {
    ObjectNode operation =
        paths.withObjectProperty(route.path()).putObject(route.method().toLowerCase(Locale.ROOT));
    operation.put("operationId", route.id());
    operation.put("summary", route.summary());
    operation.put("x-role", route.role().word());
    ArrayNode parameters = operation.putArray("parameters");
    for (String place : route.places()) {
      parameters
          .addObject()
          .put("name", place)
          .put("in", "path")
          .put("required", true)
          .putObject("schema")
          .put("type", "string");
    }
    for (Route.Parameter parameter : route.parameters()) {
      parameters
          .addObject()
          .put("name", parameter.name())
          .put("in", "query")
          .put("description", parameter.description())
          .putObject("schema")
          .put("type", parameter.type());
    }
    if (!route.request().isEmpty()) {
      content(
          operation.putObject("requestBody").put("required", true),
          requestType(route),
          route.request());
    }
    ObjectNode responses = operation.putObject("responses");
    boolean events = route.response().equals("Events");
    content(
        responses.putObject("2XX").put("description", "done"),
        events ? "text/event-stream" : "application/json",
        route.response());
    content(
        responses.putObject("default").put("description", "not done, and why"),
        "application/problem+json",
        "Problem");
  }

  /** The type that the body of a request has to have. */
  static String requestType(Route route) {
    return route.method().equals("PATCH") ? "application/merge-patch+json" : "application/json";
  }

  private static void content(ObjectNode holder, String type, String schema) {
    holder
        .putObject("content")
        .putObject(type)
        .set("schema", Schemas.reference("#/components/schemas/" + schema));
  }
}
