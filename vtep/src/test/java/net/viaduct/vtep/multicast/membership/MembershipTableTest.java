package net.viaduct.vtep.multicast.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.viaduct.vtep.multicast.membership.MembershipReport.Kind;
import net.viaduct.vtep.multicast.membership.MembershipTable.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R65")
class MembershipTableTest {
  private static final MembershipTimes TIMES = new MembershipTimes(100, 20, 5, 2);
  private static final long GRACE = TIMES.lastMemberTimeNs();
  private static final long G = 0xffff_e100_0001L;
  private static final long S1 = 1;
  private static final long S2 = 2;
  private static final String A = "a";
  private static final String B = "b";

  private final MembershipTable table = new MembershipTable(TIMES, 64, 64);

  private static MembershipReport report(Kind kind, int version, long group, long... sources) {
    MembershipReport report = new MembershipReport().begin(kind, version, 0, group);
    for (long source : sources) {
      report.source(0, source);
    }
    return report;
  }

  private boolean wants(Object place, long group, long source, long nowNs) {
    return wants(table, place, group, source, nowNs);
  }

  private static boolean wants(
      MembershipTable table, Object place, long group, long source, long nowNs) {
    Group found = table.find(0, group);
    Listener listener = found == null ? null : found.find(place);
    return listener != null && listener.wants(0, source, nowNs);
  }

  @Test
  void shouldForgetListenerWhenNothingIsHeardForTheMembershipInterval() {
    assertThat(table.report(A, report(Kind.JOIN, 2, G), GRACE, 0)).isEqualTo(Outcome.JOINED);
    assertThat(table.report(A, report(Kind.JOIN, 2, G), GRACE, 10)).isEqualTo(Outcome.REFRESHED);
    assertThat(wants(A, G, S1, 10 + TIMES.membershipNs() - 1)).isTrue();
    assertThat(wants(A, G, S1, 10 + TIMES.membershipNs())).isFalse();
    assertThat(wants(B, G, S1, 10)).isFalse();
  }

  @Test
  void shouldAskBeforeForgettingWhenListenerLeaves() {
    table.report(A, report(Kind.JOIN, 2, G), GRACE, 0);
    assertThat(table.report(A, report(Kind.CHANGE_TO_INCLUDE, 2, G), GRACE, 1))
        .isEqualTo(Outcome.LEAVING);
    assertThat(wants(A, G, S1, 1 + GRACE - 1)).isTrue();
    assertThat(wants(A, G, S1, 1 + GRACE)).isFalse();
  }

  @Test
  void shouldKeepListenerWhenAnotherMachineThereAnswers() {
    table.report(A, report(Kind.JOIN, 2, G), GRACE, 0);
    table.report(A, report(Kind.CHANGE_TO_INCLUDE, 2, G), GRACE, 1);
    table.report(A, report(Kind.JOIN, 2, G), GRACE, 3);
    assertThat(wants(A, G, S1, 100)).isTrue();
  }

  @Test
  void shouldForgetAtOnceWhenLeavingIsFast() {
    table.report(A, report(Kind.JOIN, 3, G), 0, 0);
    assertThat(table.report(A, report(Kind.CHANGE_TO_INCLUDE, 3, G), 0, 1)).isEqualTo(Outcome.LEFT);
    assertThat(wants(A, G, S1, 1)).isFalse();
  }

  @Test
  void shouldKeepListenerWhenMachineOfVersionOneIsThere() {
    table.report(A, report(Kind.JOIN, 1, G), 0, 0);
    table.report(A, report(Kind.JOIN, 2, G), 0, 1);
    table.report(A, report(Kind.CHANGE_TO_INCLUDE, 2, G), 0, 2);
    assertThat(wants(A, G, S1, 2)).isTrue();
  }

  @Test
  void shouldChangeNothingWhenSomebodyElseAsks() {
    table.report(A, report(Kind.JOIN, 2, G), GRACE, 0);
    table.report(A, report(Kind.CHANGE_TO_INCLUDE, 2, G), MembershipTable.NO_QUERY, 1);
    assertThat(wants(A, G, S1, 1 + GRACE)).isTrue();
    table.asked(report(Kind.JOIN, 2, G), GRACE, 2);
    assertThat(wants(A, G, S1, 2 + GRACE)).isFalse();
  }

  @Test
  void shouldDeliverOnlyNamedSourcesWhenTheyAreIncluded() {
    table.report(A, report(Kind.INCLUDE, 3, G, S1), GRACE, 0);
    assertThat(wants(A, G, S1, 1)).isTrue();
    assertThat(wants(A, G, S2, 1)).isFalse();
    table.report(A, report(Kind.INCLUDE, 3, G, S2), GRACE, 1);
    table.report(A, report(Kind.BLOCK, 3, G, S1), 0, 2);
    assertThat(wants(A, G, S1, 2)).isFalse();
    assertThat(wants(A, G, S2, 2)).isTrue();
  }

  @Test
  void shouldGiveAnySourceWhenThereAreTooManySources() {
    MembershipTable small = new MembershipTable(TIMES, 64, 2);
    small.report(A, report(Kind.INCLUDE, 3, G, 1, 2, 3), GRACE, 0);
    assertThat(wants(small, A, G, 99, 1)).isTrue();
  }

  @Test
  void shouldRefuseWhenThereAreTooManyGroups() {
    MembershipTable small = new MembershipTable(TIMES, 2, 2);
    small.report(A, report(Kind.JOIN, 2, 1), GRACE, 0);
    small.report(A, report(Kind.JOIN, 2, 2), GRACE, 0);
    assertThat(small.report(A, report(Kind.JOIN, 2, 3), GRACE, 0)).isEqualTo(Outcome.REFUSED);
    small.sweep(64, _ -> true, TIMES.membershipNs());
    assertThat(small.size()).isZero();
    assertThat(small.report(A, report(Kind.JOIN, 2, 3), GRACE, TIMES.membershipNs()))
        .isEqualTo(Outcome.JOINED);
  }

  @Test
  void shouldForgetPlaceWhenItIsGone() {
    table.report(A, report(Kind.JOIN, 2, G), GRACE, 0);
    table.report(B, report(Kind.JOIN, 2, G), GRACE, 0);
    table.sweep(64, B::equals, 1);
    assertThat(wants(A, G, S1, 1)).isFalse();
    assertThat(wants(B, G, S1, 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void shouldAgreeWithModelWhenAnythingIsSaid(long seed) {
    Random random = new Random(seed);
    MembershipModel model = new MembershipModel(TIMES);
    List<String> places = List.of("a", "b", "c");
    long nowNs = 0;
    for (int step = 0; step < 250; step++) {
      nowNs += random.nextInt(12);
      String place = places.get(random.nextInt(places.size()));
      MembershipReport report = randomReport(random);
      long graceNs = List.of(0L, GRACE, MembershipTable.NO_QUERY).get(random.nextInt(3));
      if (random.nextInt(10) == 0) {
        table.asked(report, GRACE, nowNs);
        model.asked(report, GRACE, nowNs);
      } else {
        table.report(place, report, graceNs, nowNs);
        model.said(place, report, graceNs, nowNs);
      }
      if (random.nextInt(4) == 0) {
        table.sweep(random.nextInt(32), _ -> true, nowNs);
      }
      compare(model, places, nowNs, "seed " + seed + " step " + step);
    }
  }

  private void compare(MembershipModel model, List<String> places, long nowNs, String when) {
    for (String place : places) {
      for (long group = 1; group <= 4; group++) {
        for (long source = 1; source <= 5; source++) {
          assertThat(wants(place, group, source, nowNs))
              .as("%s: %s wants (%d, %d)", when, place, source, group)
              .isEqualTo(model.wants(place, group, source, nowNs));
        }
      }
    }
  }

  private static MembershipReport randomReport(Random random) {
    Kind kind = Kind.values()[random.nextInt(4)];
    int version = kind == Kind.JOIN ? 1 + random.nextInt(3) : 3;
    version = version == 1 && random.nextInt(4) > 0 ? 3 : version;
    MembershipReport report = new MembershipReport().begin(kind, version, 0, 1 + random.nextInt(4));
    for (int i = kind == Kind.JOIN ? 0 : random.nextInt(4); i > 0; i--) {
      report.source(0, 1 + random.nextInt(5));
    }
    return report;
  }

  @Test
  void shouldFindAllGroupsWhenThereAreMany() {
    MembershipTable large = new MembershipTable(TIMES, 5000, 2);
    for (int i = 0; i < 5000; i++) {
      large.report(A, report(Kind.JOIN, 2, G + i), GRACE, 0);
    }
    for (int i = 0; i < 5000; i++) {
      @Nullable Group group = large.find(0, G + i);
      assertThat(group).isNotNull();
    }
    assertThat(large.size()).isEqualTo(5000);
  }
}
