package net.viaduct.vtep.multicast.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import org.jspecify.annotations.Nullable;

/**
 * Everybody to whom a network's reports go: those beyond this host, and each port with a router.
 * Owned by the data-path thread.
 */
final class ReportTargets {
  private final Network network;
  private final PlaceTimes routers;
  private final List<ReportTarget> targets = new ArrayList<>();
  private final Queue<ReportTarget> gone = new ArrayDeque<>();

  /**
   * Those beyond this host.
   *
   * @param routers where multicast routers are
   */
  ReportTargets(Network network, PlaceTimes routers) {
    this.network = network;
    this.routers = routers;
    targets.add(ReportTarget.beyond(network));
  }

  int size() {
    return targets.size();
  }

  ReportTarget get(int index) {
    return targets.get(index);
  }

  /** Looks where routers are now. */
  void follow(long nowNs) {
    for (int i = 0; i < routers.size(); i++) {
      if (routers.place(i) instanceof LocalPort port && routers.untilNs(i) > nowNs && !has(port)) {
        targets.add(ReportTarget.router(network, port));
      }
    }
    for (int i = targets.size() - 1; i >= 0; i--) {
      LocalPort port = targets.get(i).router();
      if (port != null && !routers.has(port, nowNs)) {
        gone.add(targets.remove(i));
      }
    }
  }

  /** One that is to be forgotten, or null. */
  @Nullable ReportTarget pollGone() {
    return gone.poll();
  }

  private boolean has(LocalPort port) {
    for (int i = 0; i < targets.size(); i++) {
      if (port.equals(targets.get(i).router())) {
        return true;
      }
    }
    return false;
  }
}
