package net.viaduct.host.subscription;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.io.Endpoint;
import net.viaduct.protocol.Watch;
import net.viaduct.protocol.Watched;
import net.viaduct.protocol.Watching;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.vtep.watch.WatchStatus;
import net.viaduct.vtep.watch.WatchedHost;
import net.viaduct.wire.IpAddress;

/**
 * Whom a controller tells this host to watch. Immutable.
 *
 * @param missedAfter how long a host may be silent
 * @param hosts whom, and where each is reached
 */
public record ToldWatch(Duration missedAfter, Map<String, List<Endpoint>> hosts) {
  /** Nobody; those that ask are answered. */
  public static final ToldWatch NOBODY = new ToldWatch(Duration.ofSeconds(3), Map.of());

  private static final int LEAST_MS = 100;
  private static final int MOST_MS = 600_000;

  /** Copies the hosts. */
  public ToldWatch {
    hosts = Map.copyOf(hosts);
  }

  /**
   * What follows from this and what the controller says now.
   *
   * @throws IllegalArgumentException if an address is none
   */
  ToldWatch with(Watch said) {
    Map<String, List<Endpoint>> all = new HashMap<>(said.getAnew() ? Map.of() : hosts);
    said.getGoneList().forEach(all::remove);
    for (Watched it : said.getHostsList()) {
      all.put(it.getHost(), it.getEndpointsList().stream().map(FactTable::endpoint).toList());
    }
    int ms = Math.clamp(said.getMissedAfterMs(), LEAST_MS, MOST_MS);
    return new ToldWatch(Duration.ofMillis(ms), all);
  }

  /** What that is for a host of this name and underlay: those that it can reach. */
  public WatchOrder order(String self, UnderlayConfig underlay) {
    List<WatchedHost> reached = new ArrayList<>();
    new TreeMap<>(hosts)
        .forEach((name, endpoints) ->
            reach(underlay.addresses(), endpoints)
                .ifPresent(endpoint -> reached.add(new WatchedHost(name, endpoint))));
    return new WatchOrder(self, missedAfter, reached);
  }

  private static Optional<Endpoint> reach(List<IpAddress> own, List<Endpoint> endpoints) {
    return endpoints.stream()
        .filter(it -> !own.contains(it.address()))
        .filter(it -> own.stream().anyMatch(at -> at.isIpv4() == it.address().isIpv4()))
        .findFirst();
  }

  /** What the host says about them: it hears none that it cannot reach. */
  public Watching report(WatchStatus heard, WatchOrder order) {
    Watching.Builder watching = Watching.newBuilder().setWatched(hosts.size());
    List<String> reached = order.hosts().stream().map(WatchedHost::name).toList();
    hosts.keySet().stream()
        .filter(name -> !reached.contains(name) || heard.missed().contains(name))
        .sorted()
        .forEach(watching::addMissed);
    return watching.build();
  }
}
