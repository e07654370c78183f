package net.viaduct.host.configfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was found while a file was read: where each key is, and all that is wrong. Owned by the
 * thread that reads.
 */
public final class Findings {
  private final Path file;
  private final Map<String, Position> positions = new HashMap<>();
  private final List<ConfigError> errors = new ArrayList<>();
  private final Set<String> asked = new LinkedHashSet<>();

  Findings(Path file) {
    this.file = file;
  }

  /** Somebody asked for a key, whether the file has it or not. */
  void asked(String key) {
    asked.add(key);
  }

  /** The keys that somebody asked for, in the order in which it was. */
  List<String> asked() {
    return List.copyOf(asked);
  }

  void found(String key, Position position) {
    positions.put(key, position);
  }

  void wrong(Position position, String key, String problem) {
    ConfigError error = new ConfigError(file, position, key, problem);
    if (!errors.contains(error)) { // a section may be read twice
      errors.add(error);
    }
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
