package net.viaduct.host.configfile;

import java.nio.file.Path;

/**
 * One thing that is wrong in a configuration file, told so that an editor can jump there: {@code
 * FILE:LINE:COLUMN: KEY: what is wrong; what would be right}. Immutable.
 *
 * @param file as it was named
 * @param position of the value, or of the key if that is what is wrong
 * @param key the way to it: {@code networks.blue.ports[0].mtu}; empty for the file as a whole
 * @param problem a sentence with the value, and what would be right
 */
public record ConfigError(Path file, Position position, String key, String problem) {
  @Override
  public String toString() {
    String place = file + ":" + position.line() + ":" + position.column() + ": ";
    return key.isEmpty() ? place + problem : place + key + ": " + problem;
  }
}
