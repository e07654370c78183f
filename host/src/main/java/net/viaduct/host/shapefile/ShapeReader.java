package net.viaduct.host.shapefile;

import java.nio.file.Path;
import java.util.Optional;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.host.shape.ShapeConfig;
import net.viaduct.queueing.LinkOverhead;

/** Reads the file of a shaper. Owned by the thread that reads. */
final class ShapeReader {
  private final ShapeFile.Source source;

  ShapeReader(ShapeFile.Source source) {
    this.source = source;
  }

  Optional<ShapeConfig> read(Section root) {
    Optional<String> in = device(root, "in", source.in());
    Optional<String> out = device(root, "out", source.out());
    Optional<Path> counters = counters(root);
    DirectionReader reader = new FlowReader(FieldWords.PACKETS).read(root);
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

  private static Optional<ShapeConfig.Direction> direction(
      Section root, String key, DirectionReader reader, Optional<Long> flag) {
    Optional<Value> value = root.get(key);
    return value.isPresent()
        ? value
            .get()
            .section()
            .flatMap(section -> reader.read(section, flag, LinkOverhead.ETHERNET))
        : Optional.of(reader.usual(flag, LinkOverhead.ETHERNET));
  }
}
