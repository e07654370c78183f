package net.viaduct.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that is tested. */
final class Repository {
  private static final List<Path> FILES = walk();

  private Repository() {}

  static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("viaduct"))) {
      at = at.getParent();
    }
    return at;
  }

  /** Files of the sources and documents, without what was built. */
  static List<Path> files(String suffix) {
    return FILES.stream().filter(file -> file.toString().endsWith(suffix)).toList();
  }

  private static List<Path> walk() {
    Path root = root();
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(
              file -> !root.relativize(file).toString().matches("(.*/)?(target|\\.git)/.*"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
