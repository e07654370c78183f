package net.viaduct.vtep.multicast;

import java.util.List;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import net.viaduct.vtep.multicast.membership.MembershipTable;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.membership.Newcomers;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.multicast.membership.Places;
import net.viaduct.vtep.multicast.querier.HeardIntervals;
import net.viaduct.vtep.multicast.querier.PendingQueries;
import net.viaduct.vtep.multicast.querier.PendingQuery;
import net.viaduct.vtep.multicast.querier.QuerierElection;
import net.viaduct.vtep.multicast.querier.QuerierRank;
import net.viaduct.vtep.multicast.report.ProxyReports;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.vtep.show.MulticastStatus;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known about multicast in one network: listeners, who asks, where routers are, and which
 * ports and remotes are too new to be known. Owned by the data-path thread; any may read the
 * snapshot.
 */
final class SnoopedNetwork implements Places {
  private static final int SOURCE_LIMIT = 64;
  private static final long SNAPSHOT_NS = 1_000_000_000L;
  private static final long FOLLOW_NS = 1_000_000_000L;

  private final Network network;
  private final MulticastSettings multicast;
  private final SnoopingSettings settings;
  private final UnderlayAccess underlay;
  private final MembershipTable table;
  private final QuerierElection election4;
  private final QuerierElection election6;
  private final ReportSuppression suppression;
  private final @Nullable ProxyReports proxy;
  private final PlaceTimes routers = new PlaceTimes();
  private final Newcomers newcomers = new Newcomers();
  private final PendingQueries pending = new PendingQueries();
  private final HeardIntervals intervals = new HeardIntervals();
  private MembershipTimes times;
  private @Nullable UnderlayGroups mapped;
  private long followedNs = Long.MIN_VALUE / 2;
  private LocalPort[] seenPorts = {};
  private TunnelTarget[] seenTargets = {};
  private long overflowUntilNs = Long.MIN_VALUE;
  private boolean changed = true;
  private long publishedNs = Long.MIN_VALUE / 2;
  private volatile List<MulticastStatus> snapshot = List.of();

  SnoopedNetwork(
      Network network, MulticastSettings multicast, UnderlayAccess underlay, long nowNs) {
    this.network = network;
    this.multicast = multicast;
    this.settings = multicast.snooping();
    this.suppression = new ReportSuppression(settings.reports() == Reports.SUPPRESS);
    this.underlay = underlay;
    OwnRanks ranks = underlay.ranks();
    QuerierSettings querier = settings.querier();
    times = timesOf(querier, querier.interval().toNanos());
    table = new MembershipTable(times, settings.groupLimit(), SOURCE_LIMIT);
    proxy = settings.reports() == Reports.PROXY ? newProxy(ranks, querier) : null;
    boolean asks = querier.enabled();
    election4 = new QuerierElection(asks, ranks.ipv4(querier.address()), times, nowNs);
    election6 = new QuerierElection(asks, ranks.ipv6(), times, nowNs);
    refresh(nowNs);
  }

  private static MembershipTimes timesOf(QuerierSettings querier, long intervalNs) {
    return new MembershipTimes(
        intervalNs,
        querier.response().toNanos(),
        querier.lastMember().toNanos(),
        querier.robustness());
  }

  private ProxyReports newProxy(OwnRanks ranks, QuerierSettings querier) {
    int source = querier.address().ipv4Bits();
    long seed = ranks.mac() * 31 + network.vni();
    int limit = settings.groupLimit();
    return new ProxyReports(network, table, routers, times, source, limit, seed);
  }

  Network network() {
    return network;
  }

  SnoopingSettings settings() {
    return settings;
  }

  /** Whether it is what these settings say; asked for each frame of a group. */
  @SuppressWarnings("ReferenceEquality") // the usual case, without a look into them
  boolean isAsOf(MulticastSettings current) {
    return multicast == current || multicast.equals(current);
  }

  /** The groups of the underlay over which those of the network are spread, if it is so. */
  @Nullable UnderlayGroups mapped() {
    return mapped;
  }

  /** Gives back what the underlay lent. */
  void close() {
    if (mapped != null) {
      mapped.close();
      mapped = null;
    }
  }

  /** Joins and leaves groups of the underlay, now and then. */
  void follow(long nowNs) {
    if (mapped != null && nowNs - followedNs >= FOLLOW_NS) {
      followedNs = nowNs;
      mapped.follow(this, nowNs);
    }
  }

  MembershipTable table() {
    return table;
  }

  MembershipTimes times() {
    return times;
  }

  PlaceTimes routers() {
    return routers;
  }

  Newcomers newcomers() {
    return newcomers;
  }

  /** What remotes need not hear. */
  ReportSuppression suppression() {
    return suppression;
  }

  /** What this host reports for its machines; null if it does not. */
  @Nullable ProxyReports proxy() {
    return proxy;
  }

  List<PendingQuery> pending() {
    return pending.all();
  }

  QuerierElection election(boolean ipv4) {
    return ipv4 ? election4 : election6;
  }

  /** Whether somebody asks, so that those who do not answer do not listen. */
  boolean isPruned(boolean ipv4, long nowNs) {
    QuerierElection election = election(ipv4);
    return election.isOurs(nowNs) || election.hasOther(nowNs);
  }

  /** Whether frames of a group that nobody listens to go to everybody. */
  boolean floodsUnknown(long nowNs) {
    return settings.floodUnknown() || overflowUntilNs > nowNs;
  }

  /** Looks whether ports or remotes came; new ones get everything until they have been asked. */
  @SuppressWarnings("ReferenceEquality") // the network replaces its arrays when they change
  void refresh(long nowNs) {
    LocalPort[] ports = network.ports();
    TunnelTarget[] targets = network.floodTargets();
    if (ports == seenPorts && targets == seenTargets) {
      return;
    }
    long settled4Ns = settledNs(true, nowNs);
    long settled6Ns = settledNs(false, nowNs);
    newcomers.welcome(ports, seenPorts, settled4Ns, settled6Ns);
    boolean beyond = newcomers.welcome(targets, seenTargets, settled4Ns, settled6Ns);
    if (first(targets) != first(seenTargets)) {
      close();
      mapped = underlay.map(targets, multicast.underlayGroups());
    }
    followedNs = Long.MIN_VALUE / 2;
    seenPorts = ports;
    seenTargets = targets;
    changed = true;
    // Who is gone must not get another frame: it may be closed by now.
    sweep(Integer.MAX_VALUE, nowNs);
    if (proxy != null) {
      proxy.sweep(this, nowNs);
    }
    if (beyond) {
      election4.hurry(nowNs);
      election6.hurry(nowNs);
    }
  }

  /** The group, if the network floods to one; remotes that cannot hear it come behind. */
  private static @Nullable TunnelTarget first(TunnelTarget[] targets) {
    return targets.length == 0 ? null : targets[0];
  }

  /** Until when who is new now is new. */
  private long settledNs(boolean ipv4, long nowNs) {
    boolean ours = election(ipv4).isOurs(nowNs);
    long askedNs = ours ? times.startupIntervalNs() : times.queryIntervalNs();
    return nowNs + askedNs + times.responseNs();
  }

  @Override
  public boolean has(Object place) {
    Object[] places = place instanceof LocalPort ? network.ports() : network.floodTargets();
    for (Object each : places) {
      if (each.equals(place)) {
        return true;
      }
    }
    return false;
  }

  /** A machine behind a place said what it listens to. */
  void onReport(Object place, MembershipReport report, boolean ipv4, long nowNs) {
    LocalPort port = place instanceof LocalPort local ? local : null;
    long graceNs = graceNs(port, ipv4, nowNs);
    if (!GroupScope.isPrunable(report.groupHigh(), report.groupLow())) {
      onUnprunable(port, report, ipv4, graceNs, nowNs);
      return;
    }
    MembershipTable.Outcome outcome = table.report(place, report, graceNs, nowNs);
    if (port != null) {
      Group group = table.find(report.groupHigh(), report.groupLow());
      suppression.onRecord(report, group, ipv4, times.robustness());
      if (proxy != null) {
        proxy.onRecord(report, outcome, group, graceNs, nowNs);
      }
    }
    switch (outcome) {
      case NOTHING -> {}
      case REFRESHED, JOINED -> {
        changed = true;
        if (mapped != null && port != null && !network.missesGroup()) {
          mapped.want(report.groupHigh(), report.groupLow());
        }
      }
      case LEAVING, LEFT -> changed = true;
      case REFUSED -> overflowUntilNs = nowNs + times.membershipNs();
    }
    asked(outcome, port, report, ipv4, nowNs);
  }

  /** Everybody gets these here; but somebody else, behind a port or a remote, may prune them. */
  private void onUnprunable(
      @Nullable LocalPort port, MembershipReport report, boolean ipv4, long graceNs, long nowNs) {
    if (port == null || !GroupScope.isReported(report.groupHigh(), report.groupLow())) {
      return;
    }
    suppression.onUnprunable();
    if (proxy != null) {
      asked(proxy.onUnprunable(port, report, graceNs, nowNs), port, report, ipv4, nowNs);
    }
  }

  /** For how long a place that leaves is kept, until those who stay have been asked. */
  private long graceNs(@Nullable LocalPort port, boolean ipv4, long nowNs) {
    if (port != null && settings.fastLeave()) {
      return 0;
    }
    boolean asks = asksAlone(port, nowNs) || election(ipv4).isOurs(nowNs);
    return asks ? times.lastMemberTimeNs() : MembershipTable.NO_QUERY;
  }

  /**
   * Whether this host asks at a port who stays there when somebody leaves, whoever asks otherwise:
   * if it reports for its machines, nobody else hears that one leaves. A router there does.
   */
  private boolean asksAlone(@Nullable LocalPort port, long nowNs) {
    return proxy != null && port != null && !routers.has(port, nowNs);
  }

  /** Asks who stays, if it is for us to do. */
  private void asked(
      MembershipTable.Outcome outcome,
      @Nullable LocalPort port,
      MembershipReport report,
      boolean ipv4,
      long nowNs) {
    boolean leaving = outcome == MembershipTable.Outcome.LEAVING;
    if (asksAlone(port, nowNs)) {
      if (leaving) {
        ask(report, port, nowNs);
      }
    } else if ((leaving || outcome == MembershipTable.Outcome.LEFT)
        && election(ipv4).isOurs(nowNs)) {
      ask(report, null, nowNs);
    }
  }

  private void ask(MembershipReport report, @Nullable LocalPort port, long nowNs) {
    IpAddress group = new IpAddress(report.groupHigh(), report.groupLow());
    pending.add(group, port, times.robustness(), nowNs);
  }

  /**
   * Somebody behind a place asked.
   *
   * @param isRouter whether that is a multicast router, which wants everything
   */
  void onQuery(Object place, HeardQuery query, QuerierRank sender, boolean isRouter, long nowNs) {
    MembershipReport asked = query.asked();
    boolean ipv4 = query.isIpv4();
    boolean pruned = isPruned(ipv4, nowNs);
    boolean general = (asked.groupHigh() | (int) asked.groupLow()) == 0;
    if (isRouter) {
      routers.mark(place, nowNs + times.otherQuerierNs());
      changed = true;
    }
    if (general) {
      suppression.onGeneralQuery(ipv4);
    } else {
      suppression.onQuery(table.find(asked.groupHigh(), asked.groupLow()));
    }
    if (proxy != null) {
      proxy.onQuery(ipv4, query.version(), asked, query.answerNs(), nowNs);
    }
    if (!election(ipv4).heard(sender, nowNs)) {
      return;
    }
    changed = true;
    if (general) {
      adopt(query, ipv4, nowNs);
    } else if (!query.suppressesTimers()) {
      long graceNs = Math.max(times.lastMemberTimeNs(), times.robustness() * query.answerNs());
      table.asked(asked, graceNs, nowNs);
    }
    if (!pruned) {
      PlaceTimes all = newcomers.of(ipv4); // nobody has been asked until now
      all.markAll(network.ports(), settledNs(ipv4, nowNs));
      all.markAll(network.floodTargets(), settledNs(ipv4, nowNs));
    }
  }

  /** Another querier's interval counts: reports come when it asks (RFC 9776 section 4.1.7). */
  private void adopt(HeardQuery query, boolean ipv4, long nowNs) {
    long interval = intervals.heard(ipv4, query.intervalNs(), nowNs);
    if (interval > times.queryIntervalNs()) {
      times = timesOf(settings.querier(), interval);
      table.times(times);
      election4.times(times);
      election6.times(times);
      if (proxy != null) {
        proxy.times(times);
      }
    }
  }

  /** A multicast router told that it is there. */
  void onRouter(Object place, long nowNs) {
    routers.mark(place, nowNs + times.otherQuerierNs());
    changed = true;
  }

  /** Forgets what is of the past. */
  void sweep(int buckets, long nowNs) {
    changed |= table.sweep(buckets, this, nowNs);
    changed |= routers.prune(this, nowNs);
    changed |= newcomers.prune(this, nowNs);
    pending.sweep();
  }

  /** Writes down for others what is known, if it changed, and not too often. */
  void publish(long nowNs) {
    if (changed && nowNs - publishedNs >= SNAPSHOT_NS) {
      changed = false;
      publishedNs = nowNs;
      snapshot = Snapshot.of(this, nowNs);
    }
  }

  /** What was known when it was last written down; any thread. */
  List<MulticastStatus> snapshot() {
    return snapshot;
  }
}
