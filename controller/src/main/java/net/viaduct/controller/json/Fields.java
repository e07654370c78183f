package net.viaduct.controller.json;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import net.viaduct.controller.model.Whole;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of JSON on its way to a record. Remembers which fields were asked for: all others are
 * mistakes. Null is the same as nothing. Owned by the thread that reads.
 */
public final class Fields {
  /** Longer lists are not looked at. */
  private static final int MOST_ITEMS = 1_000;

  private final ObjectNode node;
  private final String pointer;
  private final List<Mistake> mistakes;
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * Fields of an object.
   *
   * @param mistakes where to tell what is wrong
   */
  public Fields(ObjectNode node, String pointer, List<Mistake> mistakes) {
    this.node = node;
    this.pointer = pointer;
    this.mistakes = mistakes;
  }

  /** Tells that a field is wrong. */
  public void wrong(String name, String detail) {
    mistakes.add(new Mistake(at(name), detail));
  }

  /** Tells that several fields do not go together. */
  public void wrongAsAWhole(String detail) {
    mistakes.add(new Mistake(pointer, detail));
  }

  private String at(String name) {
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  /** The fields that were asked for, in the order in which they were. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  private Optional<JsonNode> get(String name) {
    asked.add(name);
    return Optional.ofNullable(node.get(name)).filter(value -> !value.isNull());
  }

  /** Tells that a field is missing, if it is. */
  public <T> Optional<T> need(String name, Optional<T> value) {
    boolean told = node.hasNonNull(name);
    if (value.isEmpty() && !told) {
      wrong(name, "is missing");
    }
    return value;
  }

  /**
   * A text that means something.
   *
   * @param meaning throws IllegalArgumentException with what is wrong
   */
  public <T> Optional<T> text(String name, Function<String, T> meaning) {
    return get(name).flatMap(value -> meant(at(name), value, meaning));
  }

  private <T> Optional<T> meant(String where, JsonNode value, Function<String, T> meaning) {
    if (!value.isString()) {
      mistakes.add(new Mistake(where, "should be text in quotes"));
      return Optional.empty();
    }
    try {
      return Optional.of(meaning.apply(value.stringValue()));
    } catch (IllegalArgumentException e) {
      mistakes.add(new Mistake(where, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  /** One word of an enum, in lower case. */
  public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
    return text(
        name,
        text -> {
          for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
              return constant;
            }
          }
          List<String> words =
              Arrays.stream(type.getEnumConstants())
                  .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                  .toList();
          throw new IllegalArgumentException("should be one of " + String.join(", ", words));
        });
  }

  /** A whole number. */
  public OptionalLong whole(String name, Whole right) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    JsonNode number = value.get();
    if (!number.isIntegralNumber() || !number.canConvertToLong()) {
      wrong(name, "should be a whole number; " + right.right());
      return OptionalLong.empty();
    }
    if (!right.contains(number.longValue())) {
      wrong(name, number.longValue() + " is out of range; " + right.right());
      return OptionalLong.empty();
    }
    return OptionalLong.of(number.longValue());
  }

  /** True or false. */
  public Optional<Boolean> flag(String name) {
    return get(name)
        .flatMap(value -> {
          if (!value.isBoolean()) {
            wrong(name, "should be true or false");
            return Optional.empty();
          }
          return Optional.of(value.booleanValue());
        });
  }

  /** Texts that mean something; none if the field is missing. */
  public <T> List<T> texts(String name, Function<String, T> meaning) {
    List<T> found = new ArrayList<>();
    int i = 0;
    for (JsonNode item : items(name)) {
      meant(at(name) + "/" + i++, item, meaning).ifPresent(found::add);
    }
    return found;
  }

  /** What a list has; nothing if the field is missing, or wrong, which is told. */
  private List<JsonNode> items(String name) {
    Optional<JsonNode> value = get(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof ArrayNode array)) {
      wrong(name, "should be a list: [ ... ]");
      return List.of();
    }
    if (array.size() > MOST_ITEMS) {
      wrong(name, "has " + array.size() + " items; there are at most " + MOST_ITEMS);
      return List.of();
    }
    return array.valueStream().toList();
  }

  /** Texts under names; none if the field is missing. */
  public Map<String, String> textsByName(String name) {
    Map<String, String> found = new TreeMap<>();
    object(name)
        .ifPresent(inner -> {
          for (String key : inner.names()) {
            inner.text(key, Function.identity()).ifPresent(text -> found.put(key, text));
          }
        });
    return found;
  }

  private List<String> names() {
    return node.properties().stream().map(Map.Entry::getKey).toList();
  }

  /** An object in this one. */
  public Optional<Fields> object(String name) {
    return get(name)
        .flatMap(value -> {
          if (!(value instanceof ObjectNode object)) {
            wrong(name, "should be an object: { ... }");
            return Optional.empty();
          }
          return Optional.of(new Fields(object, at(name), mistakes));
        });
  }

  /** Objects in a list of this one; none if the field is missing. */
  public List<Fields> objects(String name) {
    List<Fields> found = new ArrayList<>();
    int i = 0;
    for (JsonNode item : items(name)) {
      String where = at(name) + "/" + i++;
      if (item instanceof ObjectNode object) {
        found.add(new Fields(object, where, mistakes));
      } else {
        mistakes.add(new Mistake(where, "should be an object: { ... }"));
      }
    }
    return found;
  }

  /** Whether a field is a text. */
  public boolean isText(String name) {
    JsonNode value = node.get(name);
    return value != null && value.isString();
  }

  /** Tells of the fields that were not asked for. */
  public void noMore() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        wrong(name, "unknown; known here: " + String.join(", ", asked));
      }
    }
  }
}
