package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.NetworkSettings;

/** Reads how a network behaves, one reader for each topic. Owned by the thread that reads. */
final class SettingsReader {
  private final Section network;
  private final NetworkContext context;

  SettingsReader(Section network, NetworkContext context) {
    this.network = network;
    this.context = context;
  }

  NetworkSettings read() {
    return new NetworkSettings(
        new StationPolicyReader(context).read(network),
        new TagReader().read(network),
        new EncapsulationReader().read(network),
        new MulticastReader(context).read(network),
        new StormReader().read(network),
        new NeighbourReader().read(network),
        new PathReader().read(network));
  }
}
