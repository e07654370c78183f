package net.viaduct.vtep.multicast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import net.viaduct.vtep.multicast.membership.MembershipTable;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.multicast.membership.Places;
import net.viaduct.vtep.multicast.querier.PendingQuery;
import net.viaduct.vtep.multicast.querier.QuerierElection;
import net.viaduct.vtep.multicast.querier.QuerierRank;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
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
  private static final int MOST_PENDING = 256;
  private static final long SNAPSHOT_NS = 1_000_000_000L;
  private static final long FOLLOW_NS = 1_000_000_000L;
  private static final long LONGEST_INTERVAL_NS = 3_600_000_000_000L;

  private final Network network;
  private final MulticastSettings multicast;
  private final SnoopingSettings settings;
  private final UnderlayAccess underlay;
  private final MembershipTable table;
  private final QuerierElection election4;
  private final QuerierElection election6;
  private final ReportSuppression suppression;
  private final PlaceTimes routers = new PlaceTimes();
  private final PlaceTimes newcomers = new PlaceTimes();
  private final List<PendingQuery> pending = new ArrayList<>();
  private final List<LocalPort> unasked = new ArrayList<>();
  private MembershipTimes times;
  private @Nullable UnderlayGroups mapped;
  private long followedNs = Long.MIN_VALUE / 2;
  private LocalPort[] seenPorts = {};
  private TunnelTarget[] seenTargets = {};
  private long overflowUntilNs = Long.MIN_VALUE;
  private long lastGeneral4Ns = Long.MIN_VALUE;
  private long lastGeneral6Ns = Long.MIN_VALUE;
  private boolean changed = true;
  private long publishedNs = Long.MIN_VALUE / 2;
  private volatile List<MulticastStatus> snapshot = List.of();

  SnoopedNetwork(
      Network network, MulticastSettings multicast, UnderlayAccess underlay, long nowNs) {
    this.network = network;
    this.multicast = multicast;
    this.settings = multicast.snooping();
    this.suppression = new ReportSuppression(settings.reportSuppression());
    this.underlay = underlay;
    OwnRanks ranks = underlay.ranks();
    QuerierSettings querier = settings.querier();
    times = timesOf(querier, querier.interval().toNanos());
    table = new MembershipTable(times, settings.groupLimit(), SOURCE_LIMIT);
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

  PlaceTimes newcomers() {
    return newcomers;
  }

  /** What remotes need not hear. */
  ReportSuppression suppression() {
    return suppression;
  }

  List<PendingQuery> pending() {
    return pending;
  }

  /** New ports, to be asked once whoever asks otherwise (RFC 4541 section 2.1.1). */
  List<LocalPort> unasked() {
    return unasked;
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
    welcome(ports, seenPorts, nowNs);
    boolean beyond = welcome(targets, seenTargets, nowNs);
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
    if (beyond) {
      election4.hurry(nowNs);
      election6.hurry(nowNs);
    }
  }

  /** The group, if the network floods to one; remotes that cannot hear it come behind. */
  private static @Nullable TunnelTarget first(TunnelTarget[] targets) {
    return targets.length == 0 ? null : targets[0];
  }

  private boolean welcome(Object[] places, Object[] known, long nowNs) {
    boolean someNew = false;
    for (Object place : places) {
      if (!Arrays.asList(known).contains(place)) {
        newcomers.mark(place, nowNs + settlingNs(nowNs));
        someNew = true;
        if (place instanceof LocalPort port) {
          unasked.add(port);
        }
      }
    }
    return someNew;
  }

  private long settlingNs(long nowNs) {
    boolean ours = election4.isOurs(nowNs) && election6.isOurs(nowNs);
    return (ours ? times.startupIntervalNs() : times.queryIntervalNs()) + times.responseNs();
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
    boolean ours = election(ipv4).isOurs(nowNs);
    boolean fast = settings.fastLeave() && place instanceof LocalPort;
    long graceNs = fast ? 0 : ours ? times.lastMemberTimeNs() : MembershipTable.NO_QUERY;
    MembershipTable.Outcome outcome = table.report(place, report, graceNs, nowNs);
    if (place instanceof LocalPort) {
      Group group = table.find(report.groupHigh(), report.groupLow());
      suppression.onRecord(report, group, ipv4, times.robustness());
    }
    switch (outcome) {
      case NOTHING -> {}
      case REFRESHED, JOINED -> {
        changed = true;
        if (mapped != null && place instanceof LocalPort && !network.missesGroup()) {
          mapped.want(report.groupHigh(), report.groupLow());
        }
      }
      case LEAVING, LEFT -> {
        changed = true;
        if (ours) {
          ask(new IpAddress(report.groupHigh(), report.groupLow()), nowNs);
        }
      }
      case REFUSED -> overflowUntilNs = nowNs + times.membershipNs();
    }
  }

  private void ask(IpAddress group, long nowNs) {
    for (PendingQuery query : pending) {
      if (query.group().equals(group)) {
        query.again(times.robustness());
        return;
      }
    }
    if (pending.size() < MOST_PENDING) {
      pending.add(new PendingQuery(group, times.robustness(), nowNs));
    }
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
      welcome(network.ports(), new Object[0], nowNs);
      welcome(network.floodTargets(), new Object[0], nowNs);
    }
  }

  /** Another querier's interval counts: reports come when it asks (RFC 9776 section 4.1.7). */
  private void adopt(HeardQuery query, boolean ipv4, long nowNs) {
    long last = ipv4 ? lastGeneral4Ns : lastGeneral6Ns;
    long gap = last == Long.MIN_VALUE ? 0 : nowNs - last;
    if (ipv4) {
      lastGeneral4Ns = nowNs;
    } else {
      lastGeneral6Ns = nowNs;
    }
    long interval = Math.max(query.intervalNs(), gap);
    interval = Math.min(interval, LONGEST_INTERVAL_NS);
    if (interval > times.queryIntervalNs()) {
      times = timesOf(settings.querier(), interval);
      table.times(times);
      election4.times(times);
      election6.times(times);
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
    pending.removeIf(PendingQuery::isDone);
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
