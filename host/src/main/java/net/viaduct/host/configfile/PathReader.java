package net.viaduct.host.configfile;

import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.IntRange;
import net.viaduct.vtep.settings.PathSettings;

/** Reads the section {@code path} of a network. Owned by the thread that reads. */
final class PathReader {
  PathReader() {}

  PathSettings read(Section network) {
    Optional<Section> section = network.section("path");
    if (section.isEmpty()) {
      return PathSettings.DEFAULT;
    }
    Section path = section.get();
    Optional<Integer> mtu = path.get("mtu").flatMap(v -> v.integer(IntRange.PATH_MTU_BYTES));
    PathSettings settings =
        new PathSettings(
            isOn(path, "probe"),
            isOn(path, "answer"),
            isOn(path, "clamp-mss"),
            mtu.map(OptionalInt::of).orElse(OptionalInt.empty()));
    path.noMore();
    return settings;
  }

  private static boolean isOn(Section path, String key) {
    return path.get(key).flatMap(Value::bool).orElse(true);
  }
}
