package net.viaduct.controller.api;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Difference;
import net.viaduct.controller.registry.Pruning;
import net.viaduct.controller.registry.Registry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes many objects what a document says. Immutable: safe from any thread. */
final class ApplyRoute {
  private static final int MOST_BYTES = 16 << 20;
  private static final int MOST_OBJECTS = 20_000;
  private static final int MOST_MISTAKES = 100;

  private final Registry registry;
  private final Pruning pruning;

  ApplyRoute(Registry registry, Pruning pruning) {
    this.registry = registry;
    this.pruning = pruning;
  }

  Route route() {
    return Route.change(
            "POST",
            "/api/v1/apply",
            "apply",
            "Makes objects what a document says, together or not at all, and with prune then"
                + " deletes others in further steps; tells the difference.",
            "Objects",
            "Differences",
            this::apply)
        .with(
            new Parameter("dry-run", "boolean", "Only tells what would change."),
            new Parameter(
                "prune",
                "boolean",
                "Deletes what the document does not have, of the kinds that it has: one kind after"
                    + " the other, those that refer to others first. If anything else refers to"
                    + " what is to be deleted, nothing is changed."))
        .upTo(MOST_BYTES);
  }

  private Answer apply(Call call) {
    boolean dryRun = call.flag("dry-run");
    boolean prune = call.flag("prune");
    ObjectNode body = call.body();
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    List<Definition> wanted = read(body, kinds);
    List<Difference> toGo = prune ? pruning.check(kinds, wanted) : List.of();
    List<Difference> differences = new ArrayList<>(registry.apply(wanted, dryRun, call.actor()));
    if (prune) {
      differences.addAll(dryRun ? toGo : pruning.prune(kinds, wanted, call.actor()));
    }
    ObjectNode json = Documents.object();
    json.put("dryRun", dryRun);
    ArrayNode list = json.putArray("differences");
    for (Difference difference : differences) {
      ObjectNode one = list.addObject();
      one.put("action", difference.action().name().toLowerCase(Locale.ROOT));
      one.put("kind", difference.kind().word());
      one.put("name", difference.name());
      ArrayNode fields = one.putArray("fields");
      difference.fields().forEach(fields::add);
    }
    return Answer.ok(json);
  }

  private static List<Definition> read(ObjectNode body, Set<Kind> kinds) {
    List<Mistake> mistakes = new ArrayList<>();
    List<Definition> wanted = new ArrayList<>();
    for (String name : List.copyOf(body.propertyNames())) {
      Kind kind = Kind.ofPlural(name).orElse(null);
      if (kind == null) {
        mistakes.add(
            new Mistake(
                "/" + name, "unknown; known here: groups, networks, hosts, ports, stations"));
      } else if (!(body.get(name) instanceof ArrayNode array)) {
        mistakes.add(new Mistake("/" + name, "should be a list: [ ... ]"));
      } else {
        kinds.add(kind);
        readAll(kind, array, "/" + name, wanted, mistakes);
      }
    }
    if (!mistakes.isEmpty()) {
      throw new NotReadable(mistakes.subList(0, Math.min(mistakes.size(), MOST_MISTAKES)));
    }
    if (wanted.size() > MOST_OBJECTS) {
      throw new ApiProblem(
          413, "more than " + MOST_OBJECTS + " objects at once; send them in parts");
    }
    return wanted;
  }

  private static void readAll(
      Kind kind, ArrayNode array, String pointer, List<Definition> wanted, List<Mistake> mistakes) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      JsonNode node = array.get(i);
      String at = pointer + "/" + i;
      if (!(node instanceof ObjectNode object)) {
        mistakes.add(new Mistake(at, "should be an object: { ... }"));
        continue;
      }
      ObjectNode plain = Representation.withoutFacts(object);
      DefinitionReader.read(kind, plain, at, mistakes)
          .ifPresent(it -> {
            wanted.add(it);
            if (!names.add(it.name())) {
              mistakes.add(new Mistake(at, it.title() + " comes twice"));
            }
          });
    }
  }
}
