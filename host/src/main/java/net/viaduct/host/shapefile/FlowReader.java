package net.viaduct.host.shapefile;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.classify.PacketFields;
import net.viaduct.queueing.config.TreeConfig;

/** Reads what tells one flow from another. Owned by the thread that reads. */
final class FlowReader {
  private static final IntRange DEPTH =
      new IntRange("how deep to look", 0, PacketFields.MOST_TUNNELS);
  private static final IntRange SEED = new IntRange("a seed", 0, Integer.MAX_VALUE);

  private final FieldWords words;

  FlowReader(FieldWords words) {
    this.words = words;
  }

  /** Who reads a direction, with the usual keys. */
  static DirectionReader usual(FieldWords words) {
    return new DirectionReader(words, FlowField.INSIDE_TUNNELS, TreeConfig.USUAL_DEPTH, 0);
  }

  /** Who reads a direction, with the keys that a section names for it. */
  DirectionReader read(Section section) {
    Set<FlowField> keys = section.get("keys").flatMap(this::keys).orElse(FlowField.INSIDE_TUNNELS);
    int depth = section.get("depth").flatMap(v -> v.integer(DEPTH)).orElse(TreeConfig.USUAL_DEPTH);
    int seed = section.get("seed").flatMap(v -> v.integer(SEED)).orElse(0);
    return new DirectionReader(words, keys, depth, seed);
  }

  private Optional<Set<FlowField>> keys(Value value) {
    if (!value.isList()) {
      return value.as(word ->
          switch (word) {
            case "inside-tunnels" -> FlowField.INSIDE_TUNNELS;
            case "outside-only" -> FlowField.OUTSIDE_ONLY;
            default ->
                throw new IllegalArgumentException(
                    "'" + word + "' is neither inside-tunnels nor outside-only nor a list of keys");
          });
    }
    Set<FlowField> keys = EnumSet.noneOf(FlowField.class);
    value.items().forEach(item -> item.as(words::field).ifPresent(keys::add));
    if (keys.isEmpty()) {
      value.wrong("names no key");
    }
    return Optional.of(keys);
  }
}
