package net.viaduct.vtep.multicast;

import net.viaduct.vtep.multicast.membership.Group;
import net.viaduct.vtep.multicast.membership.MembershipReport;
import org.jspecify.annotations.Nullable;

/**
 * Which reports of this host's machines the remotes need not hear, because this host has said the
 * same since machines were asked last: to a remote all machines of a host are one place, and one
 * report is as good as many (RFC 4541 section 2.1.1, RFC 2236 section 3). Owned by the data-path
 * thread.
 *
 * <p>Only that a group is wanted from any source can be said twice; whatever tells sources, or that
 * a group is left, is passed on. Each report is passed on as often as messages may be lost.
 */
final class ReportSuppression {
  private final boolean enabled;
  private long round4;
  private long round6;
  private int told;
  private int redundant;

  ReportSuppression(boolean enabled) {
    this.enabled = enabled;
  }

  /** Somebody asked what all machines listen to: everything is told anew. */
  void onGeneralQuery(boolean ipv4) {
    if (ipv4) {
      round4++;
    } else {
      round6++;
    }
  }

  /** Somebody asked about a group. */
  void onQuery(@Nullable Group asked) {
    if (asked != null) {
      asked.forgetTold();
    }
  }

  /** A message comes, of which nothing is known yet. */
  void begin() {
    told = 0;
    redundant = 0;
  }

  /**
   * A message says something about a group.
   *
   * @param group null if there is no room for it
   * @param most how often it is passed on
   */
  void onRecord(MembershipReport report, @Nullable Group group, boolean ipv4, int most) {
    told++;
    if (enabled
        && group != null
        && report.kind() == MembershipReport.Kind.JOIN
        && !group.tellAgain(ipv4 ? round4 : round6, report.version(), most)) {
      redundant++;
    }
  }

  /** A message says something about a group that is never pruned: that is passed on always. */
  void onUnprunable() {
    told++;
  }

  /** Whether all that the message said has been told. */
  boolean isRedundant() {
    return told > 0 && told == redundant;
  }
}
