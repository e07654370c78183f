package net.viaduct.vtep.multicast.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who listens to what, slowly and obviously: it keeps all that was ever said, and reads it again
 * from the beginning for each question.
 */
final class MembershipModel {
  /** What was said at a place, or asked of all places. */
  private record Said(
      long atNs,
      String place,
      boolean query,
      MembershipReport.Kind kind,
      int version,
      long group,
      Set<Long> sources,
      long graceNs) {}

  private final List<Said> history = new ArrayList<>();
  private final long membershipNs;

  MembershipModel(MembershipTimes times) {
    membershipNs = times.membershipNs();
  }

  void said(String place, MembershipReport report, long graceNs, long nowNs) {
    history.add(said(place, false, report, graceNs, nowNs));
  }

  void asked(MembershipReport query, long graceNs, long nowNs) {
    history.add(said("", true, query, graceNs, nowNs));
  }

  private static Said said(
      String place, boolean query, MembershipReport report, long graceNs, long nowNs) {
    Set<Long> sources = new TreeSet<>();
    for (int i = 0; i < report.sourceCount(); i++) {
      sources.add(report.sourceLow(i));
    }
    return new Said(
        nowNs, place, query, report.kind(), report.version(), report.groupLow(), sources, graceNs);
  }

  /** Whether a place wants a group's frames from a source. */
  boolean wants(String place, long group, long source, long nowNs) {
    return Math.max(anySourceUntilNs(place, group), sourceUntilNs(place, group, source)) > nowNs;
  }

  private long anySourceUntilNs(String place, long group) {
    long untilNs = Long.MIN_VALUE;
    for (int i = 0; i < history.size(); i++) {
      Said said = history.get(i);
      if (said.group != group || !(said.query || said.place.equals(place))) {
        continue;
      }
      if (said.query) {
        untilNs = said.sources.isEmpty() ? Math.min(untilNs, said.atNs + said.graceNs) : untilNs;
      } else if (said.kind == MembershipReport.Kind.JOIN) {
        untilNs = said.atNs + membershipNs;
      } else if (said.kind == MembershipReport.Kind.CHANGE_TO_INCLUDE && isHeeded(i, 1)) {
        untilNs = Math.min(untilNs, said.atNs + said.graceNs);
      }
    }
    return untilNs;
  }

  private long sourceUntilNs(String place, long group, long source) {
    long untilNs = Long.MIN_VALUE;
    for (int i = 0; i < history.size(); i++) {
      Said said = history.get(i);
      if (said.group != group || !(said.query || said.place.equals(place))) {
        continue;
      }
      boolean named = said.sources.contains(source);
      if (said.query) {
        boolean meant = said.sources.isEmpty() || named;
        untilNs = meant ? Math.min(untilNs, said.atNs + said.graceNs) : untilNs;
        continue;
      }
      switch (said.kind) {
        case JOIN -> {}
        case INCLUDE -> untilNs = named ? said.atNs + membershipNs : untilNs;
        case CHANGE_TO_INCLUDE -> {
          if (named) {
            untilNs = said.atNs + membershipNs;
          } else if (isHeeded(i, 1)) {
            untilNs = Math.min(untilNs, said.atNs + said.graceNs);
          }
        }
        case BLOCK ->
            untilNs =
                named && isHeeded(i, 2) ? Math.min(untilNs, said.atNs + said.graceNs) : untilNs;
      }
    }
    return untilNs;
  }

  /** Whether somebody asks who is left, and no machine of an old version is there. */
  private boolean isHeeded(int index, int oldest) {
    Said leave = history.get(index);
    boolean old =
        history.subList(0, index).stream()
            .anyMatch(said ->
                !said.query
                    && said.kind == MembershipReport.Kind.JOIN
                    && said.group == leave.group
                    && said.place.equals(leave.place)
                    && said.version <= oldest
                    && said.atNs + membershipNs > leave.atNs);
    return leave.graceNs != MembershipTable.NO_QUERY && !old;
  }
}
