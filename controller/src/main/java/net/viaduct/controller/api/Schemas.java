package net.viaduct.controller.api;

import java.util.List;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Whole;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the documents of the API look like, as JSON schemas for OpenAPI 3.1. Stateless. */
final class Schemas {
  private Schemas() {}

  /** All of them by name. */
  static ObjectNode all() {
    ObjectNode all = Documents.object();
    KindSchemas.addTo(all);
    all.set("Patch", Documents.object().put("type", "object"));
    all.set("Done", object("revision", whole(null)));
    all.set("Identity", object("name", text(), "role", role()));
    ObjectNode token =
        object("name", name(), "role", role(), "createdAt", text(), "expiresAt", text());
    all.set("TokenList", object("items", listOf(token)));
    all.set(
        "NewToken",
        required(
            object("name", name(), "role", role(), "lifeSeconds", whole(Whole.SECONDS)),
            "name",
            "role"));
    all.set(
        "NewJoinToken",
        object(
            "host",
            text(),
            "lifeSeconds",
            whole(Whole.SECONDS),
            "reusable",
            flag(),
            "uses",
            whole(Whole.TOKEN_USES)));
    ObjectNode joinToken =
        object("expiresAt", text(), "host", text(), "id", text(), "usesLeft", whole(null));
    all.set("JoinTokenList", object("items", listOf(joinToken)));
    all.set("NewMove", required(object("to", name()), "to"));
    all.set(
        "Move",
        object(
            "port",
            name(),
            "kind",
            text(),
            "mac",
            text(),
            "device",
            text(),
            "answered",
            flag(),
            "from",
            name(),
            "to",
            name(),
            "step",
            text(),
            "here",
            flag(),
            "waitsFor",
            listOf(name()),
            "blackoutMs",
            Documents.object().put("type", "number")));
    all.set("NewPortOffWire", required(offWire(), "mac", "to"));
    all.set("Transition", transition());
    all.set("TransitionPlan", object("network", name(), "items", listOf(wireStation("why"))));
    all.set("TokenText", object("token", text()));
    ObjectNode audit =
        object(
            "at",
            text(),
            "who",
            text(),
            "role",
            role(),
            "via",
            text(),
            "changes",
            listOf(text()),
            "revision",
            whole(null));
    all.set("AuditList", object("items", listOf(audit), "cursor", text()));
    all.set("Objects", KindSchemas.objects());
    ObjectNode difference =
        object("action", text(), "kind", text(), "name", text(), "fields", listOf(text()));
    all.set("Differences", object("dryRun", flag(), "differences", listOf(difference)));
    all.set(
        "Status",
        object("version", text(), "revision", whole(null), "oldestRevision", whole(null)));
    all.set("Topology", topology());
    all.set("FoundList", found());
    all.set("History", history());
    all.set("Meters", MeterSchemas.meters());
    all.set(TraceRoute.QUESTION, TraceRoute.question());
    all.set(TraceRoute.ANSWER, TraceRoute.answer());
    all.set("OpenApi", Documents.object().put("type", "object"));
    all.set("Events", text());
    all.set("Problem", problem());
    return all;
  }

  private static ObjectNode offWire() {
    return object("mac", text(), "to", name(), "port", name(), "device", text());
  }

  private static ObjectNode wireStation(String more) {
    return object(
        "mac",
        text(),
        "ips",
        listOf(text()),
        "kind",
        text(),
        "heardTenths",
        whole(null),
        "isHeard",
        flag(),
        "since",
        text(),
        more,
        text());
  }

  private static ObjectNode transition() {
    return object(
        "network",
        name(),
        "gateway",
        name(),
        "stations",
        listOf(wireStation("state")),
        "moves",
        listOf(reference("#/components/schemas/Move")),
        "ports",
        listOf(object("name", name(), "mac", text(), "host", name(), "since", text())));
  }

  private static ObjectNode topology() {
    ObjectNode network =
        object(
            "name",
            name(),
            "vni",
            whole(Whole.VNI),
            "flood",
            Documents.object(),
            "hosts",
            whole(null),
            "ports",
            whole(null),
            "stations",
            whole(null));
    ObjectNode host =
        object(
            "name",
            name(),
            "addresses",
            listOf(text()),
            "labels",
            Documents.object().put("type", "object"),
            "observed",
            Documents.object().put("type", "object"),
            "networks",
            whole(null),
            "ports",
            whole(null),
            "stations",
            whole(null));
    return object(
        "revision",
        whole(null),
        "networks",
        listOf(network),
        "hosts",
        listOf(host),
        "ports",
        whole(null),
        "stations",
        whole(null),
        "portsWithoutHost",
        whole(null),
        "stationsWithoutHost",
        whole(null),
        "members",
        listOf(listOf(whole(null)))
            .put(
                "description",
                "place in hosts, place in networks, ports, stations; missing if there are too many:"
                    + " ask by network or by host"));
  }

  private static ObjectNode found() {
    ObjectNode item =
        object(
            "by",
            text(),
            "kind",
            text(),
            "name",
            text(),
            "object",
            Documents.object().put("type", "object"));
    return object("items", listOf(item));
  }

  private static ObjectNode history() {
    ObjectNode item =
        object(
            "revision",
            whole(null),
            "event",
            text(),
            "object",
            Documents.object().put("type", "object"),
            "at",
            text(),
            "who",
            text(),
            "role",
            role(),
            "via",
            text());
    return object("oldestRevision", whole(null), "items", listOf(item));
  }

  private static ObjectNode problem() {
    return object(
        "type",
        text(),
        "title",
        text(),
        "status",
        whole(null),
        "detail",
        text(),
        "errors",
        listOf(object("pointer", text(), "detail", text())),
        "others",
        listOf(text()));
  }

  static ObjectNode reference(String target) {
    return Documents.object().put("$ref", target);
  }

  static ObjectNode listOf(ObjectNode items) {
    ObjectNode schema = Documents.object().put("type", "array");
    schema.set("items", items);
    return schema;
  }

  static ObjectNode object(Object... namesAndSchemas) {
    ObjectNode schema = Documents.object().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (int i = 0; i < namesAndSchemas.length; i += 2) {
      properties.set((String) namesAndSchemas[i], (ObjectNode) namesAndSchemas[i + 1]);
    }
    return schema;
  }

  static ObjectNode required(ObjectNode schema, String... names) {
    for (String name : names) {
      schema.withArray("required").add(name);
    }
    return schema;
  }

  static ObjectNode text() {
    return Documents.object().put("type", "string");
  }

  static ObjectNode name() {
    return text().put("pattern", "^" + Names.PATTERN + "$");
  }

  private static ObjectNode role() {
    return oneOf("viewer", "operator", "admin");
  }

  static ObjectNode oneOf(String... words) {
    ObjectNode schema = text();
    ArrayNode all = schema.putArray("enum");
    List.of(words).forEach(all::add);
    return schema;
  }

  static ObjectNode flag() {
    return Documents.object().put("type", "boolean");
  }

  static ObjectNode whole(@Nullable Whole range) {
    ObjectNode schema = Documents.object().put("type", "integer");
    if (range != null) {
      schema.put("minimum", range.from()).put("maximum", range.to());
    }
    return schema;
  }
}
