package net.viaduct.vtep.control;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.wire.IpAddress;

/**
 * Multicast groups, which several networks may share, and the membership in them: joined with the
 * first network that has a port, left with the last (R11). Owned by the data-path thread.
 */
public final class Groups implements Chore {
  private static final long LOOK_NS = 1_000_000_000L;
  private static final String NO_SUCH_FAMILY = "EAFNOSUPPORT";

  private final Underlay underlay;
  private final Counters counters;
  private final DistinctErrors errors;
  private final Map<Endpoint, FloodGroup> groups = new ConcurrentHashMap<>();
  private final Map<IpAddress, Integer> members = new HashMap<>();
  private long lookedNs;
  private final Map<IpAddress, String> missing = new LinkedHashMap<>();

  Groups(VtepParts parts) {
    this.underlay = parts.underlay();
    this.counters = parts.counters();
    this.errors = parts.errors();
  }

  /** The groups that networks flood to; any thread. */
  public Collection<FloodGroup> all() {
    return groups.values();
  }

  /**
   * A network floods to a group. Owner.
   *
   * @throws CommandRefused if there is no room for its counters
   */
  public FloodGroup acquire(Endpoint endpoint) {
    FloodGroup group = groups.get(endpoint);
    if (group == null) {
      group = new FloodGroup(endpoint, allocate(endpoint), underlay.mtuBytes(endpoint.address()));
      groups.put(endpoint, group);
    }
    group.acquire();
    return group;
  }

  /** Looks at the device's MTU, once a second. */
  @Override
  public void doWork(long nowNs) {
    if (nowNs - lookedNs >= LOOK_NS) {
      lookedNs = nowNs;
      for (FloodGroup group : groups.values()) {
        group.deviceMtuBytes(underlay.mtuBytes(group.endpoint().address()));
      }
    }
  }

  private CounterBlock allocate(Endpoint endpoint) {
    try {
      return counters.allocate(Layouts.GROUP, endpoint.toString());
    } catch (IllegalStateException e) {
      throw new CommandRefused("no room for counters of group " + endpoint, e);
    }
  }

  /** A network floods to it no more. Owner. */
  public void release(FloodGroup group) {
    if (group.release()) {
      group.gone();
      groups.remove(group.endpoint());
      counters.release(group.counters());
    }
  }

  /**
   * A network with a port listens to a group. If it cannot be joined now, it {@link #isMissing}.
   * Owner.
   *
   * @throws CommandRefused if the underlay has no address of the group's family
   */
  public void join(IpAddress group) {
    int before = members.getOrDefault(group, 0);
    if (before == 0) {
      join(group, true);
    }
    members.put(group, before + 1);
  }

  private void join(IpAddress group, boolean first) {
    try {
      underlay.join(group);
      missing.remove(group);
    } catch (IoFailure e) {
      String cause = String.valueOf(e.getMessage());
      if (first && e.errno().equals(NO_SUCH_FAMILY)) {
        throw new CommandRefused("cannot join group " + group + ": " + cause, e);
      }
      missing.put(group, cause);
    }
  }

  /** Tries again to join what is missing. Owner. */
  public void retry() {
    for (IpAddress group : List.copyOf(missing.keySet())) {
      join(group, false);
    }
  }

  /** Whether a group is listened to that could not be joined. Owner. */
  public boolean isAnyMissing() {
    return !missing.isEmpty();
  }

  /** Whether a group is listened to, but could not be joined. Owner. */
  public boolean isMissing(IpAddress group) {
    return missing.containsKey(group);
  }

  /** Why a group is missing, in words. Owner. */
  public String missingBecause(IpAddress group) {
    return missing.getOrDefault(group, "it is joined");
  }

  /** A network listens to it no more. Owner. */
  public void leave(IpAddress group) {
    int left = members.merge(group, -1, Integer::sum);
    if (left == 0) {
      members.remove(group);
      if (missing.remove(group) != null) {
        return;
      }
      try {
        underlay.leave(group);
      } catch (IoFailure e) {
        errors.record(e); // what was asked for is done all the same
      }
    }
  }
}
