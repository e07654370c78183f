package net.viaduct.controller.meters;

import java.util.Comparator;
import java.util.List;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.RemoteMeter;
import org.jspecify.annotations.Nullable;

/**
 * What a host has counted, the last two times that it told. Immutable.
 *
 * @param host its name
 * @param before the time before the last one, of the same run; null if there was none
 * @param last the last time
 * @param atNs when that came, by the clock of whoever keeps it
 */
public record Metered(String host, @Nullable Meters before, Meters last, long atNs) {
  private static final long LEAST_INTERVAL_NS = 500_000_000L;
  private static final int MOST_REMOTES_OF_ALL = 64;

  /** The first time of a host. */
  static Metered first(String host, Meters meters, long nowNs) {
    return new Metered(host, null, meters, nowNs);
  }

  /** The same host after it has told something again. */
  Metered then(Meters next, long nowNs) {
    if (next.getRun() != last.getRun()) {
      return next.getUnchanged() ? this : first(host, next, nowNs);
    }
    if (next.getClockNs() <= last.getClockNs()) {
      return this;
    }
    Meters whole =
        next.getUnchanged() ? last.toBuilder().setClockNs(next.getClockNs()).build() : next;
    // a rate over a moment would be about nothing
    boolean isShort = next.getClockNs() - last.getClockNs() < LEAST_INTERVAL_NS;
    return new Metered(host, isShort ? before : last, whole, nowNs);
  }

  /** Between the two times; 0 if there was one only. */
  long intervalNs() {
    return before == null ? 0 : last.getClockNs() - before.getClockNs();
  }

  /** As much of it as answers a question. */
  Metered trimmedFor(MeterQuery query) {
    return switch (query) {
      case MeterQuery.Everything _ ->
          new Metered(host, before == null ? null : withoutPorts(before), withoutPorts(last), atNs);
      case MeterQuery.OfHost _ -> this;
      case MeterQuery.OfNetwork of ->
          new Metered(
              host, before == null ? null : only(before, of.vni()), only(last, of.vni()), atNs);
    };
  }

  /** The busiest remotes are enough to see who talks to whom. */
  private static Meters withoutPorts(Meters meters) {
    Meters.Builder some = meters.toBuilder().clearPorts();
    if (meters.getRemotesCount() > MOST_REMOTES_OF_ALL) {
      List<RemoteMeter> busiest =
          meters.getRemotesList().stream()
              .sorted(
                  Comparator.comparingLong(
                          (RemoteMeter it) -> it.getSent().getBytes() + it.getReceived().getBytes())
                      .reversed())
              .limit(MOST_REMOTES_OF_ALL)
              .toList();
      some.clearRemotes().addAllRemotes(busiest);
    }
    return some.build();
  }

  private static Meters only(Meters meters, int vni) {
    Meters.Builder some = meters.toBuilder().clearRemotes().clearDrops().clearPorts();
    some.clearNetworks();
    for (NetworkMeter network : meters.getNetworksList()) {
      if (network.getVni() == vni) {
        some.addNetworks(network);
      }
    }
    return some.build();
  }
}
