package net.viaduct.vtep.control;

import java.util.Collection;
import java.util.HashMap;
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

  private final Underlay underlay;
  private final Counters counters;
  private final DistinctErrors errors;
  private final Map<Endpoint, FloodGroup> groups = new ConcurrentHashMap<>();
  private final Map<IpAddress, Integer> members = new HashMap<>();
  private long lookedNs;

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
      groups.remove(group.endpoint());
      counters.release(group.counters());
    }
  }

  /**
   * A network with a port listens to a group. Owner.
   *
   * @throws CommandRefused if it cannot be joined
   */
  public void join(IpAddress group) {
    int before = members.getOrDefault(group, 0);
    if (before == 0) {
      try {
        underlay.join(group);
      } catch (IoFailure e) {
        throw new CommandRefused("cannot join group " + group + ": " + e.getMessage(), e);
      }
    }
    members.put(group, before + 1);
  }

  /** A network listens to it no more. Owner. */
  public void leave(IpAddress group) {
    int left = members.merge(group, -1, Integer::sum);
    if (left == 0) {
      members.remove(group);
      try {
        underlay.leave(group);
      } catch (IoFailure e) {
        errors.record(e); // what was asked for is done all the same
      }
    }
  }
}
