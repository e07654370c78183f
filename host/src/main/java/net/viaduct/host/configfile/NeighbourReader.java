package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.NeighbourSettings;

/** Reads the section {@code neighbours} of a network. Owned by the thread that reads. */
final class NeighbourReader {
  NeighbourReader() {}

  NeighbourSettings read(Section network) {
    return NeighbourSettings.DEFAULT;
  }
}
