package net.viaduct.vtep.multicast;

import net.viaduct.io.Frame;
import net.viaduct.vtep.forward.ControlFrames;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.forward.Inspector;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.multicast.querier.QuerierRank;
import net.viaduct.vtep.multicast.report.ProxyReports;
import net.viaduct.vtep.multicast.report.ReportWriter;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Listens to IGMP, MLD and to what tells where multicast routers are (RFC 4541 section 2.1.1), and
 * lets it pass, but for reports that the host makes by itself or has told already. Frames with a
 * VLAN tag are not listened to. Owned by the data-path thread.
 */
public final class MembershipInspector implements Inspector {
  private final SnoopedNetworks networks;
  private final Forwarding forwarding;
  private final IgmpReader igmp = new IgmpReader();
  private final MldReader mld = new MldReader();
  private final ReportWriter reports;

  /** Tells what it hears to these networks. */
  public MembershipInspector(SnoopedNetworks networks, Forwarding forwarding) {
    this.networks = networks;
    this.forwarding = forwarding;
    this.reports = new ReportWriter(forwarding.originator(), networks.ranks().mac());
  }

  @Override
  public String subject() {
    return "IGMP or MLD";
  }

  @Override
  public Verdict fromPort(LocalPort from, Frame frame, FlowKey key) {
    if (!ControlFrames.tellsMembership(key)) {
      return Verdict.PASS;
    }
    if (forwarding.trail().isOn()) {
      return rehearse(from, frame, key);
    }
    SnoopedNetwork network = inspect(from.network(), from, null, frame, key);
    return network != null && isKept(network, from, key) ? Verdict.CONSUMED : Verdict.PASS;
  }

  /** Whether the host would report this itself, as far as one can say without doing it. */
  private Verdict rehearse(LocalPort from, Frame frame, FlowKey key) {
    SnoopedNetwork network = networks.of(from.network());
    boolean takenOver =
        network != null
            && network.proxy() != null
            && network.isPruned(key.isIpv4(), forwarding.clock().nowNs())
            && ListenerAudience.isReport(frame, key);
    return takenOver ? Verdict.CONSUMED : Verdict.PASS;
  }

  @Override
  public Verdict fromTunnel(Network network, Remote from, Frame frame, FlowKey key) {
    if (ControlFrames.tellsMembership(key)) {
      inspect(network, from, from.address(), frame, key);
    }
    return Verdict.PASS;
  }

  /** Whether a report need not be told to anybody; with a router here it goes on to that. */
  private boolean isKept(SnoopedNetwork network, LocalPort from, FlowKey key) {
    if (!network.isPruned(key.isIpv4(), forwarding.clock().nowNs())) {
      return false;
    }
    ProxyReports proxy = network.proxy();
    if (proxy != null) {
      proxy.end(reports, forwarding.clock().nowNs());
    }
    return proxy != null
        ? proxy.isTakenOver()
        : network.suppression().isRedundant() && !hasOtherRouterPort(network, from);
  }

  private boolean hasOtherRouterPort(SnoopedNetwork network, LocalPort from) {
    PlaceTimes routers = network.routers();
    for (int i = 0; i < routers.size(); i++) {
      if (routers.untilNs(i) > forwarding.clock().nowNs()
          && routers.place(i) instanceof LocalPort port
          && !port.equals(from)) {
        return true;
      }
    }
    return false;
  }

  /** Returns what it was told to; null if nobody listens. */
  private @Nullable SnoopedNetwork inspect(
      Network in, Object place, @Nullable IpAddress underlay, Frame frame, FlowKey key) {
    SnoopedNetwork network = networks.of(in);
    if (network == null || forwarding.trail().isOn() || !network.has(place)) {
      return null;
    }
    network.suppression().begin();
    ProxyReports proxy = network.proxy();
    if (proxy != null) {
      proxy.begin();
    }
    long nowNs = forwarding.clock().nowNs();
    int protocol = key.ipProtocol();
    if (protocol == IpProtocol.PIM) {
      network.onRouter(place, nowNs);
    } else if (protocol == IpProtocol.IGMP && key.isIpv4()) {
      if (igmp.read(network, place, frame, key, nowNs)) {
        onIgmpQuery(network, place, underlay, key, nowNs);
      }
    } else if (protocol == IpProtocol.ICMPV6 && key.isIpv6()) {
      if (mld.read(network, place, frame, key, nowNs)) {
        IpAddress source = new IpAddress(key.sourceHigh(), key.sourceLow());
        QuerierRank sender = new QuerierRank(false, source);
        boolean router = !HostAddress.isOurs(key.sourceMac());
        network.onQuery(place, mld.query(), sender, router, nowNs);
      }
    }
    return network;
  }

  private void onIgmpQuery(
      SnoopedNetwork network, Object place, @Nullable IpAddress underlay, FlowKey key, long nowNs) {
    IpAddress source = new IpAddress(key.sourceHigh(), key.sourceLow());
    boolean anonymous = source.isUnspecified();
    if (anonymous && underlay == null) {
      return;
    }
    QuerierRank sender =
        new QuerierRank(anonymous, anonymous && underlay != null ? underlay : source);
    boolean router = !anonymous && !HostAddress.isOurs(key.sourceMac());
    network.onQuery(place, igmp.query(), sender, router, nowNs);
  }
}
