package net.viaduct.controller.moving;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import tools.jackson.databind.node.ObjectNode;

/** What stays of a move that took place: it is told with its port from then on. Stateless. */
final class MoveRecord {
  private static final String STATE_PREFIX = Kind.PORT.word() + "-state/";

  private MoveRecord() {}

  /** Has a transaction write it down. */
  static void keep(Store store, Move done, List<Condition> conditions, List<Operation> operations) {
    String key = STATE_PREFIX + done.port();
    Optional<Entry> state = store.get(key);
    ObjectNode observed =
        state.map(it -> Documents.parseObject(it.value())).orElseGet(Documents::object);
    note(observed, done);
    conditions.add(new Condition.Unchanged(key, state.map(Entry::modified).orElse(0L)));
    operations.add(new Operation.Put(key, Documents.write(observed)));
  }

  private static void note(ObjectNode observed, Move move) {
    observed.put("moves", observed.path("moves").asInt(0) + 1);
    ObjectNode last = move.told();
    last.remove("port");
    last.remove("kind");
    last.remove("mac");
    last.remove("device");
    last.remove("answered");
    last.remove("step");
    last.remove("here");
    Instant at = Instant.ofEpochMilli(move.movedMs());
    last.put("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
    observed.set("lastMove", last);
    move.blackoutNs()
        .ifPresent(ns -> {
          double ms = Move.ms(ns);
          observed.put(
              "longestBlackoutMs", Math.max(observed.path("longestBlackoutMs").asDouble(0), ms));
        });
  }
}
