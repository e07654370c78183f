package net.viaduct.controller.api;

import java.util.Map;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request is answered with. Immutable.
 *
 * @param status of HTTP
 * @param body the document
 * @param headers beside those that each answer has
 */
record Answer(int status, ObjectNode body, Map<String, String> headers) {
  static Answer ok(ObjectNode body) {
    return new Answer(200, body, Map.of());
  }

  /** One with an object and its revision. */
  static Answer of(int status, ObjectNode body, long revision) {
    return new Answer(status, body, Map.of("ETag", "\"" + revision + "\""));
  }

  /** One that only tells in which revision something was done. */
  static Answer done(long revision) {
    return ok(Documents.object().put("revision", revision));
  }
}
