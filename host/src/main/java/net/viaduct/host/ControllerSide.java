package net.viaduct.host;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.ControllerConfig;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.reconcile.DesiredPort;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.subscription.Follower;
import net.viaduct.host.subscription.LinkStatus;
import net.viaduct.host.subscription.Merged;
import net.viaduct.host.subscription.Merger;
import net.viaduct.host.subscription.ToldNetwork;
import net.viaduct.host.subscription.ToldWatch;
import net.viaduct.host.view.ControllerView;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.Watching;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.TrustException;
import org.jspecify.annotations.Nullable;

/**
 * What a host has to do with its controller, if its file says that it follows one. Guarded by its
 * upkeep; the view by nothing.
 */
final class ControllerSide implements AutoCloseable {
  private final @Nullable Follower follower;
  private final HostReporter reporter;
  private volatile List<ToldNetwork> told;
  private final OthersWatched others;

  private ControllerSide(@Nullable Follower follower, HostReporter reporter, OthersWatched others) {
    this.follower = follower;
    this.reporter = reporter;
    this.others = others;
    this.told = follower == null ? List.of() : follower.known();
    reporter.told(told);
  }

  /**
   * Recalls what the controller told before; does not connect yet.
   *
   * @param sources what the host tells
   * @throws TrustException if the host has not joined
   */
  static ControllerSide open(
      HostConfig config,
      HostSurroundings around,
      Follower.Sources sources,
      Follower.Consumer consumer) {
    Optional<ControllerConfig> controller = config.controller();
    Follower follower =
        controller
            .map(it ->
                Follower.open(
                    new IdentityDirectory(it.state()),
                    config.host(),
                    sources,
                    consumer,
                    around.clock(),
                    around.wallClock()))
            .orElse(null);
    return new ControllerSide(follower, new HostReporter(around.clock()), new OthersWatched());
  }

  /** Begins to follow, and to answer what the controller asks about frames. */
  void start(Diagnosis diagnosis) {
    if (follower != null) {
      follower.start(diagnosis);
    }
  }

  /** Another thing is told from now on. */
  void told(List<ToldNetwork> other) {
    told = other;
    reporter.told(other);
  }

  /** What the host sees, with what it has to find out for the controller. */
  Report completed(InForce now, Report plain) {
    return reporter.completed(now, plain);
  }

  /** The hosts that this one watches. */
  OthersWatched others() {
    return others;
  }

  /** Other hosts are to be watched from now on. */
  void watched(ToldWatch other) {
    others.told(other);
  }

  /** Has a data path watch those, and answer those that watch this host. */
  void watch(HostConfig config, DataPath dataPath) {
    if (follower != null) {
      others.apply(config, dataPath);
    }
  }

  /**
   * What a file says together with what is told.
   *
   * @param before what was to be up to now: a port that was a device stays one while that is gone,
   *     and does not become a tap of that name
   */
  Merged merge(HostConfig file, DesiredState before, List<DeviceFacts> devices) {
    if (follower == null) {
      return Merged.of(file);
    }
    long awayNs = follower.awayNs();
    Set<String> names = new HashSet<>();
    devices.forEach(device -> names.add(device.name()));
    return Merger.merge(
        file,
        told,
        name -> {
          DesiredPort port = before.ports().get(name);
          return port == null ? names.contains(name) : port.config() instanceof PortConfig.Device;
        },
        awayNs);
  }

  /** Whether networks are to flood and learn that do not, or do and are not to any more. */
  boolean isElseThan(Merged merged) {
    if (follower == null) {
      return false;
    }
    long awayNs = follower.awayNs();
    return told.stream()
        .anyMatch(network ->
            network.unknown().isLearnedAfter(awayNs)
                != merged.fallenBack().contains(network.vni()));
  }

  /**
   * How the host stands with its controller.
   *
   * @param inForce what the host does
   * @param troubles what of that which is told cannot be done here
   */
  ControllerView view(InForce inForce, List<String> troubles) {
    if (follower == null) {
      return ControllerView.NONE;
    }
    LinkStatus status = follower.status();
    List<ToldNetwork> now = told;
    Watching watching = others.report(inForce);
    List<String> all = new ArrayList<>();
    if (status.undone() != null) {
      all.add(status.undone());
    }
    all.addAll(troubles);
    return new ControllerView(
        status.connected() ? "connected" : "away",
        status.controller(),
        status.since(),
        now.size(),
        now.stream().mapToInt(network -> network.stations().size()).sum(),
        status.store(),
        status.revision(),
        status.lastError() == null ? status.misunderstood() : status.lastError(),
        status.certificateEnds(),
        watching.getWatched(),
        watching.getMissedList(),
        inForce.fallenBack(),
        all);
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
  }
}
