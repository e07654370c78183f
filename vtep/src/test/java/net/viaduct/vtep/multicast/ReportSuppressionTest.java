package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.multicast.MulticastRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Three hosts, of which the last has ten machines that listen to the same. */
@Tag("R65")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class ReportSuppressionTest {
  private static final int HOSTS = 3;
  private static final int CROWD = 2;
  private static final int MACHINES = 10;
  private static final int BLUE = 100;
  private static final int GROUP = 0xef01_0203;
  private static final int OTHER_GROUP = 0xef01_0204;
  private static final IpAddress GROUP6 = IpAddress.parse("ff05::1:3");
  private static final int ROBUSTNESS = 2;

  private final MemoryRig rig;
  private final List<Machine> lonely = new ArrayList<>();
  private final List<Machine> crowd = new ArrayList<>();

  ReportSuppressionTest(int threads) {
    rig = new MemoryRig(HOSTS, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @AfterEach
  void close() {
    IntStream.range(0, HOSTS).forEach(host -> Conservation.checkSums(rig.view(host)));
    rig.close();
  }

  private void open(boolean suppression) {
    SnoopingSettings snooping =
        SnoopingSettings.ON.with(suppression ? Reports.SUPPRESS : Reports.FORWARD);
    for (int host = 0; host < HOSTS; host++) {
      int self = host;
      List<Endpoint> others =
          IntStream.range(0, HOSTS).filter(h -> h != self).mapToObj(rig::endpoint).toList();
      NetworkConfig config = new NetworkConfig(BLUE, "blue", new FloodList.Remotes(others));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(MulticastSettings.DEFAULT.with(snooping));
      rig.await(rig.control(host).addNetwork(config.with(settings)));
    }
    lonely.add(rig.machine(0, BLUE, "vm0"));
    lonely.add(rig.machine(1, BLUE, "vm1"));
    for (int i = 0; i < MACHINES; i++) {
      crowd.add(rig.machine(CROWD, BLUE, "crowd" + i));
    }
    advance(60);
  }

  private void advance(int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.advance(Duration.ofSeconds(1));
      rig.settle();
    }
  }

  private void send(Machine machine, byte[] frame) {
    machine.send(frame);
    rig.settle();
  }

  private byte[] joining(int machine, int group) {
    return MulticastFrames.join(mac(10 + machine), 0x0a00_000a + machine, group);
  }

  private void allJoin(int group) {
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), joining(i, group));
    }
  }

  private static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  /** How many frames the crowd's host sent through tunnels while something was done. */
  private long sentWhile(Runnable action) {
    long before = rig.view(CROWD).counters().values().get("egress-sent-frames");
    action.run();
    return rig.view(CROWD).counters().values().get("egress-sent-frames") - before;
  }

  /** How many of the crowd get a stream that comes from another host. */
  private long reached() {
    crowd.forEach(ReportSuppressionTest::received);
    byte[] stream = MulticastFrames.toGroup(mac(1), 0x0a00_0001, GROUP);
    send(lonely.getFirst(), stream);
    assertThat(received(lonely.get(1))).noneMatch(frame -> Arrays.equals(frame, stream));
    return crowd.stream()
        .filter(machine -> received(machine).stream().anyMatch(f -> Arrays.equals(f, stream)))
        .count();
  }

  @Test
  void shouldTellRemotesOnceForAllMachinesAndOnceMoreInCaseItIsLost() {
    open(true);
    assertThat(sentWhile(() -> allJoin(GROUP))).isEqualTo(ROBUSTNESS * (HOSTS - 1L));
    assertThat(reached()).isEqualTo(MACHINES);
    assertThat(sentWhile(() -> allJoin(OTHER_GROUP))).isEqualTo(ROBUSTNESS * (HOSTS - 1L));
    assertThat(rig.view(CROWD).counters().values().get("egress-consumed-frames"))
        .isEqualTo(2 * (MACHINES - ROBUSTNESS));
  }

  @Test
  void shouldTellEachReportWhenItIsOff() {
    open(false);
    assertThat(sentWhile(() -> allJoin(GROUP))).isEqualTo(MACHINES * (HOSTS - 1L));
  }

  @Test
  void shouldTellAnewWhenMachinesAreAskedAgain() {
    open(true);
    allJoin(GROUP);
    for (int round = 0; round < 5; round++) {
      advance(125);
      assertThat(sentWhile(() -> allJoin(GROUP))).isEqualTo(ROBUSTNESS * (HOSTS - 1L));
      assertThat(reached()).as("after %d intervals", round + 1).isEqualTo(MACHINES);
    }
  }

  @Test
  void shouldGoOnReachingThoseWhoStayWhenOthersLeave() {
    open(true);
    allJoin(GROUP);
    byte[] leaving = MulticastFrames.leave(mac(10), 0x0a00_000a, GROUP);
    assertThat(sentWhile(() -> crowd.getFirst().send(leaving))).isZero(); // not yet settled
    assertThat(sentWhile(rig::settle)).as("leaves are told").isGreaterThanOrEqualTo(HOSTS - 1L);
    for (int question = 0; question < ROBUSTNESS; question++) {
      rig.advance(Duration.ofMillis(question == 0 ? 100 : 1000)); // who asks does so now
      rig.settle(); // and is heard
      long sent =
          sentWhile(() -> {
            for (int i = 1; i < MACHINES; i++) {
              send(crowd.get(i), joining(i, GROUP));
            }
          });
      assertThat(sent).as("answers to question %d", question).isEqualTo(ROBUSTNESS * (HOSTS - 1L));
    }
    advance(10);
    assertThat(reached()).isEqualTo(MACHINES - 1L);
  }

  @Test
  void shouldTellAllToARouterAtThisHost() {
    open(true);
    Machine router = crowd.getFirst();
    send(router, MulticastFrames.query(mac(99), 0x0a00_0063));
    allJoin(GROUP);
    received(router);
    long sent =
        sentWhile(() -> {
          for (int i = 1; i < MACHINES; i++) {
            send(crowd.get(i), joining(i, GROUP));
          }
        });
    assertThat(sent).as("the remotes know").isZero();
    assertThat(received(router)).hasSize(MACHINES - 1);
  }

  @Test
  void shouldTellWhatIsNotTheSame() {
    open(true);
    allJoin(GROUP);
    byte[] sources =
        MulticastFrames.report3(
            mac(11), 0x0a00_000b, MulticastRecord.MODE_IS_INCLUDE, GROUP, 0x0a00_0001);
    assertThat(sentWhile(() -> send(crowd.get(1), sources))).isEqualTo(HOSTS - 1L);

    advance(130); // asked again
    byte[] newer =
        MulticastFrames.report3(mac(11), 0x0a00_000b, MulticastRecord.MODE_IS_EXCLUDE, GROUP);
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(1), newer);
    }
    assertThat(sentWhile(() -> send(crowd.get(2), joining(2, GROUP))))
        .as("that there is a machine of an older version")
        .isEqualTo(HOSTS - 1L);
  }

  /** A bridge behind another host may prune those, and then neighbours would not be found. */
  @Test
  void shouldTellReportsOfGroupsThatAreNeverPruned() {
    open(true);
    IpAddress solicited = IpAddress.parse("ff02::1:ff00:11");
    long sent =
        sentWhile(() -> {
          for (int i = 0; i < MACHINES; i++) {
            byte[] both =
                MulticastFrames.report6(mac(10), MulticastFrames.joining(), GROUP6, solicited);
            send(crowd.getFirst(), both);
          }
        });
    assertThat(sent).isEqualTo(MACHINES * (HOSTS - 1L));
  }

  @Test
  void shouldDoTheSameForIpv6() {
    open(true);
    long sent =
        sentWhile(() -> {
          for (int i = 0; i < MACHINES; i++) {
            byte[] report = MulticastFrames.report6(mac(10 + i), MulticastFrames.joining(), GROUP6);
            send(crowd.get(i), report);
          }
        });
    assertThat(sent).isEqualTo(ROBUSTNESS * (HOSTS - 1L));
  }
}
