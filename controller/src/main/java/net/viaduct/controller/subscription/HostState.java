package net.viaduct.controller.subscription;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.watching.Sight;
import net.viaduct.controller.watching.Word;
import net.viaduct.protocol.Report;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is observed of a host, as the store has it at {@code host-state/NAME}. Immutable.
 *
 * @param state whether it lives
 * @param since when it began to be so, ISO 8601, in whole seconds
 * @param withdrawn whether it is away for so long that its stations are told nobody any more
 * @param controller to which one of the store's it is connected, or was; empty if never
 * @param connected whether it is connected to that controller
 * @param says what it says of itself
 * @param sight what others say of it, if somebody does not hear it or it is not connected
 */
record HostState(
    State state,
    String since,
    boolean withdrawn,
    String controller,
    boolean connected,
    HostWord says,
    Sight sight) {
  static final String PREFIX = "host-state/";

  /** A host that was never seen. */
  static final HostState UNSEEN =
      new HostState(State.AWAY, "", false, "", false, HostWord.NONE, Sight.NONE);

  /** Whether it lives. */
  enum State {
    /** It is connected. */
    ALIVE("alive"),
    /** It is not, but hosts that watch it hear it. */
    SEEN("seen-by-others"),
    /** Neither, or it is connected and nobody hears it. */
    AWAY("away");

    private final String label;

    State(String label) {
      this.label = label;
    }

    static State parse(String label) {
      for (State state : values()) {
        if (state.label.equals(label)) {
          return state;
        }
      }
      return AWAY;
    }
  }

  /** VNIs of networks of its own file that it follows the controller for. */
  List<Integer> wanted() {
    return says.wanted();
  }

  /** What it says of those that it watches; empty if it cannot watch. */
  Optional<Word> word() {
    return says.watching();
  }

  boolean isAlive() {
    return state == State.ALIVE;
  }

  boolean isAway() {
    return state == State.AWAY;
  }

  /** The same host, which reports this to a controller. */
  HostState here(Report report, String at) {
    return new HostState(state, since, withdrawn, at, true, HostWord.of(report), sight);
  }

  /** The same host, which is at no controller. */
  HostState gone() {
    return new HostState(state, since, withdrawn, controller, false, says, sight);
  }

  /**
   * The same host, of which others say this.
   *
   * @param awaySince since when it is away, if it is
   */
  HostState judged(Sight said, Instant awaySince, Instant now) {
    boolean lives = said.isAlive(connected, isAway());
    State verdict = !lives ? State.AWAY : connected ? State.ALIVE : State.SEEN;
    boolean stays = verdict == state && !since.isEmpty() && (!lives || !withdrawn);
    return new HostState(
        verdict,
        stays ? since : (lives ? now : awaySince).truncatedTo(ChronoUnit.SECONDS).toString(),
        withdrawn && !lives,
        controller,
        connected,
        says,
        said);
  }

  /** Whether it was there at any time. */
  boolean wasSeen() {
    return !since.isEmpty();
  }

  HostState withdraw() {
    return new HostState(state, since, true, controller, connected, says, sight);
  }

  String json() {
    ObjectNode node =
        Documents.object()
            .put("state", state.label)
            .put("since", since)
            .put("withdrawn", withdrawn)
            .put("controller", controller)
            .put("connected", connected);
    says.write(node);
    if (!sight.equals(Sight.NONE)) {
      node.set("watchers", sight.json());
    }
    return Documents.write(node);
  }

  static HostState parse(String json) {
    ObjectNode node = Documents.parseObject(json);
    State state = State.parse(node.path("state").asString(""));
    return new HostState(
        state,
        node.path("since").asString(""),
        node.path("withdrawn").asBoolean(false),
        node.path("controller").asString(""),
        node.path("connected").asBoolean(state == State.ALIVE),
        HostWord.parse(node),
        Sight.parse(node.path("watchers")));
  }
}
