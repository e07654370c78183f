package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.MulticastSettings;

/** Reads the section {@code multicast} of a network. Owned by the thread that reads. */
final class MulticastReader {
  MulticastReader() {}

  MulticastSettings read(Section network) {
    return MulticastSettings.DEFAULT;
  }
}
