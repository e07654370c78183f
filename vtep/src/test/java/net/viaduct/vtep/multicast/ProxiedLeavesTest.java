package net.viaduct.vtep.multicast;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.wire.multicast.MulticastRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines that listen no more, on a host that reports for them. */
@Tag("R65")
class ProxiedLeavesTest extends ProxyingHosts {
  @Test
  void shouldAskAtThePortAloneAndTellOnlyThatTheLastOneLeft() {
    open();
    send(crowd.get(0), join(0, GROUP));
    send(crowd.get(1), join(1, GROUP));
    advance(5);
    forgetAll();

    send(crowd.get(0), leave(0, GROUP));
    advance(2);
    assertThat(QueryFrames.questionsAbout(GROUP, received(crowd.get(0)))).isEqualTo(ROBUSTNESS);
    assertThat(QueryFrames.questionsAbout(GROUP, received(crowd.get(1)))).isZero();
    advance(4);
    assertThat(heard()).as("another one listens").isEmpty();
    assertThat(reached()).isEqualTo(1);

    send(crowd.get(1), leave(1, GROUP));
    advance(1);
    assertThat(heard()).as("it may be not the last one behind its port").isEmpty();
    advance(2);
    assertThat(heard(GROUP4))
        .isNotEmpty()
        .allSatisfy(report -> {
          assertThat(report.record()).isEqualTo(MulticastRecord.CHANGE_TO_INCLUDE);
          assertThat(report.sources()).isEmpty();
          assertThat(report.ours()).isTrue();
        });
    advance(10);
    assertThat(reached()).isZero();
  }

  @Test
  void shouldKeepAPortWhereSomebodyAnswersThatItStays() {
    open();
    send(crowd.get(0), join(0, GROUP));
    advance(5);
    forgetAll();
    send(crowd.get(0), leave(0, GROUP));
    advance(1);
    send(crowd.get(0), join(0, GROUP)); // another machine behind the port
    advance(5);
    assertThat(heard()).isEmpty();
    assertThat(reached()).isEqualTo(1);
  }

  @Test
  void shouldTellALeaveAtOnceWhenPortsLeaveFast() {
    SnoopingSettings on = SnoopingSettings.ON;
    open(new SnoopingSettings(true, true, false, on.groupLimit(), Reports.PROXY, on.querier()));
    send(crowd.get(0), join(0, GROUP));
    advance(5);
    forgetAll();
    send(crowd.get(0), leave(0, GROUP));
    assertThat(heard())
        .extracting(HeardReport::record)
        .containsExactly(MulticastRecord.CHANGE_TO_INCLUDE);
    assertThat(received(crowd.get(0))).isEmpty();
  }

  @Test
  void shouldForgetMachinesThatFallSilent() {
    open();
    send(crowd.get(0), join(0, GROUP));
    advance(5);
    heard();
    for (int i = 0; i < 3; i++) {
      advance(125);
      ask();
    }
    assertThat(heard(GROUP4).getLast().record()).isEqualTo(MulticastRecord.CHANGE_TO_INCLUDE);
  }
}
