package net.viaduct.host.shapefile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;

/** Reads a tree of queues with its classes. Owned by the thread that reads. */
final class ClassReader {
  private static final IntRange PRIORITY = new IntRange("a priority", 0, HtbClass.PRIORITIES - 1);
  private static final IntRange QUANTUM = new IntRange("a quantum", 1, 1 << 20);

  private final TreeDraft draft;

  ClassReader(TreeDraft draft) {
    this.draft = draft;
  }

  /**
   * The only queue of a link, or its classes.
   *
   * @param name of the queue if it is the only one
   */
  Optional<QueueConfig> root(Value value, String name) {
    if (!value.isSection()) {
      draft.only(name);
      return QueueReader.word(value);
    }
    Section section = value.section().orElseThrow();
    Optional<QueueConfig> classes = classes(section);
    if (classes.isEmpty() && !hasClasses(section)) {
      draft.only(name);
    }
    return classes.or(() -> queue(section));
  }

  private static boolean hasClasses(Section section) {
    return section.has("priority") || section.has("htb");
  }

  private Optional<QueueConfig> queue(Section section) {
    Optional<QueueConfig> queue = QueueReader.section(section, draft.words());
    section.noMore();
    return queue;
  }

  private Optional<QueueConfig> classes(Section section) {
    Optional<QueueConfig> priority = section.section("priority").flatMap(this::priority);
    return priority.or(() -> section.section("htb").flatMap(this::htb));
  }

  private Optional<QueueConfig> priority(Section bands) {
    List<QueueConfig.Named> named = new ArrayList<>();
    for (Map.Entry<String, Value> band : bands.all()) {
      band.getValue().section().flatMap(s -> band(band.getKey(), s)).ifPresent(named::add);
    }
    return named.isEmpty() && !bands.all().isEmpty()
        ? Optional.empty() // told already
        : QueueReader.told(bands, () -> new QueueConfig.Priority(named));
  }

  private Optional<QueueConfig.Named> band(String name, Section band) {
    Optional<QueueConfig> queue = ofClass(name, band);
    band.noMore();
    return queue.map(q -> new QueueConfig.Named(name, q));
  }

  /** The queue of a class; FQ-CoDel if nothing is said. */
  private Optional<QueueConfig> ofClass(String name, Section place) {
    Optional<Value> value = place.get("queue");
    Optional<Section> section = value.filter(Value::isSection).flatMap(Value::section);
    if (section.isPresent() && hasClasses(section.get())) {
      draft.inner(name, place);
      Optional<QueueConfig> classes = classes(section.get());
      section.get().noMore();
      return classes;
    }
    draft.leaf(name, place);
    if (section.isPresent()) {
      return queue(section.get());
    }
    return value.isPresent()
        ? QueueReader.word(value.get())
        : Optional.of(QueueConfig.FqCodel.DEFAULT);
  }

  private Optional<QueueConfig> htb(Section htb) {
    List<HtbClass> classes = htbClasses(htb);
    return classes.isEmpty() && !htb.all().isEmpty()
        ? Optional.empty() // told already
        : QueueReader.told(htb, () -> new QueueConfig.Htb(classes));
  }

  private List<HtbClass> htbClasses(Section section) {
    List<HtbClass> classes = new ArrayList<>();
    for (Map.Entry<String, Value> each : section.all()) {
      each.getValue().section().flatMap(s -> htbClass(each.getKey(), s)).ifPresent(classes::add);
    }
    return classes;
  }

  private Optional<HtbClass> htbClass(String name, Section place) {
    Optional<Long> rate =
        place
            .need("rate", "what it has in any case, such as 5M")
            .flatMap(value -> value.as(Amounts::bitsPerSecond));
    Optional<Long> ceil = place.get("ceil").flatMap(value -> value.as(Amounts::bitsPerSecond));
    long burst = QueueReader.bytes(place, "burst", 0);
    int quantum = place.get("quantum").flatMap(value -> value.integer(QUANTUM)).orElse(0);
    int priority = place.get("priority").flatMap(value -> value.integer(PRIORITY)).orElse(0);
    List<HtbClass> below = List.of();
    Optional<QueueConfig> queue = Optional.empty();
    if (place.has("classes")) {
      draft.inner(name, place);
      below = place.section("classes").map(this::htbClasses).orElse(List.of());
    } else {
      queue = ofClass(name, place);
    }
    place.noMore();
    if (rate.isEmpty() || (queue.isEmpty() && below.isEmpty())) {
      return Optional.empty();
    }
    List<HtbClass> classes = below;
    Optional<QueueConfig> own = queue;
    long most = ceil.orElse(rate.get());
    return QueueReader.told(
        place, () -> new HtbClass(name, rate.get(), most, burst, quantum, priority, classes, own));
  }
}
