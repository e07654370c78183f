package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.vtep.trace.Outcome;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.multicast.IgmpMessage;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a host reports for its machines, and when. */
@Tag("R65")
class ProxyReportsTest extends ProxyingHosts {
  @Test
  void shouldTellTheFirstJoinAtOnceInItsOwnNameAndNoOther() {
    open();
    send(crowd.getFirst(), join(0, GROUP));
    assertThat(heard())
        .containsExactly(
            new HeardReport(
                true,
                IpAddress.ofIpv4(0),
                IgmpMessage.V3_REPORT,
                MulticastRecord.CHANGE_TO_EXCLUDE,
                GROUP4,
                List.of()));
    allJoin(GROUP);
    advance(5);
    assertThat(heard()).as("repeated, in case it is lost").hasSize(ROBUSTNESS - 1);
    assertThat(rig.view(CROWD).counters().values().get("egress-consumed-frames"))
        .isEqualTo(MACHINES + 1);
    assertThat(reached()).isEqualTo(MACHINES);
  }

  @Test
  void shouldAnswerForAllMachinesInOneMessage() {
    open();
    allJoin(GROUP);
    allJoin(OTHER_GROUP);
    advance(5);
    forgetAll();
    send(router, QueryFrames.igmp3(mac(99), ROUTER, 0, 100));
    allJoin(GROUP);
    allJoin(OTHER_GROUP);
    advance(10);
    List<byte[]> frames = received(router);
    assertThat(frames.stream().filter(frame -> !HeardReport.of(List.of(frame)).isEmpty()))
        .as("messages")
        .hasSize(1);
    assertThat(HeardReport.of(frames))
        .extracting(HeardReport::group, HeardReport::record, HeardReport::ours)
        .containsExactlyInAnyOrder(
            tuple(GROUP4, MulticastRecord.MODE_IS_EXCLUDE, true),
            tuple(IpAddress.ofIpv4(OTHER_GROUP), MulticastRecord.MODE_IS_EXCLUDE, true));
  }

  @Test
  void shouldTakeSourcesTogether() {
    open();
    int first = 0x0a00_0001;
    int second = 0x0a00_0002;
    send(crowd.get(0), join3(0, MulticastRecord.ALLOW_NEW_SOURCES, GROUP, first));
    assertThat(heard(GROUP4).getFirst().sources()).containsExactly(IpAddress.ofIpv4(first));
    advance(3);
    heard();
    send(crowd.get(1), join3(1, MulticastRecord.ALLOW_NEW_SOURCES, GROUP, second, first));
    HeardReport both = heard(GROUP4).getFirst();
    assertThat(both.record()).isEqualTo(MulticastRecord.CHANGE_TO_INCLUDE);
    assertThat(both.sources())
        .containsExactlyInAnyOrder(IpAddress.ofIpv4(first), IpAddress.ofIpv4(second));
    assertThat(reached()).isEqualTo(2);
    advance(3);
    heard();
    send(crowd.get(2), join3(2, MulticastRecord.CHANGE_TO_EXCLUDE, GROUP));
    assertThat(heard(GROUP4).getFirst().record()).isEqualTo(MulticastRecord.CHANGE_TO_EXCLUDE);
    advance(3);
    heard();
    ask();
    advance(10);
    assertThat(heard(GROUP4))
        .singleElement()
        .satisfies(report -> {
          assertThat(report.record()).isEqualTo(MulticastRecord.MODE_IS_EXCLUDE);
          assertThat(report.sources()).isEmpty();
        });
  }

  @Test
  void shouldSpeakTheOldestVersionThatAsks() {
    open();
    send(router, MulticastFrames.query(mac(99), ROUTER));
    allJoin(GROUP);
    allJoin(OTHER_GROUP);
    advance(3);
    assertThat(heard()).extracting(HeardReport::type).containsOnly(IgmpMessage.V2_REPORT);
    send(router, MulticastFrames.query(mac(99), ROUTER));
    advance(10);
    assertThat(heard())
        .extracting(HeardReport::group)
        .containsExactlyInAnyOrder(GROUP4, IpAddress.ofIpv4(OTHER_GROUP));
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), leave(i, GROUP));
    }
    advance(5);
    assertThat(heard(GROUP4))
        .isNotEmpty()
        .extracting(HeardReport::type)
        .containsOnly(IgmpMessage.LEAVE);

    send(router, QueryFrames.igmp1(mac(99), ROUTER));
    advance(10);
    assertThat(heard()).extracting(HeardReport::type).containsExactly(IgmpMessage.V1_REPORT);
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), leave(i, OTHER_GROUP));
    }
    advance(5);
    assertThat(heard()).as("version 1 does not say so").isEmpty();
  }

  @Test
  void shouldDoTheSameForIpv6AlsoWithGroupsThatAreNeverPruned() {
    open();
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), MulticastFrames.report6(mac(10 + i), MulticastFrames.joining(), GROUP6));
      send(
          crowd.get(i), MulticastFrames.report6(mac(10 + i), MulticastFrames.joining(), SOLICITED));
    }
    assertThat(heard())
        .extracting(HeardReport::ours, HeardReport::type, HeardReport::record, HeardReport::group)
        .containsExactly(
            tuple(true, MldMessage.V2_REPORT, MulticastRecord.CHANGE_TO_EXCLUDE, GROUP6),
            tuple(true, MldMessage.V2_REPORT, MulticastRecord.CHANGE_TO_EXCLUDE, SOLICITED));
    advance(5);
    heard();
    send(router, QueryFrames.mld2(mac(99)));
    advance(10);
    assertThat(heard()).extracting(HeardReport::group).containsExactlyInAnyOrder(GROUP6, SOLICITED);
    send(router, QueryFrames.mld1(mac(99)));
    advance(10);
    assertThat(heard())
        .allSatisfy(report -> assertThat(report.type()).isEqualTo(MldMessage.V1_REPORT))
        .extracting(HeardReport::group)
        .containsExactlyInAnyOrder(GROUP6, SOLICITED);
    byte[] done = MulticastFrames.byVersion1(mac(10), MldMessage.DONE, GROUP6);
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), done);
    }
    advance(5);
    assertThat(heard(GROUP6))
        .isNotEmpty()
        .extracting(HeardReport::type)
        .containsOnly(MldMessage.DONE);
  }

  @Test
  void shouldNotSayMoreThanSoMuchHoweverManyGroupsComeAndGo() {
    open();
    for (int i = 0; i < 4000; i++) {
      send(crowd.get(0), join(0, 0xef02_0000 + i));
    }
    advance(1);
    List<byte[]> frames = received(router);
    assertThat(frames).as("4000 reports").hasSizeLessThan(100);
    advance(5);
    frames.addAll(received(router));
    assertThat(HeardReport.of(frames).stream().map(HeardReport::group).distinct()).hasSize(4000);
  }

  @Test
  void shouldTellWithTheAddressOfTheQuerierIfThereIsOne() {
    SnoopingSettings on = SnoopingSettings.ON;
    QuerierSettings usual = on.querier();
    IpAddress own = IpAddress.parse("10.0.0.200");
    QuerierSettings querier =
        new QuerierSettings(
            true, own, usual.interval(), usual.response(), usual.lastMember(), usual.robustness());
    open(on.with(Reports.PROXY).with(querier));
    send(crowd.get(0), join(0, GROUP));
    assertThat(heard(GROUP4)).extracting(HeardReport::from).contains(own);
  }

  @Test
  void shouldTellARouterOfThisHostWhatIsBehindOtherPorts() {
    open();
    Machine near = crowd.get(4);
    send(near, QueryFrames.igmp3(mac(98), ROUTER - 1, 0, 100));
    advance(2);
    received(near);
    send(near, join(4, GROUP)); // behind the port of the router itself
    assertThat(HeardReport.of(received(near))).isEmpty();
    assertThat(heard(GROUP4)).hasSize(1);
    advance(3);
    assertThat(HeardReport.of(received(near))).isEmpty();
    send(crowd.get(0), join(0, GROUP));
    assertThat(HeardReport.of(received(near)))
        .extracting(HeardReport::ours, HeardReport::group)
        .containsExactly(tuple(true, GROUP4));
  }

  @Test
  void shouldPassOnWhatThereIsNoRoomFor() {
    SnoopingSettings on = SnoopingSettings.ON;
    open(new SnoopingSettings(true, false, false, 1, Reports.PROXY, on.querier()));
    send(crowd.get(0), join(0, GROUP));
    heard();
    send(crowd.get(0), join(0, OTHER_GROUP));
    assertThat(heard(IpAddress.ofIpv4(OTHER_GROUP)))
        .extracting(HeardReport::ours)
        .containsExactly(false);
  }

  @Test
  void shouldForetellThatTheReportOfAMachineStaysHere() {
    open();
    byte[] report = join(0, GROUP);
    assertThat(rig.await(rig.control(CROWD).traceFromPort("crowd0", report)).outcomes())
        .containsExactly(new Outcome.Consumed());
    advance(1);
    assertThat(heard()).as("a trace joins nothing").isEmpty();
  }
}
