package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.EncapsulationSettings;

/** Reads how a network is wrapped. Owned by the thread that reads. */
final class EncapsulationReader {
  EncapsulationReader() {}

  EncapsulationSettings read(Section network) {
    return EncapsulationSettings.DEFAULT;
  }
}
