package net.viaduct.controller.membership;

import java.time.Instant;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.trust.Fingerprint;
import tools.jackson.databind.node.ObjectNode;

/**
 * A join token as the store has it: whoever reads it there cannot join with it. Immutable.
 *
 * @param id by which it is known
 * @param hash of its secret
 * @param expires when it is good no more
 * @param usesLeft how often it can still be used
 * @param host the only name that it is good for, if it is for one
 */
public record TokenRecord(
    String id, Fingerprint hash, Instant expires, int usesLeft, Optional<String> host) {
  /** As many uses as until it expires. */
  public static final int ANY_NUMBER = Integer.MAX_VALUE;

  static final String PREFIX = "join-token/";

  /** The same, used once more. */
  TokenRecord used() {
    int left = usesLeft == ANY_NUMBER ? ANY_NUMBER : usesLeft - 1;
    return new TokenRecord(id, hash, expires, left, host);
  }

  /** For the audit log. */
  String inWords() {
    return id
        + (host.isPresent() ? " for host " + host.get() : "")
        + (usesLeft == ANY_NUMBER ? ", reusable" : usesLeft == 1 ? "" : ", for " + usesLeft)
        + ", until "
        + expires;
  }

  static String key(String id) {
    return PREFIX + id;
  }

  String json() {
    ObjectNode node =
        Documents.object()
            .put("hash", hash.hex())
            .put("expires", expires.toString())
            .put("usesLeft", usesLeft);
    host.ifPresent(name -> node.put("host", name));
    return Documents.write(node);
  }

  static TokenRecord parse(String key, String json) {
    ObjectNode node = Documents.parseObject(json);
    return new TokenRecord(
        key.substring(PREFIX.length()),
        new Fingerprint(node.path("hash").asString("")),
        Instant.parse(node.path("expires").asString("")),
        node.path("usesLeft").asInt(0),
        node.has("host") ? Optional.of(node.path("host").asString("")) : Optional.empty());
  }
}
