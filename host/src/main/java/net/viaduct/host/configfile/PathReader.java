package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.PathSettings;

/** Reads the section {@code path} of a network. Owned by the thread that reads. */
final class PathReader {
  PathReader() {}

  PathSettings read(Section network) {
    return PathSettings.DEFAULT;
  }
}
