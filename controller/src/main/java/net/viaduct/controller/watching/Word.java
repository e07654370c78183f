package net.viaduct.controller.watching;

import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host says about those that it watches. Immutable.
 *
 * @param watched how many it watches
 * @param missed those that it does not hear
 */
public record Word(int watched, List<String> missed) {
  /** More than a host watches in any ring that can be: the rest is left out. */
  private static final int MOST_MISSED = 4_096;

  /** Copies the names. */
  public Word {
    missed = missed.stream().limit(MOST_MISSED).sorted().toList();
  }

  /** Whether it hears nobody at all: then it is probably itself cut off, and proves nothing. */
  public boolean isDeaf() {
    return missed.size() >= watched;
  }

  /** As part of a host's state. */
  public ObjectNode json() {
    ObjectNode node = Documents.object().put("watched", watched);
    missed.forEach(node.putArray("missed")::add);
    return node;
  }

  /** Of a host's state; nothing if the host does not watch. */
  public static Optional<Word> parse(JsonNode node) {
    return node.isObject()
        ? Optional.of(
            new Word(
                node.path("watched").asInt(0),
                node.path("missed").valueStream().map(it -> it.asString("")).toList()))
        : Optional.empty();
  }
}
