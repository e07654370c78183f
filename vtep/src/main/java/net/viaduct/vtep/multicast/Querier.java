package net.viaduct.vtep.multicast;

import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.querier.PendingQuery;
import net.viaduct.vtep.multicast.querier.QueryFrame;
import net.viaduct.vtep.multicast.report.ProxyReports;
import net.viaduct.vtep.multicast.report.ReportWriter;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.wire.IpAddress;

/**
 * Asks the machines of the networks what they listen to, where nobody else does, forgets who does
 * not answer, and tells others what was found. Owned by the data-path thread.
 */
public final class Querier implements Chore {
  private static final int BUCKETS = 64;
  private static final IpAddress ALL_IPV4_GROUPS = IpAddress.ofIpv4(0);
  private static final IpAddress ALL_IPV6_GROUPS = new IpAddress(0, 0);

  private final SnoopedNetworks networks;
  private final Originator originator;
  private final ReportWriter reports;

  /** Asks in these networks. */
  public Querier(SnoopedNetworks networks, Originator originator) {
    this.networks = networks;
    this.originator = originator;
    this.reports = new ReportWriter(originator, networks.ranks().mac());
  }

  @Override
  public void doWork(long nowNs) {
    List<SnoopedNetwork> all = networks.refresh();
    for (int i = 0; i < all.size(); i++) {
      SnoopedNetwork network = all.get(i);
      ask(network, nowNs);
      ProxyReports proxy = network.proxy();
      if (proxy != null) {
        proxy.doWork(reports, network, nowNs);
      }
      network.sweep(BUCKETS, nowNs);
      network.follow(nowNs);
      network.publish(nowNs);
    }
  }

  private void ask(SnoopedNetwork network, long nowNs) {
    MembershipTimes times = network.times();
    if (network.election(true).isDue(nowNs)) {
      askAll(network, true, times.responseNs());
    }
    if (network.election(false).isDue(nowNs)) {
      askAll(network, false, times.responseNs());
    }
    List<LocalPort> unasked = network.newcomers().unasked();
    for (int i = 0; i < unasked.size(); i++) {
      greet(network, unasked.get(i));
    }
    unasked.clear();
    List<PendingQuery> pending = network.pending();
    for (int i = 0; i < pending.size(); i++) {
      if (pending.get(i).isDue(times.lastMemberNs(), nowNs)) {
        askAbout(network, pending.get(i), nowNs);
      }
    }
  }

  private void askAll(SnoopedNetwork network, boolean ipv4, long answerNs) {
    network.suppression().onGeneralQuery(ipv4);
    ProxyReports proxy = network.proxy();
    if (proxy != null) {
      proxy.askAll(ipv4, answerNs);
    }
    send(network, ipv4 ? ALL_IPV4_GROUPS : ALL_IPV6_GROUPS, answerNs);
  }

  private void askAbout(SnoopedNetwork network, PendingQuery question, long nowNs) {
    IpAddress group = question.group();
    LocalPort port = question.port();
    long answerNs = network.times().lastMemberNs();
    if (port != null) {
      if (network.has(port)) {
        originator.toPort(Direction.EGRESS, port, query(network, group, answerNs));
      }
      return;
    }
    network.suppression().onQuery(network.table().find(group.high(), group.low()));
    ProxyReports proxy = network.proxy();
    if (proxy != null) {
      proxy.askAbout(group.isIpv4(), group.high(), group.low(), answerNs, nowNs);
    }
    send(network, group, answerNs);
  }

  /** A machine that moved here reports nothing by itself. */
  private void greet(SnoopedNetwork network, LocalPort port) {
    if (network.has(port) && network.settings().querier().enabled()) {
      long answerNs = network.times().responseNs();
      originator.toPort(Direction.EGRESS, port, query(network, ALL_IPV4_GROUPS, answerNs));
      originator.toPort(Direction.EGRESS, port, query(network, ALL_IPV6_GROUPS, answerNs));
    }
  }

  /** To everybody, as other hosts have listeners to forget, too. */
  private void send(SnoopedNetwork network, IpAddress group, long answerNs) {
    Frame frame = query(network, group, answerNs);
    originator.toEverybody(Direction.EGRESS, network.network(), frame);
  }

  private Frame query(SnoopedNetwork network, IpAddress group, long answerNs) {
    Frame frame = originator.next(Direction.EGRESS);
    long mac = networks.ranks().mac();
    if (group.isIpv4()) {
      int source = network.settings().querier().address().ipv4Bits();
      QueryFrame.writeIgmp(frame, mac, source, group.ipv4Bits(), answerNs, network.times());
    } else {
      QueryFrame.writeMld(frame, mac, group, answerNs, network.times());
    }
    return frame;
  }
}
