package net.viaduct.controller.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.registry.Listing;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The routes of one kind of object. Immutable: safe from any thread. */
final class ObjectRoutes {
  private static final int USUAL_PAGE = 1_000;
  private static final int LARGEST_PAGE = 10_000;

  private final Kind kind;
  private final Registry registry;
  private final Representation representation;
  private final Warnings warnings;

  ObjectRoutes(Kind kind, Registry registry, Representation representation, Warnings warnings) {
    this.kind = kind;
    this.registry = registry;
    this.representation = representation;
    this.warnings = warnings;
  }

  Stream<Route> routes() {
    String list = "/api/v1/" + kind.plural();
    String one = list + (kind == Kind.STATION ? "/{network}/{mac}" : "/{name}");
    String schema = KindSchemas.nameOf(kind);
    String word = kind.word();
    return Stream.of(
        Route.get(
                list,
                "list" + schema + "s",
                "Lists " + kind.plural() + ".",
                schema + "List",
                this::list)
            .with(parameters()),
        Route.change(
            "POST",
            list,
            "create" + schema,
            "Creates a " + word + ".",
            schema,
            schema,
            this::create),
        Route.get(one, "get" + schema, "Tells a " + word + ".", schema, this::get),
        Route.change(
            "PUT",
            one,
            "put" + schema,
            "Creates a " + word + ", or gives it another definition.",
            schema,
            schema,
            this::put),
        Route.change(
            "PATCH",
            one,
            "change" + schema,
            "Changes some fields of a " + word + " (RFC 7396).",
            "Patch",
            schema,
            this::patch),
        Route.change(
            "DELETE",
            one,
            "delete" + schema,
            "Deletes a " + word + " that nothing refers to.",
            "",
            "Done",
            this::delete));
  }

  private Parameter[] parameters() {
    List<Parameter> always =
        List.of(
            new Parameter("limit", "integer", "How many at most, 1 to " + LARGEST_PAGE + "."),
            new Parameter("cursor", "string", "Goes on after the page that ended with it."),
            new Parameter("below", "string", "Only those whose names begin with it."));
    Stream<Parameter> filters =
        filters().stream()
            .map(it -> new Parameter(it.word(), "string", "Only those of this " + it.word() + "."));
    return Stream.concat(always.stream(), filters).toArray(Parameter[]::new);
  }

  /** What they can be filtered by: the kinds that they refer to. */
  private List<Kind> filters() {
    return switch (kind) {
      case PORT -> List.of(Kind.NETWORK, Kind.HOST, Kind.GROUP);
      case STATION -> List.of(Kind.NETWORK, Kind.HOST);
      case NETWORK, HOST, GROUP -> List.of();
    };
  }

  private Answer list(Call call) {
    int limit = call.whole("limit", USUAL_PAGE, LARGEST_PAGE);
    Listing page = listing(call, limit);
    ObjectNode json = Documents.object();
    json.put("revision", page.revision());
    ArrayNode items = json.putArray("items");
    page.objects().forEach(stored -> items.add(representation.of(stored)));
    if (!page.cursor().isEmpty()) {
      json.put("cursor", page.cursor());
    }
    return Answer.ok(json);
  }

  private Listing listing(Call call, int limit) {
    List<Kind> filters =
        filters().stream().filter(it -> call.query().containsKey(it.word())).toList();
    if (filters.size() > 1) {
      throw new ApiProblem(400, "one filter at a time: network, host or group");
    }
    try {
      return filters.isEmpty()
          ? registry.list(kind, call.query("below"), limit, call.query("cursor"))
          : registry.listUsers(
              kind,
              filters.getFirst(),
              call.query(filters.getFirst().word()),
              call.query("below"),
              limit,
              call.query("cursor"));
    } catch (IllegalArgumentException e) {
      throw new ApiProblem(400, "cursor: " + e.getMessage());
    }
  }

  private String name(Call call) {
    return kind == Kind.STATION ? call.path("network") + "/" + call.path("mac") : call.path("name");
  }

  private Answer get(Call call) {
    Stored stored = existing(call);
    return Answer.of(200, representation.of(stored), stored.revision());
  }

  private Stored existing(Call call) {
    String name = name(call);
    return registry
        .get(kind, name)
        .orElseThrow(() -> new ApiProblem(404, "there is no " + kind.word() + " " + name));
  }

  private Answer create(Call call) {
    Stored stored = registry.create(read(call.body()), call.actor());
    Answer answer = changed(201, stored);
    answer = new Answer(201, answer.body(), withLocation(answer, stored));
    return answer;
  }

  /** An object that was changed, with what there is to say about that. */
  private Answer changed(int status, Stored stored) {
    ObjectNode json = representation.of(stored);
    warnings.add(stored.definition(), json);
    return Answer.of(status, json, stored.revision());
  }

  private Map<String, String> withLocation(Answer answer, Stored stored) {
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.put("Location", "/api/v1/" + kind.plural() + "/" + stored.definition().name());
    return headers;
  }

  private Definition read(ObjectNode body) {
    return DefinitionReader.read(kind, Representation.withoutFacts(body));
  }

  private Answer put(Call call) {
    ObjectNode body = call.body();
    OptionalLong expected = expected(call, body);
    Definition wanted = named(call, body);
    if (expected.isEmpty() && call.ifMatch().isEmpty()) {
      try {
        Stored made = registry.create(wanted, call.actor());
        return changed(201, made);
      } catch (ChangeRefused refused) {
        if (refused.why() != ChangeRefused.Cause.EXISTS) {
          throw refused;
        }
      }
    }
    return changed(200, registry.replace(wanted, expected, call.actor()));
  }

  private Answer patch(Call call) {
    ObjectNode patch = call.body();
    OptionalLong given = expected(call, patch);
    ObjectNode changes = Representation.withoutFacts(patch);
    while (true) {
      Stored stored = existing(call);
      ObjectNode merged = Documents.merge(Representation.definition(stored), changes);
      OptionalLong expected = given.isPresent() ? given : OptionalLong.of(stored.revision());
      try {
        return changed(200, registry.replace(named(call, merged), expected, call.actor()));
      } catch (ChangeRefused refused) {
        if (refused.why() != ChangeRefused.Cause.CHANGED || given.isPresent()) {
          throw refused;
        }
      }
    }
  }

  /** Reads an object that has to be the one of the path. */
  private Definition named(Call call, ObjectNode body) {
    Definition definition = read(body);
    String name = name(call);
    if (!definition.name().equals(name)) {
      throw new ApiProblem(
          422, "this is " + definition.title() + ", not " + kind.word() + " " + name);
    }
    return definition;
  }

  /** The revision that the caller has, by a header or in the document. */
  private static OptionalLong expected(Call call, ObjectNode body) {
    Optional<Long> inBody = Representation.revision(body);
    return inBody.isPresent() ? OptionalLong.of(inBody.get()) : call.expected();
  }

  private Answer delete(Call call) {
    return Answer.done(registry.delete(kind, name(call), call.expected(), call.actor()));
  }
}
