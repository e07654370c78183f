package net.viaduct.controller.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests that an OpenAPI document describes, right ones and each with one thing in it that the
 * document does not allow. Used by one thread.
 */
final class WrongRequests {
  /** What values mean that a schema only calls text: of objects that there are, or can be. */
  private static final Map<String, String> MEANINGS =
      Map.ofEntries(
          Map.entry("mac", "\"02:00:00:00:00:99\""),
          Map.entry("ips", "[\"10.0.0.99\"]"),
          Map.entry("subnets", "[\"10.0.0.0/24\"]"),
          Map.entry("addresses", "[\"10.77.0.99\"]"),
          Map.entry("network", "\"blue\""),
          Map.entry("behind", "\"h1\""),
          Map.entry("device", "\"eth99\""),
          Map.entry("group", "\"g1\""),
          Map.entry("securityGroups", "[\"web\"]"),
          Map.entry("flood", "\"members\""),
          Map.entry("do", "\"learn\""),
          Map.entry("host", "\"h1\""),
          Map.entry("labels", "{\"rack\":\"r1\"}"),
          Map.entry("port", "\"vm1\""),
          Map.entry("from", "\"02:00:00:00:00:99\""),
          Map.entry("ip", "\"10.0.0.1\""),
          Map.entry("fromIp", "\"10.0.0.99\""),
          Map.entry("arp", "\"10.0.0.1\""),
          Map.entry("frame", "\"ffffffffffff02000000000188b5\""),
          Map.entry("direct", "false"),
          Map.entry("vniShared", "true"));

  private final ObjectNode document;
  private final Random random;
  private int names;

  /**
   * One operation of the document.
   *
   * @param method in capitals
   * @param path with its places
   * @param role who may do so
   */
  record Operation(String method, String path, String role, JsonNode description) {
    boolean hasBody() {
      return description.has("requestBody");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Of a document that a controller serves. */
  WrongRequests(ObjectNode document, Random random) {
    this.document = document;
    this.random = random;
  }

  /** All that the document has. */
  List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(it ->
                    operations.add(
                        new Operation(
                            it.getKey().toUpperCase(Locale.ROOT),
                            path.getKey(),
                            it.getValue().get("x-role").asString(),
                            it.getValue()))));
    return operations;
  }

  /** The target of a request for objects that there are. */
  static String target(Operation operation) {
    String name = operation.path().contains("/hosts/") ? "h1" : "blue";
    name = operation.path().contains("/ports/") ? "vm1" : name;
    name = operation.path().contains("/groups/") ? "g1" : name;
    return operation
        .path()
        .replace("{network}", "blue")
        .replace("{mac}", "02:00:00:00:00:02")
        .replaceAll("\\{[a-z]+}", name);
  }

  /** The type and the body that the document asks for; nothing if it wants none. */
  ObjectNode rightBody(Operation operation) {
    return (ObjectNode) value(schema(operation), "", true);
  }

  private ObjectNode schema(Operation operation) {
    JsonNode content = operation.description().at("/requestBody/content");
    ObjectNode schema = resolve(content.iterator().next().get("schema"));
    if (!operation.method().equals("PATCH")) {
      return schema;
    }
    return resolve(
        document
            .at("/paths")
            .get(operation.path())
            .at("/put/requestBody/content/application~1json/schema"));
  }

  private ObjectNode resolve(JsonNode schema) {
    return schema.has("$ref")
        ? (ObjectNode) document.at(schema.get("$ref").asString().substring(1))
        : (ObjectNode) schema;
  }

  private JsonNode value(ObjectNode schema, String name, boolean atTop) {
    if (MEANINGS.containsKey(name)) {
      return Documents.parseObject("{\"it\":" + MEANINGS.get(name) + "}").get("it");
    }
    ObjectNode holder = Documents.object();
    switch (schema.path("type").asString("")) {
      case "object" -> {
        ObjectNode object = Documents.object();
        schema
            .path("properties")
            .properties()
            .forEach(it -> {
              boolean isFact = it.getValue().path("readOnly").asBoolean(false);
              if (!isFact && !it.getKey().equals("revision")) {
                object.set(it.getKey(), value(resolve(it.getValue()), it.getKey(), false));
              }
            });
        return object;
      }
      case "array" -> {
        ArrayNode array = holder.putArray("it");
        array.add(value(resolve(schema.get("items")), "", false));
      }
      case "integer" -> {
        long from = schema.path("minimum").asLong(0);
        long to = schema.path("maximum").asLong(7_200);
        holder.put("it", from + (to - from) / 2);
      }
      case "boolean" -> holder.put("it", true);
      default ->
          holder.put(
              "it", schema.has("enum") ? schema.get("enum").get(0).asString() : "n" + names++);
    }
    return holder.get("it");
  }

  /** The right body with one thing that its schema does not allow; tells what. */
  String breakOne(Operation operation, ObjectNode body) {
    ObjectNode schema = schema(operation);
    List<Runnable> ways = new ArrayList<>();
    List<String> words = new ArrayList<>();
    collect(schema, body, "", ways, words, operation.method().equals("PATCH"));
    int way = random.nextInt(ways.size());
    ways.get(way).run();
    return words.get(way);
  }

  private void collect(
      ObjectNode schema,
      ObjectNode body,
      String at,
      List<Runnable> ways,
      List<String> words,
      boolean isPatch) {
    words.add(at + "/ has a field that is unknown");
    ways.add(() -> body.put("fieldThatIsUnknown", 1));
    for (JsonNode required : schema.path("required")) {
      if (!isPatch) {
        words.add(at + "/" + required.asString() + " is missing");
        ways.add(() -> body.remove(required.asString()));
      }
    }
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = property.getKey();
      ObjectNode inner = resolve(property.getValue());
      if (body.has(name) && inner.has("type")) {
        words.add(at + "/" + name + " is of another type");
        ways.add(() -> body.set(name, ofAnotherType(inner)));
        if (inner.has("maximum")) {
          words.add(at + "/" + name + " is too large");
          ways.add(() -> body.put(name, inner.get("maximum").asLong() + 1));
          words.add(at + "/" + name + " is too small");
          ways.add(() -> body.put(name, inner.get("minimum").asLong() - 1));
        }
        if (inner.has("pattern")) {
          words.add(at + "/" + name + " is no name");
          ways.add(() -> body.put(name, "no name at all"));
        }
      }
      if (body.get(name) instanceof ObjectNode object && inner.has("properties")) {
        collect(inner, object, at + "/" + name, ways, words, isPatch);
      }
      if (body.get(name) instanceof ArrayNode array
          && !array.isEmpty()
          && array.get(0) instanceof ObjectNode object) {
        collect(resolve(inner.get("items")), object, at + "/" + name + "/0", ways, words, false);
      }
    }
  }

  private JsonNode ofAnotherType(ObjectNode schema) {
    String type = schema.get("type").asString();
    List<String> others =
        new ArrayList<>(List.of("{\"a\":{\"b\":1}}", "1.5", "[[1]]", "true", "\"x y\""));
    others.removeIf(it ->
        type.equals("boolean") && it.equals("true")
            || type.equals("string") && it.startsWith("\""));
    String other = others.get(random.nextInt(others.size()));
    return Documents.parseObject("{\"it\":" + other + "}").get("it");
  }
}
