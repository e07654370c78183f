package net.viaduct.host.configfile;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.vtep.settings.StationPolicy;

/** Reads the keys about stations of a network. Owned by the thread that reads. */
final class StationPolicyReader {
  private final NetworkContext context;

  StationPolicyReader(NetworkContext context) {
    this.context = context;
  }

  StationPolicy read(Section network) {
    Duration ageing =
        network
            .get("ageing")
            .flatMap(v -> v.duration().flatMap(d -> v.told(() -> NetworkConfig.requireAgeing(d))))
            .orElse(NetworkConfig.DEFAULT_AGEING);
    boolean learning = network.get("learning").flatMap(Value::bool).orElse(true);
    int most = HostReader.readLimits(network, context.mostStations());
    return new StationPolicy(learning, Optional.of(ageing), OptionalInt.of(most));
  }
}
