package net.viaduct.vtep.multicast.report;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import net.viaduct.vtep.multicast.membership.MembershipTable;
import net.viaduct.vtep.multicast.membership.MembershipTimes;
import net.viaduct.vtep.multicast.membership.PlaceTimes;
import net.viaduct.vtep.multicast.membership.Places;
import net.viaduct.vtep.multicast.membership.Told;
import net.viaduct.vtep.multicast.membership.WantedSources;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import org.jspecify.annotations.Nullable;

/**
 * The host's own reports of what the machines of a network listen to, instead of theirs: proxy
 * reporting (RFC 4541 section 2.1.1). It answers as one machine with all of their groups would (RFC
 * 9776 section 5, RFC 9777 section 6): whenever somebody asks, and by itself when a group is wanted
 * that was not, by other sources, or not any more. Owned by the data-path thread.
 *
 * <p>What is said when something changed is the whole state of the group, not the difference: so a
 * message that is lost is made good by the next one, and changes in haste become one.
 *
 * <p>Groups that are never pruned are reported too, as somebody else may prune them.
 */
public final class ProxyReports {
  /** After which somebody who was not heard any more is noticed. */
  static final long LOOK_NS = 1_000_000_000L;

  /** Between two changes of one group. */
  static final long SPACING_NS = 100_000_000L;

  /** Within which time a change is said again. */
  static final long REPEAT_NS = 1_000_000_000L;

  /** Most messages of machines that become one of the host's at once, between two passes. */
  private static final int MOST_AT_ONCE = 16;

  /** Most groups of such a message; the others wait for the next pass. */
  private static final int MOST_FRESH = 64;

  private static final int SWEPT_BUCKETS = 64;

  private static final long NOT_ASKED = Long.MAX_VALUE;
  private static final long EACH_BY_ITSELF = Long.MAX_VALUE;
  private static final Places PORTS = place -> place instanceof LocalPort;

  private final MembershipTable groups;
  private final MembershipTable unprunable;
  private final ReportTargets targets;
  private final int source;
  private final QuerierVersion version4 = new QuerierVersion();
  private final QuerierVersion version6 = new QuerierVersion();
  private final SplittableRandom random;
  private final WantedSources wanted = new WantedSources();
  private final Consumer<Group> visit = this::visit;
  private final Consumer<Group> ask = this::ask;
  private final Consumer<Group> forget = this::forget;
  private MembershipTimes times;
  private boolean changed = true;
  private long passedNs = Long.MIN_VALUE / 2;
  private long dueNs = Long.MIN_VALUE;
  private int told;
  private int refused;
  private final @Nullable Group[] fresh = new Group[MOST_FRESH];
  private int freshCount;
  private int leftAtOnce = MOST_AT_ONCE;

  private long asked4Ns = NOT_ASKED;
  private long asked6Ns = NOT_ASKED;

  // Of the pass that is being worked at.
  private long nowNs;
  private @Nullable ReportWriter writer;
  private @Nullable ReportTarget target;
  private boolean ipv4;
  private long withinNs;
  private long together;

  /**
   * Nothing told yet.
   *
   * @param groups who listens, behind ports and remotes
   * @param routers where multicast routers are
   * @param source of IGMP reports, in network order; may be 0
   * @param groupLimit most groups of those that are never pruned
   * @param seed decides when, within their time, answers are given
   */
  public ProxyReports(
      Network network,
      MembershipTable groups,
      PlaceTimes routers,
      MembershipTimes times,
      int source,
      int groupLimit,
      long seed) {
    this.groups = groups;
    this.times = times;
    this.source = source;
    this.unprunable = new MembershipTable(times, groupLimit, WantedSources.MOST_SOURCES);
    this.random = new SplittableRandom(seed);
    this.targets = new ReportTargets(network, routers);
  }

  /** Times are others from now on. */
  public void times(MembershipTimes value) {
    times = value;
    unprunable.times(value);
  }

  /** A message of a machine comes, of which nothing is known yet. */
  public void begin() {
    told = 0;
    refused = 0;
    freshCount = 0;
  }

  /** Whether all that the message said is known now, so that it need not go any further. */
  public boolean isTakenOver() {
    return told > 0 && refused == 0;
  }

  /**
   * The message said something about a group.
   *
   * @param group null if it is not known
   * @param graceNs for how long a port that leaves is kept
   */
  public void onRecord(
      MembershipReport report,
      MembershipTable.Outcome outcome,
      @Nullable Group group,
      long graceNs,
      long atNs) {
    told++;
    switch (outcome) {
      case NOTHING -> {}
      case REFUSED -> refused++;
      case LEAVING -> dueNs = Math.min(dueNs, atNs + graceNs);
      case JOINED, LEFT, REFRESHED -> {
        boolean sameAsBefore =
            outcome == MembershipTable.Outcome.REFRESHED
                && report.kind() == MembershipReport.Kind.JOIN;
        if (group == null || sameAsBefore || freshCount == MOST_FRESH) {
          changed |= !sameAsBefore;
        } else {
          fresh[freshCount++] = group;
        }
      }
    }
  }

  /**
   * The message said something about a group that is never pruned.
   *
   * @return what became of it
   */
  public MembershipTable.Outcome onUnprunable(
      LocalPort from, MembershipReport report, long graceNs, long atNs) {
    MembershipTable.Outcome outcome = unprunable.report(from, report, graceNs, atNs);
    Group group = unprunable.find(report.groupHigh(), report.groupLow());
    onRecord(report, outcome, group, graceNs, atNs);
    return outcome;
  }

  /** All of the message was read: tells what is new in it at once, unless it is too much. */
  public void end(ReportWriter to, long atNs) {
    if (freshCount == 0) {
      return;
    }
    if (leftAtOnce == 0) {
      changed = true;
      return;
    }
    leftAtOnce--;
    writer = to;
    for (int i = 0; i < targets.size(); i++) {
      ReportTarget whom = targets.get(i);
      if (whom.isThere()) {
        beginTelling(to, whom, isIpv4(fresh[0]), atNs);
        for (int j = 0; j < freshCount; j++) {
          visit(fresh[j]);
        }
        to.finish();
      }
    }
  }

  /**
   * Somebody asks: this host, another one, or a router.
   *
   * @param version of IGMP; MLD's 1 is IGMP's 2, and its 2 is 3
   * @param asked the group; none is about all groups
   * @param answerNs within which time answers are wanted
   */
  public void onQuery(
      boolean isIpv4, int version, MembershipReport asked, long answerNs, long atNs) {
    version(isIpv4).heard(version, atNs + times.membershipNs());
    if ((asked.groupHigh() | (int) asked.groupLow()) == 0) {
      askAll(isIpv4, answerNs);
    } else {
      askAbout(isIpv4, asked.groupHigh(), asked.groupLow(), answerNs, atNs);
    }
  }

  /** Somebody asks about all groups; they are looked through in the next pass only. */
  public void askAll(boolean isIpv4, long answerNs) {
    if (isIpv4) {
      asked4Ns = Math.min(asked4Ns, answerNs);
    } else {
      asked6Ns = Math.min(asked6Ns, answerNs);
    }
    changed = true;
  }

  /** Somebody asks about a group. */
  public void askAbout(boolean isIpv4, long high, long low, long answerNs, long atNs) {
    beginQuestion(isIpv4, answerNs, atNs);
    askIfKnown(groups.find(high, low));
    askIfKnown(unprunable.find(high, low));
  }

  private void beginQuestion(boolean isIpv4, long answerNs, long atNs) {
    nowNs = atNs;
    ipv4 = isIpv4;
    withinNs = answerNs;
    // What is answered at the same time goes into one message.
    together = version(isIpv4).now(atNs) == 3 ? atNs + delayNs(answerNs) : EACH_BY_ITSELF;
  }

  private void askIfKnown(@Nullable Group group) {
    if (group != null) {
      ask(group);
    }
  }

  private void ask(Group group) {
    if (!isOfFamily(group)) {
      return;
    }
    long at = together == EACH_BY_ITSELF ? nowNs + delayNs(withinNs) : together;
    for (int i = 0; i < targets.size(); i++) {
      Told state = group.told(targets.get(i));
      if (state != null) {
        state.answer(at);
        dueNs = Math.min(dueNs, at);
      }
    }
  }

  private boolean isOfFamily(Group group) {
    return isIpv4(group) == ipv4;
  }

  private static boolean isIpv4(@Nullable Group group) {
    return group != null && group.high() == 0;
  }

  /** Some of the time is left for the way. */
  private long delayNs(long answerNs) {
    return random.nextLong(Math.max(1, answerNs - answerNs / 4));
  }

  private QuerierVersion version(boolean isIpv4) {
    return isIpv4 ? version4 : version6;
  }

  /**
   * Tells what is due.
   *
   * @param present which ports and remotes there are
   * @param to what writes the reports
   */
  public void doWork(ReportWriter to, Places present, long atNs) {
    unprunable.sweep(SWEPT_BUCKETS, present, atNs);
    leftAtOnce = MOST_AT_ONCE;
    if (!changed && atNs < dueNs && atNs - passedNs < LOOK_NS) {
      return;
    }
    passedNs = atNs;
    dueNs = Long.MAX_VALUE;
    changed = false;
    writer = to;
    targets.follow(atNs);
    for (ReportTarget gone = targets.pollGone(); gone != null; gone = targets.pollGone()) {
      target = gone;
      forEach(forget);
    }
    answerAll(atNs);
    for (int i = 0; i < targets.size(); i++) {
      if (targets.get(i).isThere()) {
        tell(to, targets.get(i), true, atNs);
        tell(to, targets.get(i), false, atNs);
      }
    }
  }

  /** Ports that are gone are gone at once. */
  public void sweep(Places present, long atNs) {
    unprunable.sweep(Integer.MAX_VALUE, present, atNs);
    changed = true;
  }

  private void answerAll(long atNs) {
    if (asked4Ns != NOT_ASKED) {
      beginQuestion(true, asked4Ns, atNs);
      forEach(ask);
      asked4Ns = NOT_ASKED;
    }
    if (asked6Ns != NOT_ASKED) {
      beginQuestion(false, asked6Ns, atNs);
      forEach(ask);
      asked6Ns = NOT_ASKED;
    }
  }

  private void forEach(Consumer<Group> action) {
    groups.forEach(action);
    unprunable.forEach(action);
  }

  private void forget(Group group) {
    if (target != null) {
      group.forget(target);
    }
  }

  private void tell(ReportWriter to, ReportTarget whom, boolean isIpv4, long atNs) {
    beginTelling(to, whom, isIpv4, atNs);
    forEach(visit);
    to.finish();
  }

  private void beginTelling(ReportWriter to, ReportTarget whom, boolean isIpv4, long atNs) {
    target = whom;
    ipv4 = isIpv4;
    nowNs = atNs;
    to.begin(whom, source, isIpv4, version(isIpv4).now(atNs));
  }

  private void visit(@Nullable Group group) {
    if (group == null || !isOfFamily(group) || target == null || writer == null) {
      return;
    }
    Told state = follow(group, target);
    if (state == null) {
      return;
    }
    if (state.isChangeDue(nowNs) && writer.hasRoom()) {
      writer.change(group, state.wanted());
      state.changeTold(nowNs + random.nextLong(REPEAT_NS), nowNs);
    } else if (state.isAnswerDue(nowNs) && writer.hasRoom()) {
      if (!state.wanted().isNothing()) {
        writer.state(group, state.wanted());
      }
      state.answered();
    }
    if (state.isOver()) {
      group.forget(target);
    } else {
      dueNs = Math.min(dueNs, state.dueNs());
    }
  }

  /** Compares what is wanted with what was told; null if there is nothing to tell. */
  private @Nullable Told follow(Group group, ReportTarget whom) {
    wanted.merge(group, PORTS, whom.router(), nowNs);
    Told state = group.told(whom);
    if (state == null) {
      if (wanted.isNothing()) {
        return null;
      }
      state = group.tell(whom);
    }
    if (!state.wanted().isSameAs(wanted)) {
      state.change(wanted, times.robustness(), SPACING_NS, nowNs);
    }
    return state;
  }
}
