package net.viaduct.host.configfile;

import static net.viaduct.vtep.settings.StationPolicy.Sources.EVERYWHERE;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.Moves;
import net.viaduct.vtep.settings.StationPolicy.Sources;
import net.viaduct.vtep.settings.StationPolicy.WhenFull;

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
    int most = HostReader.readLimits(network, context.mostStations());
    Optional<Integer> mostPerPort =
        network.get("stations-per-port").flatMap(v -> v.integer(IntRange.STATIONS));
    return new StationPolicy(
        network.get("learning").flatMap(v -> v.as(StationPolicyReader::sources)).orElse(EVERYWHERE),
        Optional.of(ageing),
        OptionalInt.of(most),
        mostPerPort.map(OptionalInt::of).orElse(OptionalInt.empty()),
        network.get("moves").flatMap(v -> v.oneOf(Moves.class)).orElse(Moves.DAMP),
        network.get("when-full").flatMap(v -> v.oneOf(WhenFull.class)).orElse(WhenFull.FORGET),
        network.get("announce-new").flatMap(Value::bool).orElse(true),
        StationPolicy.Unknown.FLOOD,
        false);
  }

  private static Sources sources(String text) {
    return switch (text) {
      case "true" -> EVERYWHERE;
      case "ports" -> Sources.PORTS;
      case "false" -> Sources.NOTHING;
      default ->
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' is unknown; stations are learned (true), from ports only (ports), or"
                  + " not (false)");
    };
  }
}
