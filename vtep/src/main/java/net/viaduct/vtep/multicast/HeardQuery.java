package net.viaduct.vtep.multicast;

import net.viaduct.vtep.multicast.membership.MembershipReport;

/** What a query says, of either family. Owned by the thread that parses; reused. */
final class HeardQuery {
  private final MembershipReport asked = new MembershipReport();
  private long answerNs;
  private long intervalNs;
  private boolean ipv4;
  private int version = 3;
  private boolean suppressed;

  HeardQuery() {}

  /** Of which family it is. */
  HeardQuery of(boolean isIpv4) {
    ipv4 = isIpv4;
    return this;
  }

  boolean isIpv4() {
    return ipv4;
  }

  /**
   * Begins anew, without sources.
   *
   * @param answer within which time machines answer
   * @param interval until the next general query, if it says so, else 0
   * @param suppressesTimers whether listeners are not to be forgotten for it
   */
  MembershipReport begin(
      long groupHigh, long groupLow, long answer, long interval, boolean suppressesTimers) {
    answerNs = answer;
    intervalNs = interval;
    suppressed = suppressesTimers;
    return asked.begin(MembershipReport.Kind.JOIN, 3, groupHigh, groupLow);
  }

  /** Sets the version of IGMP that it is of; MLD's 1 is IGMP's 2, and its 2 is 3. */
  void version(int igmpVersion) {
    version = igmpVersion;
  }

  int version() {
    return version;
  }

  MembershipReport asked() {
    return asked;
  }

  long answerNs() {
    return answerNs;
  }

  long intervalNs() {
    return intervalNs;
  }

  boolean suppressesTimers() {
    return suppressed;
  }
}
