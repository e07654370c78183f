package net.viaduct.experiment.plan;

import java.nio.file.Path;

/** Something to be done, before or during a run. Immutable. */
public sealed interface Action {
  /**
   * A command.
   *
   * @param line for the shell
   */
  record Command(String line) implements Action {}

  /**
   * Another configuration for a host, applied without a restart.
   *
   * @param file the new one
   * @param over which file it replaces
   * @param socket of the host that is to read it
   */
  record Install(Path file, Path over, Path socket) implements Action {}
}
