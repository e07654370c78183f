package net.viaduct.vtep.fallback;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.control.Groups;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.CopyRequest;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of networks whose group of the underlay cannot be joined (P11). They go on sending
 * to it, which takes no membership, and ask other hosts for copies of what these flood: all that
 * run Viaduct hear it in the group, and those that are known are asked one by one too, because they
 * may miss the group as well. Joining is tried again each second. Owned by the data-path thread.
 */
public final class GroupFallback implements Chore {
  private static final long LOOK_NS = 1_000_000_000L;
  private static final long ASK_NS = 10_000_000_000L;

  /** Two requests may be lost. */
  private static final int LEASE_SECONDS = 35;

  private static final int NO_MORE = 0;
  private static final int MOST_ASKED = 64;

  private final Tables tables;
  private final Groups groups;
  private final Originator originator;
  private final DistinctErrors errors;
  private final long ownMac;
  private final FloodScope scope = new FloodScope();
  private final List<Fallen> fallen = new ArrayList<>();
  private long lookedNs;
  private boolean begun;

  /** A network that does without its group. */
  private static final class Fallen {
    private final Network network;
    private final FloodGroup group;
    private long askedNs;

    Fallen(Network network, FloodGroup group, long askedNs) {
      this.network = network;
      this.group = group;
      this.askedNs = askedNs;
    }
  }

  /**
   * No network has fallen back.
   *
   * @param own the address of the underlay
   */
  public GroupFallback(
      Tables tables, Groups groups, Originator originator, IpAddress own, DistinctErrors errors) {
    this.tables = tables;
    this.groups = groups;
    this.originator = originator;
    this.errors = errors;
    this.ownMac = HostAddress.mac(own);
  }

  @Override
  public void doWork(long nowNs) {
    if (begun && nowNs - lookedNs < LOOK_NS) {
      return;
    }
    begun = true;
    lookedNs = nowNs;
    groups.retry();
    fallen.removeIf(this::isOver);
    if (groups.isAnyMissing()) {
      findFallen(nowNs);
    }
    for (Fallen each : fallen) {
      if (nowNs - each.askedNs >= ASK_NS) {
        each.askedNs = nowNs;
        tell(each);
        ask(each, LEASE_SECONDS);
      }
    }
  }

  private boolean isOver(Fallen each) {
    if (isMissed(each.network, each.group)) {
      return false;
    }
    each.network.missesGroup(false);
    if (isPresent(each.network)) {
      ask(each, NO_MORE);
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // an index is used again by another network
  private boolean isPresent(Network network) {
    return network.index() < tables.networks().end()
        && tables.networks().get(network.index()) == network;
  }

  @SuppressWarnings("ReferenceEquality") // that very group
  private boolean isMissed(Network network, FloodGroup group) {
    return isPresent(network)
        && network.ports().length > 0
        && groupOf(network) == group
        && groups.isMissing(group.endpoint().address());
  }

  private static @Nullable FloodGroup groupOf(Network network) {
    return network.floodTargets().length > 0
            && network.floodTargets()[0] instanceof FloodGroup group
        ? group
        : null;
  }

  private void findFallen(long nowNs) {
    for (int i = 0; i < tables.networks().end(); i++) {
      Network network = tables.networks().get(i);
      FloodGroup group = network == null ? null : groupOf(network);
      if (network != null && group != null && !network.missesGroup() && isMissed(network, group)) {
        network.missesGroup(true);
        fallen.add(new Fallen(network, group, nowNs - ASK_NS));
      }
    }
  }

  private void tell(Fallen each) {
    String cause = groups.missingBecause(each.group.endpoint().address());
    errors.record(
        new CommandRefused(
            "network '%s' cannot hear its group and asks other Viaduct hosts for copies, until it can: %s"
                .formatted(each.network.config().name(), cause)));
  }

  private void ask(Fallen each, int seconds) {
    scope.clear();
    scope.add(each.group);
    for (int i = 0; i < tables.remotes().end() && scope.targetCount() <= MOST_ASKED; i++) {
      Remote remote = tables.remotes().get(i);
      if (remote != null && remote.networkIndex() == each.network.index()) {
        scope.add(remote);
      }
    }
    Frame frame = originator.next(Direction.EGRESS);
    CopyRequest.write(frame.memory(), frame.start(), ownMac, seconds);
    frame.lengthBytes(CopyRequest.FRAME_BYTES);
    originator.to(Direction.EGRESS, each.network, scope, frame);
  }
}
