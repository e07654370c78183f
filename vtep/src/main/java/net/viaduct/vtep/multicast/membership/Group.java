package net.viaduct.vtep.multicast.membership;

import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A multicast group inside a network, and who listens to it. Owned by the data-path thread. */
public final class Group {
  /** The next group in the same bucket of a {@link MembershipTable}. */
  @Nullable Group next;

  private final long high;
  private final long low;
  private @Nullable Listener first;
  private long toldRound = Long.MIN_VALUE;
  private int toldVersion;
  private int toldTimes;
  private @Nullable Told told;

  Group(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Upper half of its address. */
  public long high() {
    return high;
  }

  /** Lower half of its address. */
  public long low() {
    return low;
  }

  /** Its address. */
  public IpAddress address() {
    return new IpAddress(high, low);
  }

  /** The first of those who listen, or did until a moment ago; the others by {@link #after}. */
  public @Nullable Listener first() {
    return first;
  }

  /** The listener after this one, or null. */
  public @Nullable Listener after(Listener listener) {
    return listener.next;
  }

  /** The listener at a place, or null. */
  @SuppressWarnings("ReferenceEquality") // a place is that very port or remote
  public @Nullable Listener find(Object place) {
    Listener listener = first;
    while (listener != null && listener.place() != place) {
      listener = listener.next;
    }
    return listener;
  }

  /**
   * Whether others should be told once more that the group is wanted from any source, and counts
   * it. A report of an older version says more than one of a newer: that its sender is old.
   *
   * @param round of questions; with each all is told anew
   * @param most how often to tell it in a round
   */
  public boolean tellAgain(long round, int version, int most) {
    if (round != toldRound || version < toldVersion) {
      toldRound = round;
      toldVersion = version;
      toldTimes = 0;
    }
    toldTimes++;
    return toldTimes <= most;
  }

  /** All is to be told anew: somebody asked about this very group. */
  public void forgetTold() {
    toldRound = Long.MIN_VALUE;
  }

  /** What somebody was told by the host's own reports, or null. */
  @SuppressWarnings("ReferenceEquality") // that very one
  public @Nullable Told told(Object whom) {
    Told at = told;
    while (at != null && at.whom() != whom) {
      at = at.next;
    }
    return at;
  }

  /** Somebody is to be told who was not yet. */
  public Told tell(Object whom) {
    Told added = new Told(whom);
    added.next = told;
    told = added;
    return added;
  }

  /** Forgets what somebody was told. */
  @SuppressWarnings("ReferenceEquality") // that very one
  public void forget(Object whom) {
    Told before = null;
    for (Told at = told; at != null; at = at.next) {
      if (at.whom() != whom) {
        before = at;
      } else if (before == null) {
        told = at.next;
      } else {
        before.next = at.next;
      }
    }
  }

  /** Whether there is anything to remember. */
  boolean isKept() {
    return first != null || told != null;
  }

  Listener add(Object place) {
    Listener listener = new Listener(place);
    listener.next = first;
    first = listener;
    return listener;
  }

  /** Forgets those who want nothing any more, or whose place is gone; whether there were any. */
  boolean prune(Places present, long nowNs) {
    boolean pruned = false;
    Listener before = null;
    for (Listener at = first; at != null; at = at.next) {
      if (at.isKept(nowNs) && present.has(at.place())) {
        before = at;
        continue;
      }
      pruned = true;
      if (before == null) {
        first = at.next;
      } else {
        before.next = at.next;
      }
    }
    return pruned;
  }
}
