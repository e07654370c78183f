package net.viaduct.controller.api;

import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Store;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object as the API shows it: its definition, and facts that nobody can give: since when it is,
 * its revision, what hosts observe of it. Safe from any thread.
 */
final class Representation {
  private static final List<String> FACTS = List.of("created", "revision", "observed", "warnings");

  private final Store store;

  Representation(Store store) {
    this.store = store;
  }

  ObjectNode of(Stored stored) {
    ObjectNode json = definition(stored);
    json.put("created", stored.created());
    json.put("revision", stored.revision());
    observed(stored).ifPresent(it -> json.set("observed", it));
    return json;
  }

  static ObjectNode definition(Stored stored) {
    return DefinitionWriter.write(stored.definition());
  }

  private Optional<ObjectNode> observed(Stored stored) {
    Kind kind = stored.definition().kind();
    return switch (kind) {
      case HOST -> observed(kind, stored).map(it -> withForeignVnis(it, stored));
      case PORT -> observed(kind, stored);
      case NETWORK, STATION, GROUP -> Optional.empty();
    };
  }

  private Optional<ObjectNode> observed(Kind kind, Stored stored) {
    return store
        .get(kind.word() + "-state/" + stored.definition().name())
        .map(entry -> Documents.parseObject(entry.value()));
  }

  private ObjectNode withForeignVnis(ObjectNode observed, Stored host) {
    store
        .get(Claims.foreignVnisOfHost(host.definition().name()))
        .ifPresent(entry ->
            Claims.readForeignVnis(entry.value())
                .forEach(observed.withArrayProperty("foreignVnis")::add));
    return observed;
  }

  /** What a caller may send back as it was shown. */
  static ObjectNode withoutFacts(ObjectNode body) {
    return body.deepCopy().remove(FACTS);
  }

  /** The revision in what a caller sends. */
  static Optional<Long> revision(ObjectNode body) {
    JsonNode node = body.get("revision");
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < 1) {
      throw new NotReadable(List.of(new Mistake("/revision", "should be a revision")));
    }
    return Optional.of(node.longValue());
  }
}
