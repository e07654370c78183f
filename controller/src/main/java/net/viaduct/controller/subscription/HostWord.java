package net.viaduct.controller.subscription;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.viaduct.controller.watching.Word;
import net.viaduct.protocol.Report;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host says of itself. Immutable.
 *
 * @param wanted VNIs of networks of its own file that it follows the controller for
 * @param version of its program
 * @param abilities what it can do; empty if it does not say
 * @param troubles what it was told and cannot do, a sentence each
 * @param watching what it says of those that it watches; empty if it cannot watch
 */
record HostWord(
    List<Integer> wanted,
    String version,
    Optional<Abilities> abilities,
    List<String> troubles,
    Optional<Word> watching) {
  private static final int MOST_TROUBLES = 20;
  private static final int LONGEST_TROUBLE = 500;

  /** It has said nothing. */
  static final HostWord NONE =
      new HostWord(List.of(), "", Optional.empty(), List.of(), Optional.empty());

  HostWord {
    wanted = List.copyOf(new TreeSet<>(wanted));
    troubles =
        troubles.stream()
            .limit(MOST_TROUBLES)
            .map(trouble -> Abilities.bounded(trouble, LONGEST_TROUBLE))
            .toList();
  }

  static HostWord of(Report report) {
    return new HostWord(
        report.getWantedVnisList(),
        report.getVersion(),
        report.hasAbilities() ? Optional.of(Abilities.of(report.getAbilities())) : Optional.empty(),
        report.getTroublesList(),
        report.hasWatching()
            ? Optional.of(
                new Word(report.getWatching().getWatched(), report.getWatching().getMissedList()))
            : Optional.empty());
  }

  /** Writes it into a host's state. */
  void write(ObjectNode state) {
    state.put("version", version);
    wanted.forEach(state.putArray("wanted")::add);
    abilities.ifPresent(it -> state.set("abilities", it.json()));
    if (!troubles.isEmpty()) {
      troubles.forEach(state.putArray("troubles")::add);
    }
    watching.ifPresent(it -> state.set("watching", it.json()));
  }

  /** Reads it from a host's state. */
  static HostWord parse(JsonNode state) {
    return new HostWord(
        state.path("wanted").valueStream().map(JsonNode::asInt).toList(),
        state.path("version").asString(""),
        Abilities.parse(state.path("abilities")),
        state.path("troubles").valueStream().map(it -> it.asString("")).toList(),
        Word.parse(state.path("watching")));
  }
}
