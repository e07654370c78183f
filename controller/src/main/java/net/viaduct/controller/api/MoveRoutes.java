package net.viaduct.controller.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.viaduct.controller.json.Fields;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.moving.Moves;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.transition.Transitions;

/** Moves of ports, in steps. Immutable: safe from any thread. */
final class MoveRoutes {
  private static final String PATH = "/api/v1/ports/{name}/move";

  private final Store store;
  private final Moves moves;
  private final Transitions transitions;

  MoveRoutes(Store store, Moves moves, Transitions transitions) {
    this.store = store;
    this.moves = moves;
    this.transitions = transitions;
  }

  Stream<Route> routes() {
    return Stream.of(
        Route.get(PATH, "getMove", "Tells how far the move of a port is.", "Move", this::get),
        Route.change(
            "POST",
            PATH,
            "prepareMove",
            "Makes a host ready for a port; the port stays where it is.",
            "NewMove",
            "Move",
            this::prepare),
        Route.change(
                "POST",
                PATH + "/activate",
                "activateMove",
                "Says that a port is where it was prepared to move to.",
                "",
                "Move",
                this::activate)
            .with(new Route.Parameter("atOnce", "boolean", "Also if hosts are not ready.")),
        Route.change(
            "DELETE",
            PATH,
            "cancelMove",
            "Lets a port stay that was prepared to move.",
            "",
            "Done",
            this::cancel));
  }

  private Answer get(Call call) {
    String name = call.path("name");
    Move move =
        moves
            .get(name)
            .orElseThrow(() -> new ApiProblem(404, "port " + name + " is not about to move"));
    return Answer.ok(move.told());
  }

  private Answer prepare(Call call) {
    List<Mistake> mistakes = new ArrayList<>();
    Fields fields = new Fields(call.body(), "", mistakes);
    Optional<String> to = fields.need("to", fields.text("to", Names::require));
    fields.noMore();
    if (!mistakes.isEmpty() || to.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    Move move = moves.prepare(call.path("name"), to.get(), call.actor());
    return new Answer(201, move.told(), Map.of());
  }

  private Answer activate(Call call) {
    String name = call.path("name");
    boolean atOnce = call.flag("atOnce");
    Optional<Move> wire = wireMove(name);
    return Answer.ok(
        wire.isPresent()
            ? transitions.activate(wire.get(), atOnce, call.actor()).told()
            : moves.activate(name, atOnce, call.actor()).told());
  }

  /** The move of a machine that comes off a wire, or goes onto it. */
  private Optional<Move> wireMove(String port) {
    return moves.get(port).filter(move -> move.kind() != Move.Kind.PORT);
  }

  private Answer cancel(Call call) {
    String name = call.path("name");
    Optional<Move> wire = wireMove(name);
    if (wire.isPresent()) {
      transitions.cancel(wire.get(), call.actor());
    } else {
      moves.cancel(name, call.actor());
    }
    return Answer.done(store.revision());
  }
}
