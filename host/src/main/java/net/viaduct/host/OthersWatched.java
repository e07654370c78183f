package net.viaduct.host;

import net.viaduct.host.config.HostConfig;
import net.viaduct.host.subscription.ToldWatch;
import net.viaduct.protocol.Watching;
import net.viaduct.vtep.watch.WatchOrder;

/** The other hosts that this one watches because its controller says so. Any thread. */
final class OthersWatched {
  private volatile ToldWatch told = ToldWatch.NOBODY;

  /** These are to be watched from now on. */
  void told(ToldWatch other) {
    told = other;
  }

  /** Has a data path watch them, and answer those that watch this host. */
  void apply(HostConfig config, DataPath dataPath) {
    dataPath.watch(order(config));
  }

  private WatchOrder order(HostConfig config) {
    return told.order(config.host(), config.underlay());
  }

  /** What this host hears of them. */
  Watching report(InForce now) {
    return told.report(now.dataPath().view().watching(), order(now.config()));
  }
}
