package net.viaduct.controller.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.viaduct.controller.access.Role;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.Fields;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.membership.JoinTokens;
import net.viaduct.controller.membership.Joining;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.membership.TokenRecord;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.store.Store;
import net.viaduct.trust.JoinToken;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How machines are let in, and hosts put out. Immutable: safe from any thread. */
final class JoinRoutes {
  private static final Duration USUAL_LIFE = Duration.ofHours(1);

  private final Store store;
  private final JoinTokens tokens;
  private final Members members;

  JoinRoutes(Store store, Joining joining) {
    this.store = store;
    this.tokens = joining.tokens();
    this.members = joining.members();
  }

  Stream<Route> routes() {
    return Stream.of(
        Route.get(
                "/api/v1/join-tokens",
                "listJoinTokens",
                "Lists the tokens with which machines can join, without their secrets.",
                "JoinTokenList",
                _ -> list())
            .forRole(Role.ADMIN),
        Route.change(
                "POST",
                "/api/v1/join-tokens",
                "createJoinToken",
                "Creates a token with which a machine becomes a host.",
                "NewJoinToken",
                "TokenText",
                this::create)
            .forRole(Role.ADMIN),
        Route.change(
                "DELETE",
                "/api/v1/join-tokens/{id}",
                "deleteJoinToken",
                "Deletes a token, with which nobody joins from then on.",
                "",
                "Done",
                call ->
                    delete(
                        tokens.revoke(call.path("id"), call.actor()),
                        "join token " + call.path("id")))
            .forRole(Role.ADMIN),
        Route.change(
                "DELETE",
                "/api/v1/members/{host}",
                "revokeHost",
                "Puts a host out: its certificate is worth nothing from then on, and the others are"
                    + " told to take nothing from it.",
                "",
                "Done",
                call ->
                    delete(
                        members.revoke(call.path("host"), call.actor()),
                        "host " + call.path("host")))
            .forRole(Role.ADMIN));
  }

  private Answer list() {
    ObjectNode json = Documents.object();
    ArrayNode items = json.putArray("items");
    for (TokenRecord token : tokens.list()) {
      ObjectNode item =
          items.addObject().put("id", token.id()).put("expiresAt", token.expires().toString());
      if (token.usesLeft() != TokenRecord.ANY_NUMBER) {
        item.put("usesLeft", token.usesLeft());
      }
      token.host().ifPresent(host -> item.put("host", host));
    }
    return Answer.ok(json);
  }

  private Answer create(Call call) {
    List<Mistake> mistakes = new ArrayList<>();
    Fields fields = new Fields(call.body(), "", mistakes);
    var seconds = fields.whole("lifeSeconds", Whole.SECONDS);
    var uses = fields.whole("uses", Whole.TOKEN_USES);
    Optional<Boolean> anyNumber = fields.flag("reusable");
    Optional<String> host = fields.text("host", Names::require);
    fields.noMore();
    if (!mistakes.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    try {
      int times =
          anyNumber.orElse(false) ? TokenRecord.ANY_NUMBER : Math.toIntExact(uses.orElse(1));
      Duration life = seconds.isPresent() ? Duration.ofSeconds(seconds.getAsLong()) : USUAL_LIFE;
      JoinToken token = tokens.create(life, times, host, call.actor());
      ObjectNode json = Documents.object().put("id", token.id()).put("token", token.text());
      return new Answer(201, json, Map.of());
    } catch (IllegalArgumentException e) {
      throw new ApiProblem(422, String.valueOf(e.getMessage()));
    }
  }

  private Answer delete(boolean was, String what) {
    if (!was) {
      throw new ApiProblem(404, "there is no " + what);
    }
    return Answer.done(store.revision());
  }
}
