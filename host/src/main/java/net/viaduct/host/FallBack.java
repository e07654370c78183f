package net.viaduct.host;

import java.util.List;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.wire.MacAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that networks begin to learn what is told otherwise, as no controller is there for long, and
 * that what is told holds again. Stateless.
 */
final class FallBack {
  private static final Logger LOG = LoggerFactory.getLogger(FallBack.class);
  private static final int MOST_TOLD = 1000;
  private static final int MOST_NAMED = 20;

  private FallBack() {}

  /** To be called before what is different is done. */
  static void tell(InForce before, InForce after) {
    for (NetworkConfig network : after.config().networks()) {
      boolean is = after.hasFallenBack(network.vni());
      if (is && !before.hasFallenBack(network.vni())) {
        LOG.warn(
            "network '{}' floods what is unknown, and believes what it learns, as no controller is"
                + " there",
            network.name());
      } else if (!is && before.hasFallenBack(network.vni())) {
        LOG.info("what is told about network '{}' holds again", network.name());
        tellElsewhere(network, before.dataPath().view().learnedInsteadOfTold(MOST_TOLD));
      }
    }
  }

  /** A machine that came here meanwhile is not reached any more: somebody should tell. */
  private static void tellElsewhere(NetworkConfig network, List<StationStatus> stations) {
    stations.stream()
        .filter(station -> station.vni() == network.vni())
        .filter(station -> station.location() instanceof Location.AtPort)
        .limit(MOST_NAMED)
        .forEach(station ->
            LOG.warn(
                "network '{}': station {} was heard at port {}, and is said to be at {} again: if"
                    + " it has moved, tell the controller",
                network.name(),
                MacAddress.format(station.mac()),
                station.location(),
                station.told().map(StationShow::words).orElse("")));
  }
}
