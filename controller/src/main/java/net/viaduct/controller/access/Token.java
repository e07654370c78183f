package net.viaduct.controller.access;

import java.time.Instant;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.trust.Fingerprint;
import tools.jackson.databind.node.ObjectNode;

/**
 * A token as it is stored: without its secret. Immutable.
 *
 * @param name of it
 * @param role that it gives
 * @param hash of the secret
 * @param created when
 * @param expires when; empty: never
 */
public record Token(
    String name, Role role, Fingerprint hash, Instant created, Optional<Instant> expires) {
  /** For those who may see which there are. */
  public ObjectNode toJson() {
    ObjectNode json = Documents.object();
    json.put("name", name).put("role", role.word()).put("createdAt", created.toString());
    expires.ifPresent(when -> json.put("expiresAt", when.toString()));
    return json;
  }

  String stored() {
    return Documents.write(toJson().put("sha256", hash.hex()));
  }

  static Token parse(String text) {
    ObjectNode json = Documents.parseObject(text);
    return new Token(
        json.get("name").asString(),
        Role.of(json.get("role").asString()).orElse(Role.VIEWER),
        new Fingerprint(json.get("sha256").asString()),
        Instant.parse(json.get("createdAt").asString()),
        Optional.ofNullable(json.get("expiresAt")).map(it -> Instant.parse(it.asString())));
  }
}
