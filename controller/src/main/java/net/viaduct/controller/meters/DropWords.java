package net.viaduct.controller.meters;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a reason for a drop means, in the words of the hosts. The file is generated from their code,
 * which a controller does not see; a host of a newer version may have reasons that are not in it.
 * Immutable.
 */
final class DropWords {
  private static final String FILE = "drop-reasons.json";

  private final Map<String, Words> words = new TreeMap<>();

  /** A sentence, and what a person may do about it. */
  record Words(String sentence, String hint) {}

  DropWords() {
    try (InputStream in = DropWords.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is not there");
      }
      ObjectNode all = Documents.parseObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      all.properties()
          .forEach(it ->
              words.put(
                  it.getKey(),
                  new Words(
                      it.getValue().path("sentence").asString(""),
                      it.getValue().path("hint").asString(""))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes what a reason means, if that is known. */
  void write(ObjectNode json, String reason) {
    Words its = words.get(reason);
    if (its != null) {
      json.put("sentence", its.sentence()).put("hint", its.hint());
    }
  }
}
