package net.viaduct.host;

import net.viaduct.host.config.HostConfig;
import net.viaduct.protocol.Abilities;
import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.encapsulation.EncapsulationType;

/** What a host tells its controller that it can do. Stateless. */
final class HostAbilities {
  private static final String KERNEL =
      System.getProperty("os.name") + " " + System.getProperty("os.version");

  private HostAbilities() {}

  /** What it can do as it is now. */
  static Abilities of(InForce now) {
    HostConfig config = now.config();
    TableLimits limits = DataPath.limits(config);
    Abilities.Builder abilities =
        Abilities.newBuilder()
            .setKernel(KERNEL)
            .setWay(now.dataPath().way())
            .setWorkers(config.workers())
            .setStations(limits.stations())
            .setNetworks(limits.networks())
            .setPorts(limits.ports())
            .setLargestMtuBytes(now.clearance().largestMtuBytes());
    EncapsulationType.ALL.forEach(type -> abilities.addEncapsulations(type.label()));
    return abilities.build();
  }
}
