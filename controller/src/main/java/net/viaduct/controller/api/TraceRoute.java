package net.viaduct.controller.api;

import static net.viaduct.controller.api.Schemas.listOf;
import static net.viaduct.controller.api.Schemas.name;
import static net.viaduct.controller.api.Schemas.object;
import static net.viaduct.controller.api.Schemas.required;
import static net.viaduct.controller.api.Schemas.text;
import static net.viaduct.controller.api.Schemas.whole;

import net.viaduct.controller.access.Role;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.tracing.Journey;
import net.viaduct.controller.tracing.TraceQuestion;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a frame would go. It changes nothing, so that whoever may look may ask. Immutable: safe
 * from any thread.
 */
final class TraceRoute {
  /** The name of the schema of a question. */
  static final String QUESTION = "TraceQuestion";

  /** The name of the schema of an answer. */
  static final String ANSWER = "Journey";

  private static final int MOST_BYTES = 64 * 1024;

  private final Journey journey;

  TraceRoute(Journey journey) {
    this.journey = journey;
  }

  Route route() {
    return Route.change(
            "POST",
            "/api/v1/trace",
            "trace",
            "Tells where a frame from a port would go, and why; nothing is sent.",
            QUESTION,
            ANSWER,
            call -> Answer.ok(journey.follow(TraceQuestion.read(call.body()))))
        .forRole(Role.VIEWER)
        .upTo(MOST_BYTES);
  }

  /** What a question looks like. */
  static ObjectNode question() {
    ObjectNode port = name().put("description", "where the frame comes from");
    ObjectNode to = text().put("description", "a MAC or IP address, a port, or NETWORK/MAC");
    ObjectNode frame = text().put("description", "all of it in hexadecimal digits");
    return required(
        object(
            "port",
            port,
            "to",
            to,
            "from",
            text(),
            "vlan",
            whole(TraceQuestion.VLAN),
            "innerVlan",
            whole(TraceQuestion.VLAN),
            "ip",
            text(),
            "fromIp",
            text(),
            "arp",
            text(),
            "tcp",
            whole(TraceQuestion.TRANSPORT_PORT),
            "udp",
            whole(TraceQuestion.TRANSPORT_PORT),
            "fromPort",
            whole(TraceQuestion.TRANSPORT_PORT),
            "ttl",
            whole(TraceQuestion.HOPS),
            "dscp",
            whole(Whole.DSCP),
            "type",
            whole(TraceQuestion.ETHER_TYPE),
            "size",
            whole(TraceQuestion.SIZE),
            "frame",
            frame),
        "port");
  }

  /** What an answer looks like. */
  static ObjectNode answer() {
    ObjectNode outcome =
        object(
            "verdict",
            text().put("description", "delivered, sent, consumed or dropped"),
            "port",
            text().put("description", "the device that gets it"),
            "portName",
            name(),
            "remote",
            text(),
            "vni",
            whole(null),
            "next",
            listOf(whole(null)).put("description", "the numbers of the traces that follow"),
            "reason",
            text(),
            "place",
            text(),
            "sentence",
            text(),
            "hint",
            text());
    ObjectNode trace =
        object(
            "host",
            text(),
            "after",
            whole(null).put("description", "the number of the trace before; missing in the first"),
            "untold",
            text().put("description", "why this host told nothing"),
            "steps",
            listOf(object("step", text(), "decision", text())),
            "outcomes",
            listOf(outcome),
            "outcomesLeftOut",
            whole(null));
    return object(
        "port",
        object("name", name(), "network", name(), "host", name(), "device", text()),
        "frame",
        text(),
        "traces",
        listOf(trace),
        "hostsLeftOut",
        whole(null));
  }
}
