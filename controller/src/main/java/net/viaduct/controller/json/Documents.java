package net.viaduct.controller.json;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON from and to text. Stateless: safe from any thread. */
public final class Documents {
  private static final int MOST_DEPTH = 16;
  private static final int MOST_NAME_CHARACTERS = 256;
  private static final int MOST_NUMBER_CHARACTERS = 32;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxNameLength(MOST_NAME_CHARACTERS)
                          .maxNumberLength(MOST_NUMBER_CHARACTERS)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Documents() {}

  /**
   * Reads an object.
   *
   * @throws NotReadable if it is none
   */
  public static ObjectNode parseObject(String text) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new NotReadable("is not JSON: " + e.getOriginalMessage());
    }
    if (!(node instanceof ObjectNode object)) {
      throw new NotReadable("should be an object: { ... }");
    }
    return object;
  }

  /** Writes a document. */
  public static String write(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }

  /** An object without anything in it. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * What becomes of an object if another one is laid over it, RFC 7396: null takes a value away.
   */
  public static ObjectNode merge(ObjectNode target, ObjectNode patch) {
    ObjectNode merged = target.deepCopy();
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      JsonNode value = change.getValue();
      if (value.isNull()) {
        merged.remove(change.getKey());
      } else if (value instanceof ObjectNode inner) {
        JsonNode before = merged.get(change.getKey());
        merged.set(
            change.getKey(), merge(before instanceof ObjectNode object ? object : object(), inner));
      } else {
        merged.set(change.getKey(), value);
      }
    }
    return merged;
  }
}
