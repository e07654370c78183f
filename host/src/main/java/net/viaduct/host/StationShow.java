package net.viaduct.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.view.FlushView;
import net.viaduct.host.view.StationFilter;
import net.viaduct.host.view.StationView;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.StationPages;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/** Shows and forgets stations. Any thread; only forgetting waits for the data path. */
final class StationShow {
  /** So many are forgotten between two batches of frames. */
  private static final int FORGOTTEN_AT_ONCE = 256;

  private final Supplier<InForce> inForce;
  private final StationWalks walks;

  StationShow(Supplier<InForce> inForce, StationWalks walks) {
    this.inForce = inForce;
    this.walks = walks;
  }

  @Nullable String page(
      StationFilter filter, int limit, String cursor, Consumer<StationView> each) {
    InForce now = inForce.get();
    requireKnown(filter, now.config());
    Map<IpAddress, String> addresses = new HashMap<>();
    return walks.next(
        now.dataPath().view(),
        station -> filter.isAny() || filter.passes(view(station, addresses)),
        limit,
        cursor,
        station -> each.accept(view(station, addresses)));
  }

  FlushView flush(StationFilter filter) {
    InForce now = inForce.get();
    requireKnown(filter, now.config());
    long forgotten = 0;
    Map<IpAddress, String> addresses = new HashMap<>();
    try (StationPages pages = now.dataPath().view().stations()) {
      List<StationStatus> some = pages.next(FORGOTTEN_AT_ONCE);
      while (!some.isEmpty()) {
        List<StationStatus> chosen = new ArrayList<>(some);
        chosen.removeIf(it -> it.origin() != Origin.LEARNED || !filter.passes(view(it, addresses)));
        if (!chosen.isEmpty()) {
          forgotten +=
              NeighbourShow.await(now.dataPath().control().forgetLearned(chosen))
                  .orElseThrow(() -> new IllegalStateException("the data path does not answer"));
        }
        some = pages.next(FORGOTTEN_AT_ONCE);
      }
    }
    return new FlushView(forgotten);
  }

  /** A name that was mistyped is no empty answer. */
  static void requireKnown(StationFilter filter, HostConfig config) {
    String network = filter.network();
    if (!network.isEmpty()
        && config.networks().stream()
            .noneMatch(
                it -> it.name().equals(network) || String.valueOf(it.vni()).equals(network))) {
      throw new IllegalArgumentException("there is no network '" + network + "'");
    }
    if (!filter.port().isEmpty()
        && config.networks().stream()
            .flatMap(it -> it.ports().stream())
            .noneMatch(it -> it.name().equals(filter.port()))) {
      throw new IllegalArgumentException("there is no port '" + filter.port() + "'");
    }
  }

  /** The texts of addresses are made once: there are many stations and few remotes. */
  private static StationView view(StationStatus station, Map<IpAddress, String> addresses) {
    boolean ages = station.origin() == Origin.LEARNED;
    return new StationView(
        station.network(),
        station.vni(),
        MacAddress.format(station.mac()),
        station.location() instanceof Location.AtPort at ? at.port() : null,
        station.location() instanceof Location.AtRemote at
            ? addresses.computeIfAbsent(at.remote(), IpAddress::toString)
            : null,
        station.origin().label(),
        ages ? (long) station.ageSeconds() : null,
        station.told().map(StationShow::words).orElse(null));
  }

  static String words(Location location) {
    return switch (location) {
      case Location.AtPort at -> "port " + at.port();
      case Location.AtRemote at -> "remote " + at.remote();
    };
  }
}
