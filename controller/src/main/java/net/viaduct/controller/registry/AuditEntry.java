package net.viaduct.controller.registry;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Operation;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Who changed what, and when; in the store with the change itself. Immutable.
 *
 * @param at when
 * @param who did it
 * @param changes each in words: {@code create network blue}
 */
record AuditEntry(Instant at, Actor who, List<String> changes) {
  static final String PREFIX = "audit/";

  /** How many changes an entry names; of more it tells the number. */
  private static final int MOST_NAMED = 100;

  /**
   * How it is stored: in the order of time.
   *
   * @param salt tells entries of the same millisecond apart
   */
  Operation operation(long salt) {
    String key =
        String.format(Locale.ROOT, "%s%015d-%08x", PREFIX, at.toEpochMilli(), salt & 0xffff_ffffL);
    ObjectNode json = Documents.object();
    json.put("at", at.toString());
    json.put("who", who.name());
    json.put("role", who.role());
    json.put("via", who.via());
    ArrayNode list = json.putArray("changes");
    changes.stream().limit(MOST_NAMED).forEach(list::add);
    if (changes.size() > MOST_NAMED) {
      list.add("and " + (changes.size() - MOST_NAMED) + " more");
    }
    return new Operation.Put(key, Documents.write(json));
  }
}
