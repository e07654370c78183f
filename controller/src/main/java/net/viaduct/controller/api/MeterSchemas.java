package net.viaduct.controller.api;

import static net.viaduct.controller.api.Schemas.listOf;
import static net.viaduct.controller.api.Schemas.name;
import static net.viaduct.controller.api.Schemas.object;
import static net.viaduct.controller.api.Schemas.text;
import static net.viaduct.controller.api.Schemas.whole;

import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Whole;
import tools.jackson.databind.node.ObjectNode;

/** What the document of what hosts have counted looks like. Stateless. */
final class MeterSchemas {
  private MeterSchemas() {}

  /** Which of these there are depends on what was asked for; rates are missing until known. */
  static ObjectNode meters() {
    ObjectNode network = object("name", name(), "vni", whole(Whole.VNI), "traffic", traffic());
    ObjectNode host =
        object(
            "name", name(), "ageMs", whole(null), "intervalMs", whole(null), "traffic", traffic());
    return object(
        "name",
        name(),
        "ageMs",
        whole(null).put("description", "for how long it has been known; rates are over intervalMs"),
        "intervalMs",
        whole(null),
        "since",
        text().put("description", "when the host's program began: counts are from then on"),
        "host",
        name(),
        "vni",
        whole(Whole.VNI),
        "device",
        text(),
        "network",
        name(),
        "traffic",
        traffic(),
        "received",
        flow(),
        "sent",
        flow(),
        "dropped",
        dropped(),
        "hosts",
        listOf(host),
        "networks",
        listOf(network),
        "ports",
        listOf(port()),
        "remotes",
        listOf(remote()),
        "drops",
        listOf(drop()),
        "pairs",
        listOf(pair()).put("description", "who sends to whom; the busiest first, 200 at most"),
        "pairsInAll",
        whole(null));
  }

  private static ObjectNode rate() {
    return Documents.object().put("type", "number").put("minimum", 0);
  }

  private static ObjectNode flow() {
    return object(
        "frames",
        whole(null),
        "bytes",
        whole(null),
        "framesPerSecond",
        rate(),
        "bitsPerSecond",
        rate(),
        "datagrams",
        whole(null),
        "datagramsPerSecond",
        rate());
  }

  private static ObjectNode dropped() {
    return object("frames", whole(null), "framesPerSecond", rate());
  }

  private static ObjectNode traffic() {
    return object(
        "fromPorts",
        flow(),
        "toPorts",
        flow(),
        "fromRemotes",
        flow(),
        "toRemotes",
        flow(),
        "dropped",
        dropped());
  }

  private static ObjectNode port() {
    return object(
        "host",
        name(),
        "device",
        text(),
        "vni",
        whole(Whole.VNI),
        "network",
        name(),
        "received",
        flow(),
        "sent",
        flow(),
        "dropped",
        dropped());
  }

  private static ObjectNode remote() {
    return object(
        "address",
        text(),
        "udpPort",
        whole(null),
        "host",
        name(),
        "received",
        flow(),
        "sent",
        flow(),
        "dropped",
        dropped());
  }

  private static ObjectNode drop() {
    return object(
        "reason",
        text(),
        "frames",
        whole(null),
        "framesPerSecond",
        rate(),
        "sentence",
        text(),
        "hint",
        text());
  }

  private static ObjectNode pair() {
    return object(
        "from",
        name(),
        "to",
        name(),
        "bitsPerSecond",
        rate(),
        "sentDatagramsPerSecond",
        rate(),
        "receivedDatagramsPerSecond",
        rate());
  }
}
