package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.multicast.MldMessage;
import net.viaduct.wire.multicast.MulticastRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets the frames of a group, in networks over eight hosts. */
@Tag("R65")
@Tag("P12")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class SnoopingTest {
  private static final int HOSTS = 8;
  private static final int BLUE = 100;
  private static final int GROUP = 0xef01_0203;
  private static final int SENDER = 0x0a00_0001;
  private static final IpAddress GROUP6 = IpAddress.parse("ff05::1:3");

  private final MemoryRig rig;
  private final List<Machine> machines = new ArrayList<>();

  SnoopingTest(int threads) {
    rig = new MemoryRig(HOSTS, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @AfterEach
  void close() {
    IntStream.range(0, HOSTS).forEach(host -> Conservation.checkSums(rig.view(host)));
    rig.close();
  }

  private void open(SnoopingSettings snooping) {
    for (int host = 0; host < HOSTS; host++) {
      int self = host;
      List<Endpoint> others =
          IntStream.range(0, HOSTS).filter(h -> h != self).mapToObj(rig::endpoint).toList();
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(MulticastSettings.DEFAULT.with(snooping));
      NetworkConfig config =
          new NetworkConfig(BLUE, "blue", new FloodList.Remotes(others)).with(settings);
      rig.await(rig.control(host).addNetwork(config));
      machines.add(rig.machine(host, BLUE, "vm" + host));
    }
  }

  /** Until nobody is new any more, as long as nobody has to be asked again. */
  private void comeToKnowEachOther() {
    for (int i = 0; i < 60; i++) {
      rig.advance(Duration.ofSeconds(1));
    }
    forgetAll();
  }

  private void forgetAll() {
    machines.forEach(this::receivedBy);
  }

  private List<byte[]> receivedBy(Machine machine) {
    rig.settle();
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  private void send(int host, byte[] frame) {
    machines.get(host).send(frame);
    rig.settle();
  }

  private void join(int host, int group) {
    send(host, MulticastFrames.join(mac(host + 1), 0x0a00_0001 + host, group));
  }

  private void leave(int host, int group) {
    send(host, MulticastFrames.leave(mac(host + 1), 0x0a00_0001 + host, group));
  }

  /** The hosts whose machine gets a frame that the machine of the first host sends. */
  private List<Integer> reachedBy(byte[] frame) {
    forgetAll();
    send(0, frame);
    return IntStream.range(0, HOSTS)
        .filter(
            host -> receivedBy(machines.get(host)).stream().anyMatch(f -> Arrays.equals(f, frame)))
        .boxed()
        .toList();
  }

  private static byte[] stream() {
    return MulticastFrames.toGroup(mac(1), SENDER, GROUP);
  }

  private long sent() {
    return rig.view(0).counters().values().get("egress-sent-frames");
  }

  @Test
  void shouldMakeTwoCopiesWhenTwoOfEightHostsListen() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    join(3, GROUP);
    join(6, GROUP);
    long before = sent();
    assertThat(reachedBy(stream())).containsExactly(3, 6);
    assertThat(sent() - before).isEqualTo(2);
  }

  @Test
  void shouldReachEverybodyWhenSnoopingIsOff() {
    open(SnoopingSettings.OFF);
    comeToKnowEachOther();
    assertThat(reachedBy(stream())).hasSize(HOSTS - 1);
  }

  @Test
  void shouldReachEverybodyWhenNobodyHasBeenAskedYet() {
    open(SnoopingSettings.ON);
    rig.advance(Duration.ofSeconds(1));
    assertThat(reachedBy(stream())).hasSize(HOSTS - 1);
  }

  @Test
  void shouldReachNobodyAndSaySoWhenNobodyListens() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    assertThat(reachedBy(stream())).isEmpty();
    assertThat(rig.view(0).drops().get(DropReason.NO_LISTENER)).isEqualTo(1);
  }

  @Test
  void shouldReachEverybodyWhenGroupIsOfTheLinkItself() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    int mdns = 0xe000_00fb;
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), SENDER, mdns))).hasSize(HOSTS - 1);
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), IpAddress.parse("ff02::1:ff00:1"))))
        .hasSize(HOSTS - 1);
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), IpAddress.parse("ff02::fb"))))
        .hasSize(HOSTS - 1);
    assertThat(reachedBy(broadcast(mac(1)))).hasSize(HOSTS - 1);
  }

  @Test
  void shouldReachListenersWhenGroupIsIpv6() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), GROUP6))).isEmpty();
    send(5, MulticastFrames.report6(mac(6), MulticastFrames.joining(), GROUP6));
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), GROUP6))).containsExactly(5);
  }

  @Test
  void shouldReachListenersThatSpeakTheFirstVersions() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    send(3, MulticastFrames.joinByVersion1(mac(4), 0x0a00_0004, GROUP));
    assertThat(reachedBy(stream())).containsExactly(3);
    IpAddress group = IpAddress.parse("ff15::77");
    send(5, MulticastFrames.byVersion1(mac(6), MldMessage.V1_REPORT, group));
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), group))).containsExactly(5);
    send(5, MulticastFrames.byVersion1(mac(6), MldMessage.DONE, group));
    for (int i = 0; i < 4; i++) {
      rig.advance(Duration.ofSeconds(1));
    }
    assertThat(reachedBy(MulticastFrames.toGroup(mac(1), group))).isEmpty();
  }

  @Test
  void shouldReachOnlyWhoWantsTheSourceWhenSourcesAreNamed() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    int included = MulticastRecord.MODE_IS_INCLUDE;
    send(2, MulticastFrames.report3(mac(3), 0x0a00_0003, included, GROUP, SENDER));
    send(4, MulticastFrames.report3(mac(5), 0x0a00_0005, included, GROUP, SENDER + 77));
    assertThat(reachedBy(stream())).containsExactly(2);
  }

  @Test
  void shouldAskAgainAndForgetWhenListenerLeaves() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    join(3, GROUP);
    leave(3, GROUP);
    assertThat(reachedBy(stream())).as("it is asked first").containsExactly(3);
    rig.advance(Duration.ofMillis(200));
    assertThat(receivedBy(machines.get(3))).as("the query").isNotEmpty();
    rig.advance(Duration.ofSeconds(2));
    assertThat(reachedBy(stream())).isEmpty();
  }

  @Test
  void shouldForgetAtOnceWhenLeavingIsFast() {
    SnoopingSettings on = SnoopingSettings.ON;
    open(new SnoopingSettings(true, true, false, on.groupLimit(), on.reports(), on.querier()));
    comeToKnowEachOther();
    Machine second = rig.machine(0, BLUE, "second");
    comeToKnowEachOther();
    second.send(MulticastFrames.join(mac(99), SENDER + 99, GROUP));
    rig.settle();
    send(0, stream());
    assertThat(receivedBy(second)).anyMatch(frame -> Arrays.equals(frame, stream()));
    second.send(MulticastFrames.leave(mac(99), SENDER + 99, GROUP));
    rig.settle();
    send(0, stream());
    assertThat(receivedBy(second)).noneMatch(frame -> Arrays.equals(frame, stream()));
  }

  @Test
  void shouldForgetListenerWhenItIsSilentForTheMembershipInterval() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    join(3, GROUP);
    rig.advance(Duration.ofSeconds(259));
    assertThat(reachedBy(stream())).containsExactly(3);
    rig.advance(Duration.ofSeconds(2));
    assertThat(reachedBy(stream())).isEmpty();
  }

  @Test
  void shouldLetOnlyTheLowestAddressAskWhenSeveralHostsCould() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    for (int i = 0; i < 130; i++) {
      rig.advance(Duration.ofSeconds(1));
    }
    for (int host = 1; host < HOSTS; host++) {
      List<byte[]> queries = receivedBy(machines.get(host));
      assertThat(queries).as("IGMP and MLD, once each, at host %d", host).hasSize(2);
      assertThat(queries).allMatch(frame -> frame[6] == 0x56 && frame[11] == 1);
    }
  }

  @Test
  void shouldSendEverythingToRouterWhenItAsks() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    send(7, MulticastFrames.query(mac(8), 0x0a00_00fe));
    assertThat(reachedBy(stream())).contains(7);
    byte[] report = MulticastFrames.join(mac(3), 0x0a00_0003, GROUP);
    forgetAll();
    send(2, report);
    assertThat(receivedBy(machines.get(7))).anyMatch(frame -> Arrays.equals(frame, report));
    assertThat(receivedBy(machines.get(5))).as("reports are for routers").isEmpty();
  }

  @Test
  void shouldSendEverythingToNewPortUntilItHasBeenAsked() {
    open(SnoopingSettings.ON);
    comeToKnowEachOther();
    Machine late = rig.machine(4, BLUE, "late");
    send(0, stream());
    assertThat(receivedBy(late)).as("host 4 is known to have no listener").isEmpty();
    rig.advance(Duration.ofSeconds(2));
    assertThat(receivedBy(late)).as("it is asked at once").isNotEmpty();
    Machine beside = rig.machine(0, BLUE, "beside");
    send(0, stream());
    assertThat(receivedBy(beside)).anyMatch(frame -> Arrays.equals(frame, stream()));
  }

  @Test
  void shouldGoOnToPruneOneFamilyWhenTheOtherBeginsToBeAsked() {
    QuerierSettings usual = QuerierSettings.DEFAULT;
    open(
        SnoopingSettings.ON.with(
            new QuerierSettings(
                false,
                usual.address(),
                usual.interval(),
                usual.response(),
                usual.lastMember(),
                usual.robustness())));
    byte[] stream6 = MulticastFrames.toGroup(mac(1), GROUP6);
    send(7, MulticastFrames.query(mac(8), 0x0a00_00fe));
    assertThat(reachedBy(stream())).as("nobody has answered yet").hasSize(HOSTS - 1);
    rig.advance(Duration.ofSeconds(136));
    assertThat(reachedBy(stream())).containsExactly(7);
    assertThat(reachedBy(stream6)).as("nobody asks by MLD").hasSize(HOSTS - 1);
    send(7, QueryFrames.mld2(mac(8)));
    assertThat(reachedBy(stream6)).as("nobody has answered yet").hasSize(HOSTS - 1);
    assertThat(reachedBy(stream())).containsExactly(7);
    send(7, MulticastFrames.query(mac(8), 0x0a00_00fe));
    rig.advance(Duration.ofSeconds(136));
    assertThat(reachedBy(stream6)).containsExactly(7);
  }
}
