package net.viaduct.controller.watching;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.viaduct.controller.json.Documents;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What those say about a host that watch it and whose word counts: they are connected, and hear
 * somebody. Immutable.
 *
 * @param hearing how many hear it
 * @param missing how many do not
 * @param heardBy some of those that hear it
 * @param missedBy some of those that do not
 */
public record Sight(int hearing, int missing, List<String> heardBy, List<String> missedBy) {
  /** Nobody says anything. */
  public static final Sight NONE = new Sight(0, 0, List.of(), List.of());

  private static final int MOST_NAMED = 5;

  /** Keeps the first names of each. */
  public Sight {
    heardBy = heardBy.stream().limit(MOST_NAMED).toList();
    missedBy = missedBy.stream().limit(MOST_NAMED).toList();
  }

  /**
   * Gathers what is said about a host.
   *
   * @param wordOf what a host says, if its word counts; null if not
   */
  public static Sight of(Ring ring, String host, Function<String, @Nullable Word> wordOf) {
    List<String> hearing = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (String watcher : ring.watchersOf(host)) {
      Word word = wordOf.apply(watcher);
      if (word != null && !word.isDeaf()) {
        (word.missed().contains(host) ? missing : hearing).add(watcher);
      }
    }
    return new Sight(hearing.size(), missing.size(), hearing, missing);
  }

  /**
   * Whether a host lives of which this is said.
   *
   * @param connected whether it has a controller
   * @param away whether it was away before: it comes back when most hear it, and not because of one
   *     that has just begun to watch it
   */
  public boolean isAlive(boolean connected, boolean away) {
    if (connected) {
      return hearing > 0 || missing < 2; // one that misses it proves nothing
    }
    return away ? hearing > missing : hearing > 0;
  }

  /** As part of a host's state. */
  public ObjectNode json() {
    ObjectNode node = Documents.object().put("hearing", hearing).put("missing", missing);
    heardBy.forEach(node.putArray("heardBy")::add);
    missedBy.forEach(node.putArray("missedBy")::add);
    return node;
  }

  /** Of a host's state. */
  public static Sight parse(JsonNode node) {
    return node.isObject()
        ? new Sight(
            node.path("hearing").asInt(0),
            node.path("missing").asInt(0),
            names(node.path("heardBy")),
            names(node.path("missedBy")))
        : NONE;
  }

  private static List<String> names(JsonNode node) {
    return node instanceof ArrayNode array
        ? array.valueStream().map(it -> it.asString("")).toList()
        : List.of();
  }
}
