package net.viaduct.vtep.multicast.membership;

import java.util.Arrays;

/**
 * What a machine says about one group: a report or a leave of any version of IGMP or MLD, or one
 * record of a report of their last. Owned by the thread that parses; reused, so that nothing is
 * allocated once it has grown.
 */
public final class MembershipReport {
  /** What is said; the source filters of all versions in four words. */
  public enum Kind {
    /** The group is wanted from any source, or from all but some, which counts as any. */
    JOIN,
    /** The group is wanted from these sources, too. */
    INCLUDE,
    /** The group is wanted from these sources only from now on; with none, it is left. */
    CHANGE_TO_INCLUDE,
    /** The group is not wanted from these sources any more. */
    BLOCK
  }

  private Kind kind = Kind.JOIN;
  private int version;
  private long groupHigh;
  private long groupLow;
  private long[] sources = new long[16];
  private int sourceCount;

  /** A report of nothing. */
  public MembershipReport() {}

  /**
   * Begins anew, without sources.
   *
   * @param igmpVersion 1, 2 or 3; MLD's 1 is IGMP's 2, and its 2 is 3
   */
  public MembershipReport begin(Kind what, int igmpVersion, long high, long low) {
    kind = what;
    version = igmpVersion;
    groupHigh = high;
    groupLow = low;
    sourceCount = 0;
    return this;
  }

  /** Adds a source. */
  public MembershipReport source(long high, long low) {
    if (sourceCount * 2 == sources.length) {
      sources = Arrays.copyOf(sources, sources.length * 2);
    }
    sources[sourceCount * 2] = high;
    sources[sourceCount * 2 + 1] = low;
    sourceCount++;
    return this;
  }

  /** What is said. */
  public Kind kind() {
    return kind;
  }

  /** The version of IGMP, 1 to 3, or what MLD's corresponds to. */
  public int version() {
    return version;
  }

  /** Upper half of the group. */
  public long groupHigh() {
    return groupHigh;
  }

  /** Lower half of the group. */
  public long groupLow() {
    return groupLow;
  }

  /** How many sources it names. */
  public int sourceCount() {
    return sourceCount;
  }

  /** Upper half of a source. */
  public long sourceHigh(int index) {
    return sources[index * 2];
  }

  /** Lower half of a source. */
  public long sourceLow(int index) {
    return sources[index * 2 + 1];
  }

  /** Whether it names a source. */
  public boolean names(long high, long low) {
    for (int i = 0; i < sourceCount; i++) {
      if (sources[i * 2] == high && sources[i * 2 + 1] == low) {
        return true;
      }
    }
    return false;
  }
}
