package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.StormSettings;

/** Reads the section {@code storm} of a network. Owned by the thread that reads. */
final class StormReader {
  StormReader() {}

  StormSettings read(Section network) {
    return StormSettings.DEFAULT;
  }
}
