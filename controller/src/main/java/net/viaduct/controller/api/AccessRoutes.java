package net.viaduct.controller.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.viaduct.controller.access.Role;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Fields;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Cursor;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who may do what, and who did what. Immutable: safe from any thread. */
final class AccessRoutes {
  private static final int USUAL_PAGE = 100;
  private static final int LARGEST_PAGE = 1_000;

  private final Store store;
  private final Tokens tokens;

  AccessRoutes(Store store, Tokens tokens) {
    this.store = store;
    this.tokens = tokens;
  }

  Stream<Route> routes() {
    return Stream.of(
        Route.get(
            "/api/v1/whoami",
            "whoAmI",
            "Tells who asks, and in which role.",
            "Identity",
            AccessRoutes::whoAmI),
        Route.get(
                "/api/v1/tokens",
                "listTokens",
                "Lists tokens, without their secrets.",
                "TokenList",
                this::list)
            .forRole(Role.ADMIN),
        Route.change(
                "POST",
                "/api/v1/tokens",
                "createToken",
                "Creates a token; only this answer has its text.",
                "NewToken",
                "TokenText",
                this::create)
            .forRole(Role.ADMIN),
        Route.change(
                "DELETE",
                "/api/v1/tokens/{name}",
                "deleteToken",
                "Deletes a token, which has no rights from then on.",
                "",
                "Done",
                this::delete)
            .forRole(Role.ADMIN),
        Route.get(
                "/api/v1/audit",
                "listAudit",
                "Tells who changed what, the oldest first.",
                "AuditList",
                this::audit)
            .with(
                new Parameter("limit", "integer", "How many at most, 1 to " + LARGEST_PAGE + "."),
                new Parameter("cursor", "string", "Goes on after the page that ended with it."))
            .forRole(Role.ADMIN));
  }

  private static Answer whoAmI(Call call) {
    ObjectNode json = Documents.object();
    json.put("name", call.identity().name()).put("role", call.identity().role().word());
    return Answer.ok(json);
  }

  private Answer list(Call call) {
    ObjectNode json = Documents.object();
    ArrayNode items = json.putArray("items");
    tokens.list().forEach(token -> items.add(token.toJson()));
    return Answer.ok(json);
  }

  private Answer create(Call call) {
    List<Mistake> mistakes = new ArrayList<>();
    Fields fields = new Fields(call.body(), "", mistakes);
    Optional<String> name = fields.need("name", fields.text("name", Names::require));
    Optional<Role> role = fields.need("role", fields.word("role", Role.class));
    OptionalLong seconds = fields.whole("lifeSeconds", Whole.SECONDS);
    fields.noMore();
    if (!mistakes.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    Optional<Duration> life =
        seconds.isPresent()
            ? Optional.of(Duration.ofSeconds(seconds.getAsLong()))
            : Optional.empty();
    String text = tokens.create(name.orElseThrow(), role.orElseThrow(), life, call.actor());
    return new Answer(201, Documents.object().put("token", text), Map.of());
  }

  private Answer delete(Call call) {
    tokens.delete(call.path("name"), call.actor());
    return Answer.done(store.revision());
  }

  private Answer audit(Call call) {
    int limit = call.whole("limit", USUAL_PAGE, LARGEST_PAGE);
    Range range = Range.first(Audit.PREFIX, limit);
    if (!call.query("cursor").isEmpty()) {
      try {
        Cursor cursor = Cursor.parse(call.query("cursor"));
        range = new Range(Audit.PREFIX, cursor.after(), limit, Range.NEWEST);
      } catch (IllegalArgumentException e) {
        throw new ApiProblem(400, "cursor: " + e.getMessage());
      }
    }
    Page page = store.range(range);
    ObjectNode json = Documents.object();
    ArrayNode items = json.putArray("items");
    page.entries()
        .forEach(entry ->
            items.add(Documents.parseObject(entry.value()).put("revision", entry.modified())));
    if (page.hasMore()) {
      json.put("cursor", new Cursor(page.revision(), page.entries().getLast().key()).text());
    }
    return Answer.ok(json);
  }
}
