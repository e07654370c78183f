package net.viaduct.host.shapefile;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.SettingsFile;
import net.viaduct.host.shape.ShapeConfig;

/** Reads what a shaper is told, from a file and from flags. Stateless. */
public final class ShapeFile {
  private static final Path NO_FILE = Path.of("flags");
  private static final String NOTHING = "{}";

  private ShapeFile() {}

  /**
   * Where it comes from; what flags say goes before the file.
   *
   * @param file if there is one
   * @param in the device towards the machines
   * @param out the device towards the link
   * @param upload the rate of the link in that direction
   * @param download the rate in the other
   */
  public record Source(
      Optional<Path> file,
      Optional<String> in,
      Optional<String> out,
      Optional<String> upload,
      Optional<String> download) {
    /** A file and nothing else. */
    public static Source of(Path file) {
      return new Source(
          Optional.of(file),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }

  /**
   * Reads it.
   *
   * @throws ConfigException with all that is wrong with it
   */
  public static ShapeConfig read(Source source) {
    return read(source, new ShapeReader(source)::read);
  }

  /**
   * Reads it again.
   *
   * @throws ConfigException with all that is wrong with it, and what cannot change
   */
  public static ShapeConfig readAgain(Source source, ShapeConfig before) {
    return read(
        source,
        root -> {
          Optional<ShapeConfig> config = new ShapeReader(source).read(root);
          config.ifPresent(after -> refuseUnchangeable(root, before, after));
          return config;
        });
  }

  /**
   * Reads a text as if it were the content of the file.
   *
   * @throws ConfigException with all that is wrong with it
   */
  public static ShapeConfig parse(Source source, String text) {
    return SettingsFile.parse(source.file().orElse(NO_FILE), text, new ShapeReader(source)::read);
  }

  private static ShapeConfig read(Source source, Function<Section, Optional<ShapeConfig>> reader) {
    return source.file().isPresent()
        ? SettingsFile.read(source.file().get(), reader)
        : SettingsFile.parse(NO_FILE, NOTHING, reader);
  }

  private static void refuseUnchangeable(Section root, ShapeConfig before, ShapeConfig after) {
    refuse(root, "in", before.in(), after.in());
    refuse(root, "out", before.out(), after.out());
    refuse(root, "counters", before.countersFile(), after.countersFile());
  }

  private static void refuse(Section root, String key, Object before, Object after) {
    if (!before.equals(after)) {
      root.wrongKey(
          key, "cannot change from " + before + " to " + after + " while it runs; start it anew");
    }
  }
}
