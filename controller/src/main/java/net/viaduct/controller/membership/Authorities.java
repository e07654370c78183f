package net.viaduct.controller.membership;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.trust.Authority;
import net.viaduct.trust.Credentials;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the authority in the store, so that all controllers of a store are of one. Stateless. */
public final class Authorities {
  private static final String KEY = "secret/authority";

  private Authorities() {}

  /** The authority of a store, made now if it has none. */
  public static Authority of(Store store, Clock clock, SecureRandom random) {
    Optional<Entry> there = store.get(KEY);
    if (there.isEmpty()) {
      Authority made = Authority.create(clock, random);
      ObjectNode document = Documents.object().put("pem", made.credentials().pem());
      store.commit(
          new Transaction(
              List.of(Condition.absent(KEY)),
              List.of(new Operation.Put(KEY, Documents.write(document)))));
      there = store.get(KEY); // perhaps another controller was faster
    }
    String pem = Documents.parseObject(there.orElseThrow().value()).path("pem").asString("");
    return new Authority(Credentials.parse(pem), clock, random);
  }
}
