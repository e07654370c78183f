package net.viaduct.controller.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a change does to one object, for people. Immutable.
 *
 * @param action what happens to it
 * @param kind of the object
 * @param name of it
 * @param fields what changes in it: {@code host: "h1" -> "h2"}
 */
public record Difference(Action action, Kind kind, String name, List<String> fields) {
  /** What happens. */
  public enum Action {
    /** It is made. */
    CREATE,
    /** It gets another definition. */
    CHANGE,
    /** It goes. */
    DELETE
  }

  /** Copies the fields. */
  public Difference {
    fields = List.copyOf(fields);
  }

  static Difference created(Definition definition) {
    return new Difference(
        Action.CREATE,
        definition.kind(),
        definition.name(),
        fields(Documents.object(), definition));
  }

  static Difference deleted(Definition definition) {
    return new Difference(Action.DELETE, definition.kind(), definition.name(), List.of());
  }

  /** Empty if both want the same. */
  static Optional<Difference> between(Definition before, Definition after) {
    if (before.equals(after)) {
      return Optional.empty();
    }
    List<String> fields = fields(DefinitionWriter.write(before), after);
    return Optional.of(new Difference(Action.CHANGE, after.kind(), after.name(), fields));
  }

  private static List<String> fields(ObjectNode before, Definition definition) {
    ObjectNode after = DefinitionWriter.write(definition);
    Set<String> names = new TreeSet<>();
    before.properties().stream().map(Map.Entry::getKey).forEach(names::add);
    after.properties().stream().map(Map.Entry::getKey).forEach(names::add);
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      JsonNode old = before.get(name);
      JsonNode now = after.get(name);
      boolean isNothing = now != null && now.isContainer() && now.isEmpty();
      if (old == null && now != null && !isNothing && !name.equals("name")) {
        lines.add(name + ": " + now);
      } else if (old != null && !old.equals(now)) {
        lines.add(name + ": " + old + " -> " + (now == null ? "nothing" : now));
      }
    }
    return lines;
  }

  /** It in one line: {@code change port vm1}. */
  public String title() {
    return action.name().toLowerCase(Locale.ROOT) + " " + kind.word() + " " + name;
  }
}
