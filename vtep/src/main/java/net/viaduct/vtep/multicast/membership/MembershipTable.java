package net.viaduct.vtep.multicast.membership;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to which group in one network, found without allocation. Owned by the data-path
 * thread. A place is a port or a remote, told by identity; times are those of one clock that never
 * goes back.
 */
public final class MembershipTable {
  /** What became of a report. */
  public enum Outcome {
    /** Nothing changed. */
    NOTHING,
    /** A place listens longer. */
    REFRESHED,
    /** A place listens that did not. */
    JOINED,
    /** A place is forgotten soon, unless somebody there answers a query. */
    LEAVING,
    /** A place does not listen any more. */
    LEFT,
    /** There are too many groups. */
    REFUSED
  }

  /** Grace of a leave that changes nothing: somebody else asks who is left, and we will hear it. */
  public static final long NO_QUERY = Long.MAX_VALUE;

  private static final int SMALLEST_CAPACITY = 16;

  private MembershipTimes times;
  private final int groupLimit;
  private final int sourceLimit;
  private @Nullable Group[] buckets = new Group[SMALLEST_CAPACITY];
  private int size;
  private int swept;

  /**
   * An empty table.
   *
   * @param groupLimit most groups; what is beyond is refused
   * @param sourceLimit most sources of one place in one group; with more, it gets any source
   */
  public MembershipTable(MembershipTimes times, int groupLimit, int sourceLimit) {
    this.times = times;
    this.groupLimit = groupLimit;
    this.sourceLimit = sourceLimit;
  }

  /** Times are others from now on; what was reported before keeps its time. */
  public void times(MembershipTimes value) {
    times = value;
  }

  /** How many groups there are, some perhaps without anybody any more. */
  public int size() {
    return size;
  }

  /** The group with this address, or null. */
  public @Nullable Group find(long high, long low) {
    Group group = buckets[bucket(high, low)];
    while (group != null && (group.low() != low || group.high() != high)) {
      group = group.next;
    }
    return group;
  }

  /**
   * A report came from a place.
   *
   * @param graceNs for how long a place that leaves is kept: 0 to forget it at once, {@link
   *     MembershipTimes#lastMemberTimeNs} if it is asked who is left, {@link #NO_QUERY} if somebody
   *     else asks
   */
  public Outcome report(Object place, MembershipReport report, long graceNs, long nowNs) {
    return switch (report.kind()) {
      case JOIN -> join(place, report, nowNs);
      case INCLUDE -> include(place, report, nowNs);
      case CHANGE_TO_INCLUDE -> changeToInclude(place, report, graceNs, nowNs);
      case BLOCK -> block(place, report, graceNs, nowNs);
    };
  }

  private Outcome join(Object place, MembershipReport report, long nowNs) {
    long untilNs = nowNs + times.membershipNs();
    Listener listener = obtain(place, report);
    if (listener == null) {
      return Outcome.REFUSED;
    }
    boolean known = listener.isAlive(nowNs);
    listener.anySource(untilNs);
    listener.heard(report.version(), untilNs);
    return known ? Outcome.REFRESHED : Outcome.JOINED;
  }

  private Outcome include(Object place, MembershipReport report, long nowNs) {
    if (report.sourceCount() == 0) {
      return Outcome.NOTHING;
    }
    Listener listener = obtain(place, report);
    if (listener == null) {
      return Outcome.REFUSED;
    }
    boolean known = listener.isAlive(nowNs);
    addSources(listener, report, nowNs);
    return known ? Outcome.REFRESHED : Outcome.JOINED;
  }

  private void addSources(Listener listener, MembershipReport report, long nowNs) {
    long untilNs = nowNs + times.membershipNs();
    for (int i = 0; i < report.sourceCount(); i++) {
      long high = report.sourceHigh(i);
      long low = report.sourceLow(i);
      if (!listener.source(high, low, untilNs, nowNs, sourceLimit)) {
        listener.anySource(untilNs);
        return;
      }
    }
  }

  private Outcome changeToInclude(Object place, MembershipReport report, long graceNs, long nowNs) {
    Outcome included = include(place, report, nowNs);
    Listener listener = listener(place, report);
    // RFC 9776 section 7.3.2: a machine of version 1 would not say that it is still there.
    if (listener == null || !listener.isAlive(nowNs) || listener.version(nowNs) == 1) {
      return included;
    }
    if (graceNs == NO_QUERY) {
      return included;
    }
    boolean shortened = listener.shortenAnySource(nowNs + graceNs);
    shortened |= listener.shortenSources(report, false, nowNs + graceNs);
    return shortened ? left(listener, nowNs) : included;
  }

  private Outcome block(Object place, MembershipReport report, long graceNs, long nowNs) {
    Listener listener = listener(place, report);
    if (listener == null
        || !listener.isAlive(nowNs)
        || graceNs == NO_QUERY
        || listener.version(nowNs) < 3
        || !listener.shortenSources(report, true, nowNs + graceNs)) {
      return Outcome.NOTHING;
    }
    return left(listener, nowNs);
  }

  private static Outcome left(Listener listener, long nowNs) {
    return listener.isAlive(nowNs) ? Outcome.LEAVING : Outcome.LEFT;
  }

  /**
   * The querier asked who is still in a group: who does not answer is forgotten (RFC 9776 section
   * 6.6.1).
   *
   * @param query its group, and its sources if it asked about sources
   * @param graceNs how long answers may take
   * @return whether the group is known
   */
  public boolean asked(MembershipReport query, long graceNs, long nowNs) {
    Group group = find(query.groupHigh(), query.groupLow());
    if (group == null) {
      return false;
    }
    for (Listener at = group.first(); at != null; at = group.after(at)) {
      if (query.sourceCount() == 0) {
        at.shortenAnySource(nowNs + graceNs);
        at.shortenSources(query, false, nowNs + graceNs);
      } else {
        at.shortenSources(query, true, nowNs + graceNs);
      }
    }
    return true;
  }

  private @Nullable Listener listener(Object place, MembershipReport report) {
    Group group = find(report.groupHigh(), report.groupLow());
    return group == null ? null : group.find(place);
  }

  private @Nullable Listener obtain(Object place, MembershipReport report) {
    Group group = find(report.groupHigh(), report.groupLow());
    if (group == null) {
      if (size >= groupLimit) {
        return null;
      }
      group = add(report.groupHigh(), report.groupLow());
    }
    Listener listener = group.find(place);
    return listener == null ? group.add(place) : listener;
  }

  private Group add(long high, long low) {
    if (size >= buckets.length) {
      grow();
    }
    Group group = new Group(high, low);
    link(group);
    size++;
    return group;
  }

  private void grow() {
    @Nullable Group[] old = buckets;
    buckets = new Group[old.length * 2];
    for (Group first : old) {
      for (Group group = first; group != null; ) {
        Group following = group.next;
        link(group);
        group = following;
      }
    }
  }

  private void link(Group group) {
    int bucket = bucket(group.high(), group.low());
    group.next = buckets[bucket];
    buckets[bucket] = group;
  }

  /**
   * Forgets what is of the past, a part of the table in each call.
   *
   * @param most buckets to look into
   * @return whether anything was forgotten
   */
  public boolean sweep(int most, Places present, long nowNs) {
    boolean forgotten = false;
    for (int i = Math.min(most, buckets.length); i > 0; i--) {
      swept = swept + 1 >= buckets.length ? 0 : swept + 1;
      forgotten |= sweepBucket(swept, present, nowNs);
    }
    return forgotten;
  }

  private boolean sweepBucket(int bucket, Places present, long nowNs) {
    boolean forgotten = false;
    Group before = null;
    for (Group at = buckets[bucket]; at != null; at = at.next) {
      forgotten |= at.prune(present, nowNs);
      if (at.isKept()) {
        before = at;
        continue;
      }
      size--;
      if (before == null) {
        buckets[bucket] = at.next;
      } else {
        before.next = at.next;
      }
    }
    return forgotten;
  }

  /** Shows all groups, in no order. */
  public void forEach(Consumer<Group> action) {
    for (Group first : buckets) {
      for (Group group = first; group != null; group = group.next) {
        action.accept(group);
      }
    }
  }

  // Tenants choose groups: the multiplication spreads those that differ in few bits.
  private int bucket(long high, long low) {
    long h = ((high * 0x9e37_79b9_7f4a_7c15L) ^ low) * 0xd6e8_feb8_6659_fd93L;
    h ^= h >>> 32;
    return (int) ((h * 0x9e37_79b9_7f4a_7c15L) >>> 33) & (buckets.length - 1);
  }
}
