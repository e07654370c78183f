package net.viaduct.host.shapefile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.host.configfile.Section;
import net.viaduct.queueing.classify.ClassRule;

/** What is known of the leaves of a tree while it is read. Owned by the thread that reads. */
final class TreeDraft {
  private final List<ClassRule> rules = new ArrayList<>();
  private final Map<String, String> names = new LinkedHashMap<>();
  private Optional<String> rest = Optional.empty();

  private final FieldWords words;

  TreeDraft(FieldWords words) {
    this.words = words;
  }

  /** The keys that packets have. */
  FieldWords words() {
    return words;
  }

  /** The only queue of a tree takes all packets. */
  void only(String name) {
    names.put(name, name);
    rest = Optional.of(name);
  }

  /** A class that others are below. */
  void inner(String name, Section place) {
    requireNew(name, place);
    if (place.has("match")) {
      place.get("match");
      place.wrongKey("match", "only a class with a queue of its own matches packets");
    }
  }

  /** A class with a queue, and which packets it is for. */
  void leaf(String name, Section place) {
    requireNew(name, place);
    List<ClassRule> own =
        place.get("match").map(value -> new MatchReader(words, name).read(value)).orElse(List.of());
    rules.addAll(own);
    if (place.has("match")) {
      return;
    }
    if (rest.isPresent()) {
      place.wrong(
          "has no 'match', and neither has '"
              + rest.get()
              + "'; one class, for all packets that no other matches, has none");
    } else {
      rest = Optional.of(name);
    }
  }

  private void requireNew(String name, Section place) {
    if (names.putIfAbsent(name, place.key()) != null) {
      place.wrong("'" + name + "' is the name of another class too: " + names.get(name));
    }
  }

  List<ClassRule> rules() {
    return rules;
  }

  /** The leaf for packets that no rule matches. */
  String rest(Section place) {
    if (rest.isEmpty()) {
      place.wrong("has a 'match' in each class; one must have none, for all other packets");
    }
    return rest.orElse("");
  }
}
