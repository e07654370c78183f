package net.viaduct.controller.api;

import static net.viaduct.controller.api.Schemas.flag;
import static net.viaduct.controller.api.Schemas.listOf;
import static net.viaduct.controller.api.Schemas.name;
import static net.viaduct.controller.api.Schemas.object;
import static net.viaduct.controller.api.Schemas.oneOf;
import static net.viaduct.controller.api.Schemas.text;
import static net.viaduct.controller.api.Schemas.whole;

import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Whole;
import tools.jackson.databind.node.ObjectNode;

/** What is observed of a host, for the document of the API. Stateless. */
final class HostSchemas {
  private HostSchemas() {}

  static ObjectNode observed() {
    return object(
        "state",
        oneOf("alive", "seen-by-others", "away"),
        "since",
        text(),
        "withdrawn",
        flag(),
        "controller",
        text(),
        "connected",
        flag(),
        "version",
        text(),
        "wanted",
        listOf(whole(Whole.VNI)),
        "abilities",
        abilities(),
        "troubles",
        listOf(text())
            .put("description", "what the host was told and cannot do; missing if there is none"),
        "watching",
        Documents.object().put("type", "object"),
        "watchers",
        Documents.object().put("type", "object"),
        "foreignVnis",
        listOf(whole(Whole.VNI)));
  }

  private static ObjectNode abilities() {
    return object(
            "kernel",
            text(),
            "encapsulations",
            listOf(name()),
            "way",
            text().put("description", "by what tunnel packets come and leave"),
            "workers",
            whole(null).put("description", "how many threads forward"),
            "stations",
            whole(null).put("description", "how many it holds at most"),
            "networks",
            whole(null).put("description", "how many it holds at most"),
            "ports",
            whole(null).put("description", "how many it holds at most"),
            "largestMtuBytes",
            whole(null).put("description", "of a port whose frames fit into its underlay"))
        .put("description", "what the host can do; missing if it does not say");
  }
}
