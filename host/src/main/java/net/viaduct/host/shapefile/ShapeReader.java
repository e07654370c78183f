package net.viaduct.host.shapefile;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.host.shape.ShapeConfig;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.classify.PacketFields;
import net.viaduct.queueing.config.TreeConfig;

/** Reads the file of a shaper. Owned by the thread that reads. */
final class ShapeReader {
  private static final IntRange DEPTH =
      new IntRange("how deep to look", 0, PacketFields.MOST_TUNNELS);
  private static final IntRange SEED = new IntRange("a seed", 0, Integer.MAX_VALUE);

  private final ShapeFile.Source source;

  ShapeReader(ShapeFile.Source source) {
    this.source = source;
  }

  Optional<ShapeConfig> read(Section root) {
    Optional<String> in = device(root, "in", source.in());
    Optional<String> out = device(root, "out", source.out());
    Optional<Path> counters = counters(root);
    Set<FlowField> keys = root.get("keys").flatMap(ShapeReader::keys).orElse(usualKeys());
    int depth = root.get("depth").flatMap(v -> v.integer(DEPTH)).orElse(TreeConfig.USUAL_DEPTH);
    int seed = root.get("seed").flatMap(v -> v.integer(SEED)).orElse(0);
    DirectionReader reader = new DirectionReader(keys, depth, seed);
    Optional<ShapeConfig.Direction> upload =
        direction(root, "upload", reader, flag(root, source.upload()));
    Optional<ShapeConfig.Direction> download =
        direction(root, "download", reader, flag(root, source.download()));
    if (in.isEmpty() || out.isEmpty() || upload.isEmpty() || download.isEmpty()) {
      return Optional.empty();
    }
    Path file =
        counters.orElseGet(
            () -> HostConfig.RUN_DIRECTORY.resolve("shape-" + out.get() + ".counters"));
    return QueueReader.told(
        root, () -> new ShapeConfig(in.get(), out.get(), upload.get(), download.get(), file));
  }

  private static Optional<String> device(Section root, String key, Optional<String> flag) {
    Optional<Value> value = root.get(key);
    if (flag.isPresent()) {
      return QueueReader.told(root, () -> DeviceName.require(flag.get()));
    }
    if (value.isEmpty()) {
      root.wrong("has no '" + key + "'; name a device that exists, here or with --" + key);
    }
    return value.flatMap(v -> v.as(DeviceName::require));
  }

  private static Optional<Long> flag(Section root, Optional<String> text) {
    return text.flatMap(t -> QueueReader.told(root, () -> Amounts.bitsPerSecond(t)));
  }

  private static Optional<Path> counters(Section root) {
    Optional<Section> section = root.section("counters");
    Optional<Path> file = section.flatMap(s -> s.get("file")).flatMap(v -> v.as(Path::of));
    section.ifPresent(Section::noMore);
    return file;
  }

  private static Set<FlowField> usualKeys() {
    return FlowField.INSIDE_TUNNELS;
  }

  private static Optional<Set<FlowField>> keys(Value value) {
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
    value.items().forEach(item -> item.as(QueueReader::field).ifPresent(keys::add));
    if (keys.isEmpty()) {
      value.wrong("names no key");
    }
    return Optional.of(keys);
  }

  private static Optional<ShapeConfig.Direction> direction(
      Section root, String key, DirectionReader reader, Optional<Long> flag) {
    Optional<Value> value = root.get(key);
    return value.isPresent()
        ? value.get().section().flatMap(section -> reader.read(section, flag))
        : Optional.of(reader.usual(flag));
  }
}
