package net.viaduct.controller.api;

import static net.viaduct.controller.api.Schemas.flag;
import static net.viaduct.controller.api.Schemas.listOf;
import static net.viaduct.controller.api.Schemas.name;
import static net.viaduct.controller.api.Schemas.object;
import static net.viaduct.controller.api.Schemas.oneOf;
import static net.viaduct.controller.api.Schemas.reference;
import static net.viaduct.controller.api.Schemas.required;
import static net.viaduct.controller.api.Schemas.text;
import static net.viaduct.controller.api.Schemas.whole;

import java.util.Locale;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Whole;
import tools.jackson.databind.node.ObjectNode;

/** What the objects of the model look like. Stateless. */
final class KindSchemas {
  private KindSchemas() {}

  /** The name of a kind's schema: {@code Port}. */
  static String nameOf(Kind kind) {
    return kind.name().charAt(0) + kind.name().substring(1).toLowerCase(Locale.ROOT);
  }

  /** Adds that of each kind, and of lists of it. */
  static void addTo(ObjectNode all) {
    for (Kind kind : Kind.values()) {
      all.set(nameOf(kind), of(kind));
      all.set(nameOf(kind) + "List", list("#/components/schemas/" + nameOf(kind)));
    }
  }

  /** Objects of all kinds, as they are applied together. */
  static ObjectNode objects() {
    ObjectNode all = object();
    for (Kind kind : Kind.values()) {
      all.withObject("properties")
          .set(kind.plural(), listOf(reference("#/components/schemas/" + nameOf(kind))));
    }
    return all;
  }

  private static ObjectNode of(Kind kind) {
    ObjectNode schema =
        switch (kind) {
          case NETWORK ->
              required(
                  object(
                      "name",
                      name(),
                      "vni",
                      whole(Whole.VNI),
                      "vniShared",
                      flag(),
                      "subnets",
                      listOf(text()),
                      "flood",
                      Documents.object(),
                      "legs",
                      listOf(
                          required(
                              object("host", name(), "device", text(), "vlan", whole(Whole.VLAN)),
                              "host",
                              "device")),
                      "mtuBytes",
                      whole(Whole.MTU_BYTES),
                      "unknown",
                      oneOf("flood", "drop"),
                      "whenAway",
                      object("do", oneOf("keep", "learn"), "afterSeconds", whole(Whole.SECONDS))),
                  "name");
          case HOST ->
              required(
                  object(
                      "name",
                      name(),
                      "addresses",
                      listOf(text()),
                      "udpPort",
                      whole(Whole.UDP_PORT)),
                  "name",
                  "addresses");
          case PORT ->
              required(
                  object(
                      "name",
                      name(),
                      "network",
                      name(),
                      "mac",
                      text(),
                      "ips",
                      listOf(text()),
                      "host",
                      name(),
                      "device",
                      text(),
                      "group",
                      name(),
                      "up",
                      flag()),
                  "name",
                  "network",
                  "mac");
          case STATION ->
              required(
                  object(
                      "network",
                      name(),
                      "mac",
                      text(),
                      "ips",
                      listOf(text()),
                      "behind",
                      name(),
                      "direct",
                      flag()),
                  "network",
                  "mac");
          case GROUP ->
              required(
                  object(
                      "name",
                      name(),
                      "sendBitsPerSecond",
                      whole(Whole.BITS_PER_SECOND)
                          .put("description", "how fast the machine of each port may send"),
                      "receiveBitsPerSecond",
                      whole(Whole.BITS_PER_SECOND)
                          .put("description", "how fast the machine of each port is sent to"),
                      "dscp",
                      whole(Whole.DSCP)
                          .put("description", "the class in the underlay of what ports send"),
                      "stations",
                      whole(Whole.STATIONS)
                          .put("description", "how many stations each port may have"),
                      "securityGroups",
                      listOf(name()).put("description", "kept and shown; hosts enforce none yet")),
                  "name");
        };
    ObjectNode properties = schema.withObject("properties");
    ObjectNode labels = Documents.object().put("type", "object");
    labels.set("additionalProperties", text());
    properties.set("labels", labels);
    properties.set("created", readOnly(whole(null)));
    properties.set("revision", whole(null));
    if (kind == Kind.HOST) {
      properties.set("observed", readOnly(HostSchemas.observed()));
    }
    if (kind == Kind.PORT) {
      properties.set("observed", readOnly(Documents.object().put("type", "object")));
      properties.set(
          "warnings",
          readOnly(listOf(text()))
              .put("description", "what its host cannot do of it; with the answer to a change"));
    }
    return schema;
  }

  private static ObjectNode readOnly(ObjectNode schema) {
    return schema.put("readOnly", true);
  }

  private static ObjectNode list(String reference) {
    return object("revision", whole(null), "items", listOf(reference(reference)), "cursor", text());
  }
}
