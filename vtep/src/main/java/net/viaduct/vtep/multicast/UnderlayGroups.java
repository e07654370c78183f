package net.viaduct.vtep.multicast;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.control.Groups;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.Listener;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;

/**
 * The groups of the underlay over which the groups in a network are spread, so that only hosts with
 * a listener get a frame (P11). A group's is told by its address as a number, modulo how many there
 * are: the same on all hosts. Joined while somebody here listens to one of those that it stands
 * for, and while somebody here gets everything. Owned by the data-path thread.
 */
final class UnderlayGroups {
  private final Groups groups;
  private final Consumer<RuntimeException> errors;
  private final List<FloodGroup> targets = new ArrayList<>();
  private final boolean[] joined;

  /**
   * None of them is joined.
   *
   * @param usual where the network floods to; transport and port are the same
   */
  UnderlayGroups(
      Groups groups, Endpoint usual, List<IpAddress> addresses, Consumer<RuntimeException> errors) {
    this.groups = groups;
    this.errors = errors;
    this.joined = new boolean[addresses.size()];
    try {
      for (IpAddress address : addresses) {
        targets.add(groups.acquire(new Endpoint(address, usual.transport(), usual.port())));
      }
    } catch (CommandRefused e) {
      targets.forEach(groups::release);
      throw e;
    }
  }

  /** Where frames of a group in the network go. */
  TunnelTarget target(long high, long low) {
    return targets.get(index(high, low));
  }

  private int index(long high, long low) {
    return high == 0
        ? Integer.remainderUnsigned((int) low, joined.length)
        : (int) Long.remainderUnsigned(low, joined.length);
  }

  /** Somebody here listens to a group. */
  void want(long high, long low) {
    set(index(high, low), true);
  }

  /** Joins and leaves by what is known of a network now. */
  void follow(SnoopedNetwork network, long nowNs) {
    if (network.network().missesGroup()) {
      leaveAll(); // copies of everything come another way
      return;
    }
    boolean all = network.network().ports().length > 0 && wantsAll(network, nowNs);
    boolean[] wanted = new boolean[joined.length];
    network
        .table()
        .forEach(group -> wanted[index(group.high(), group.low())] |= isHeardHere(group, nowNs));
    for (int i = 0; i < joined.length; i++) {
      set(i, all || wanted[i]);
      IpAddress address = targets.get(i).endpoint().address();
      if (joined[i] && groups.isMissing(address)) {
        errors.accept(new CommandRefused(groups.missingBecause(address)));
      }
    }
  }

  private static boolean wantsAll(SnoopedNetwork network, long nowNs) {
    return !network.isPruned(true, nowNs)
        || !network.isPruned(false, nowNs)
        || network.floodsUnknown(nowNs)
        || hasPort(network.routers(), nowNs)
        || hasPort(network.newcomers().of(true), nowNs)
        || hasPort(network.newcomers().of(false), nowNs);
  }

  private static boolean hasPort(PlaceTimes places, long nowNs) {
    for (int i = 0; i < places.size(); i++) {
      if (places.place(i) instanceof LocalPort && places.untilNs(i) > nowNs) {
        return true;
      }
    }
    return false;
  }

  private static boolean isHeardHere(Group group, long nowNs) {
    for (Listener at = group.first(); at != null; at = group.after(at)) {
      if (at.place() instanceof LocalPort && at.isAlive(nowNs)) {
        return true;
      }
    }
    return false;
  }

  private void set(int index, boolean wanted) {
    if (joined[index] == wanted) {
      return;
    }
    IpAddress address = targets.get(index).endpoint().address();
    if (wanted) {
      try {
        groups.join(address);
      } catch (CommandRefused e) {
        errors.accept(e);
        return;
      }
    } else {
      groups.leave(address);
    }
    joined[index] = wanted;
  }

  private void leaveAll() {
    for (int i = 0; i < joined.length; i++) {
      set(i, false);
    }
  }

  /** Leaves all and gives them back. */
  void close() {
    leaveAll();
    targets.forEach(groups::release);
  }
}
