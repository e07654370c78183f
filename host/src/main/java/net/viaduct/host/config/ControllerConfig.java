package net.viaduct.host.config;

import java.nio.file.Path;

/**
 * How a host follows a controller. Immutable.
 *
 * @param state the directory that {@code viaduct join} made, with the host's key, and where what
 *     the controller said is kept
 */
public record ControllerConfig(Path state) {
  /** Where state is, if nothing else is said. */
  public static final Path STATE_DIRECTORY = Path.of("/var/lib/viaduct");

  /** The directory of a host of this name, if nothing else is said. */
  public static Path defaultState(String host) {
    return STATE_DIRECTORY.resolve(host);
  }
}
