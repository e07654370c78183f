package net.viaduct.vtep.multicast;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.forward.Audience;
import net.viaduct.vtep.forward.FloodScope;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.Listener;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import org.jspecify.annotations.Nullable;

/**
 * Chooses who gets a multicast frame, by RFC 4541 section 2.1.2: listeners, multicast routers, and
 * those who are too new to have been asked. Everything else, and everything while nobody asks, goes
 * to everybody. Owned by the data-path thread.
 *
 * <p>Reports go to routers only among the ports of this host, but to all remotes: each host has a
 * table of its own, and no host passes on from tunnel to tunnel what it heard. Remotes are spared
 * what {@link ReportSuppression} finds to be told already.
 */
public final class ListenerAudience implements Audience {
  private enum Topic {
    EVERYBODY,
    REPORT,
    STREAM
  }

  private final SnoopedNetworks networks;
  private final Forwarding forwarding;

  /** Chooses by what is known about these networks. */
  public ListenerAudience(SnoopedNetworks networks, Forwarding forwarding) {
    this.networks = networks;
    this.forwarding = forwarding;
  }

  @Override
  public void choose(
      Network network, @Nullable LocalPort from, Frame frame, FlowKey key, FloodScope scope) {
    Topic topic = topic(frame, key);
    SnoopedNetwork snooped = topic == Topic.EVERYBODY ? null : networks.of(network);
    if (snooped == null) {
      Audience.EVERYBODY.choose(network, from, frame, key, scope);
      return;
    }
    long nowNs = forwarding.clock().nowNs();
    Group group = snooped.table().find(key.destinationHigh(), key.destinationLow());
    Group heard = group != null && isAlive(group, nowNs) ? group : null;
    boolean stream = topic == Topic.STREAM;
    if (!snooped.isPruned(key.isIpv4(), nowNs)
        || (stream && heard == null && snooped.floodsUnknown(nowNs))) {
      addPorts(network, from, scope);
      addTargets(snooped, from, stream ? key : null, false, scope);
      return;
    }
    scope.nobody(DropReason.NO_LISTENER);
    if (stream) {
      addListeners(heard, from, key, scope);
      addOthers(snooped.routers(), heard, from, key, scope);
      addOthers(snooped.newcomers().of(key.isIpv4()), heard, from, key, scope);
      addTargets(snooped, from, key, true, scope);
    } else {
      addRouterPorts(snooped.routers(), from, scope);
      if (forwarding.trail().isOn() || !snooped.suppression().isRedundant()) {
        addTargets(snooped, from, null, false, scope);
      }
    }
  }

  private static Topic topic(Frame frame, FlowKey key) {
    if (!MacAddress.isGroup(key.destinationMac()) || key.vlanTags() > 0 || !isIp(key)) {
      return Topic.EVERYBODY;
    }
    if (key.transportOffset() >= 0) {
      int type = NetworkOrder.u8(frame.memory(), frame.start() + key.transportOffset());
      if (key.isIpv4() && key.ipProtocol() == IpProtocol.IGMP) {
        return type == IgmpMessage.QUERY ? Topic.EVERYBODY : Topic.REPORT;
      }
      if (key.isIpv6() && key.ipProtocol() == IpProtocol.ICMPV6 && MldMessage.isType(type)) {
        return type == MldMessage.QUERY ? Topic.EVERYBODY : Topic.REPORT;
      }
    }
    boolean prunable = GroupScope.isPrunable(key.destinationHigh(), key.destinationLow());
    return prunable ? Topic.STREAM : Topic.EVERYBODY;
  }

  /** Whether a frame is a report, or says that a group is left. */
  static boolean isReport(Frame frame, FlowKey key) {
    return topic(frame, key) == Topic.REPORT;
  }

  private static boolean isIp(FlowKey key) {
    return key.isIpv4() || key.isIpv6();
  }

  private static boolean isAlive(Group group, long nowNs) {
    for (Listener at = group.first(); at != null; at = group.after(at)) {
      if (at.isAlive(nowNs)) {
        return true;
      }
    }
    return false;
  }

  private void addListeners(
      @Nullable Group group, @Nullable LocalPort from, FlowKey key, FloodScope scope) {
    if (group == null) {
      return;
    }
    for (Listener at = group.first(); at != null; at = group.after(at)) {
      if (wants(at, key)) {
        add(at.place(), from, scope);
      }
    }
  }

  private boolean wants(Listener listener, FlowKey key) {
    return listener.wants(key.sourceHigh(), key.sourceLow(), forwarding.clock().nowNs());
  }

  /** Routers and newcomers, but those who listen anyway. */
  private void addOthers(
      PlaceTimes others,
      @Nullable Group group,
      @Nullable LocalPort from,
      FlowKey key,
      FloodScope scope) {
    long nowNs = forwarding.clock().nowNs();
    for (int i = 0; i < others.size(); i++) {
      Object place = others.place(i);
      if (place != null
          && others.untilNs(i) > nowNs
          && !isListening(group, place, key)
          && !scope.contains(place)) {
        add(place, from, scope);
      }
    }
  }

  private boolean isListening(@Nullable Group group, Object place, FlowKey key) {
    Listener listener = group == null ? null : group.find(place);
    return listener != null && wants(listener, key);
  }

  private void addRouterPorts(PlaceTimes routers, @Nullable LocalPort from, FloodScope scope) {
    long nowNs = forwarding.clock().nowNs();
    for (int i = 0; i < routers.size(); i++) {
      if (routers.untilNs(i) > nowNs && routers.place(i) instanceof LocalPort port) {
        add(port, from, scope);
      }
    }
  }

  @SuppressWarnings("ReferenceEquality") // that very port
  private static void add(Object place, @Nullable LocalPort from, FloodScope scope) {
    if (place instanceof LocalPort port) {
      if (port != from) {
        scope.add(port);
      }
    } else if (place instanceof Remote remote && from != null) {
      scope.add(remote);
    }
  }

  @SuppressWarnings("ReferenceEquality") // that very port
  private static void addPorts(Network network, @Nullable LocalPort from, FloodScope scope) {
    for (LocalPort port : network.ports()) {
      if (port != from) {
        scope.add(port);
      }
    }
  }

  /**
   * Where a network floods to beyond this host.
   *
   * @param stream of a frame that may be mapped to a group of the underlay; else null
   * @param groupsOnly who listens beyond a group of the underlay is for the underlay to know
   */
  private static void addTargets(
      SnoopedNetwork snooped,
      @Nullable LocalPort from,
      @Nullable FlowKey stream,
      boolean groupsOnly,
      FloodScope scope) {
    if (from == null) {
      return;
    }
    UnderlayGroups mapped = snooped.mapped();
    if (mapped != null && stream != null) {
      scope.add(mapped.target(stream.destinationHigh(), stream.destinationLow()));
    }
    for (TunnelTarget target : snooped.network().floodTargets()) {
      boolean group = target instanceof FloodGroup;
      if (group ? mapped == null || stream == null : !groupsOnly) {
        scope.add(target);
      }
    }
  }
}
