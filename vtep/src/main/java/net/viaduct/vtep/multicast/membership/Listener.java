package net.viaduct.vtep.multicast.membership;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A place behind which somebody listens to a group, and to which sources. Owned by the data-path
 * thread.
 *
 * <p>This is the state of RFC 9776 section 6.2.1 with one simplification that RFC 4541 section
 * 2.1.2 allows: who wants all sources but some gets all, so there is no list of excluded sources.
 */
public final class Listener {
  /** A time that has always passed. */
  static final long NEVER = Long.MIN_VALUE;

  /** The next listener of the same group. */
  @Nullable Listener next;

  private final Object place;
  private long anySourceUntilNs = NEVER;
  private long firstVersionUntilNs = NEVER;
  private long secondVersionUntilNs = NEVER;
  // Three for each source: upper half, lower half, until when.
  private long[] sources = {};
  private int sourceCount;

  Listener(Object place) {
    this.place = place;
  }

  /** The port or the remote. */
  public Object place() {
    return place;
  }

  /** Whether it wants anything now. */
  public boolean isAlive(long nowNs) {
    return untilNs() > nowNs;
  }

  /** Whether there is anything to remember: also that a machine of an old version is there. */
  boolean isKept(long nowNs) {
    return isAlive(nowNs) || version(nowNs) < 3;
  }

  /** Until when it wants anything, if nothing more is heard. */
  public long untilNs() {
    long until = anySourceUntilNs;
    for (int i = 0; i < sourceCount; i++) {
      until = Math.max(until, sources[i * 3 + 2]);
    }
    return until;
  }

  /** Whether it wants frames of this source now. */
  public boolean wants(long high, long low, long nowNs) {
    if (anySourceUntilNs > nowNs) {
      return true;
    }
    int at = find(high, low);
    return at >= 0 && sources[at + 2] > nowNs;
  }

  /** Whether it wants any source now. */
  public boolean wantsAnySource(long nowNs) {
    return anySourceUntilNs > nowNs;
  }

  /** How many sources it names, some perhaps of the past. */
  public int sourceCount() {
    return sourceCount;
  }

  /** Upper half of a source. */
  public long sourceHigh(int index) {
    return sources[index * 3];
  }

  /** Lower half of a source. */
  public long sourceLow(int index) {
    return sources[index * 3 + 1];
  }

  /** Until when the source is wanted. */
  public long sourceUntilNs(int index) {
    return sources[index * 3 + 2];
  }

  /** The oldest version of IGMP that is spoken there now, of which newer ones take heed. */
  int version(long nowNs) {
    return firstVersionUntilNs > nowNs ? 1 : secondVersionUntilNs > nowNs ? 2 : 3;
  }

  void heard(int version, long untilNs) {
    if (version == 1) {
      firstVersionUntilNs = untilNs;
    } else if (version == 2) {
      secondVersionUntilNs = untilNs;
    }
  }

  void anySource(long untilNs) {
    anySourceUntilNs = Math.max(anySourceUntilNs, untilNs);
  }

  /** Wants a source; false if there would be more sources than the limit. */
  boolean source(long high, long low, long untilNs, long nowNs, int limit) {
    int at = find(high, low);
    if (at < 0) {
      if (sourceCount == limit) {
        forgetSourcesOfThePast(nowNs);
      }
      if (sourceCount == limit) {
        return false;
      }
      at = append(high, low);
    }
    sources[at + 2] = untilNs;
    return true;
  }

  private int append(long high, long low) {
    int at = sourceCount * 3;
    if (at == sources.length) {
      sources = Arrays.copyOf(sources, Math.max(6, sources.length * 2));
    }
    sources[at] = high;
    sources[at + 1] = low;
    sourceCount++;
    return at;
  }

  private void forgetSourcesOfThePast(long nowNs) {
    int kept = 0;
    for (int i = 0; i < sourceCount; i++) {
      if (sources[i * 3 + 2] > nowNs) {
        System.arraycopy(sources, i * 3, sources, kept * 3, 3);
        kept++;
      }
    }
    sourceCount = kept;
  }

  private int find(long high, long low) {
    for (int at = 0; at < sourceCount * 3; at += 3) {
      if (sources[at + 1] == low && sources[at] == high) {
        return at;
      }
    }
    return -1;
  }

  /** Any source is wanted no longer than that; whether this shortened it. */
  boolean shortenAnySource(long untilNs) {
    boolean shorter = anySourceUntilNs > untilNs;
    anySourceUntilNs = Math.min(anySourceUntilNs, untilNs);
    return shorter;
  }

  /** Sources that are, or are not, named are wanted no longer than that; whether any changed. */
  boolean shortenSources(MembershipReport report, boolean named, long untilNs) {
    boolean shorter = false;
    for (int at = 0; at < sourceCount * 3; at += 3) {
      if (report.names(sources[at], sources[at + 1]) == named && sources[at + 2] > untilNs) {
        sources[at + 2] = untilNs;
        shorter = true;
      }
    }
    return shorter;
  }
}
