package net.viaduct.host.configfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found while a file was read: where each key is, and all that is wrong. Owned by the
 * thread that reads.
 */
final class Findings {
  private final Path file;
  private final Map<String, Position> positions = new HashMap<>();
  private final List<ConfigError> errors = new ArrayList<>();

  Findings(Path file) {
    this.file = file;
  }

  void found(String key, Position position) {
    positions.put(key, position);
  }

  void wrong(Position position, String key, String problem) {
    errors.add(new ConfigError(file, position, key, problem));
  }

  /** Tells that the value of a key is wrong. */
  void wrong(String key, String problem) {
    wrong(position(key), key, problem);
  }

  /** Where a key's value is, or the nearest that is around it and in the file. */
  Position position(String key) {
    Position position = positions.get(key);
    if (position != null) {
      return position;
    }
    int around = Math.max(key.lastIndexOf('.'), key.lastIndexOf('['));
    return around < 0 ? Position.START : position(key.substring(0, around));
  }

  /**
   * Ends the reading.
   *
   * @throws ConfigException if anything was wrong
   */
  void throwIfWrong() {
    if (!errors.isEmpty()) {
      throw exception();
    }
  }

  /** All that is wrong, in the order of the file. */
  ConfigException exception() {
    errors.sort(Comparator.comparing(ConfigError::position));
    return new ConfigException(errors);
  }

  Map<String, Position> positions() {
    return Map.copyOf(positions);
  }
}
