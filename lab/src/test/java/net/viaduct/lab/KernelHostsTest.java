package net.viaduct.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The laboratory itself, proved with the kernel's VTEP on every host. */
class KernelHostsTest {
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.100");
  private static final int VNI = 100;
  private static final int PORT = 4789;
  private static final long MS = 1_000_000;

  @TempDir private Path directory;

  private final List<KernelVtep> vteps = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  private void build(Lab lab, int hosts, @Nullable IpAddress group) {
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    for (int i = 1; i <= hosts; i++) {
      IpAddress address = IpAddress.parse("10.77.0." + i);
      LabHost host = new LabHost(lab, underlay, "h" + i, address, 24);
      KernelVtep vtep = new KernelVtep(host, VNI, PORT, group);
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machine.attachVeth(host, "port" + i);
      vtep.attach("port" + i);
      vteps.add(vtep);
      machines.add(machine);
    }
  }

  private List<PingFlow> allPairs(boolean ipv6) {
    List<PingFlow> flows = new ArrayList<>();
    for (Machine from : machines) {
      var socket = from.pingSocket(ipv6);
      for (Machine to : machines) {
        if (!to.name().equals(from.name())) {
          flows.add(new PingFlow(from.name(), to.name(), socket, to.ip(ipv6)));
        }
      }
    }
    return flows;
  }

  private static List<PingResult> ping(List<PingFlow> flows, PingPlan plan) throws Exception {
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await();
  }

  @Test
  void shouldPingAllPairsByGroupWithBothFamiliesAndFullFrames() throws Exception {
    try (Lab lab = LabProbe.open(directory)) {
      build(lab, 3, GROUP);
      for (boolean ipv6 : new boolean[] {false, true}) {
        int fullPayload = ipv6 ? 1500 - 40 - 8 : 1500 - 20 - 8;
        for (int payload : new int[] {0, 56, fullPayload}) {
          List<PingResult> results =
              ping(allPairs(ipv6), new PingPlan(3, 10 * MS, 3000 * MS, payload));
          assertThat(results).hasSize(6).allSatisfy(KernelHostsTest::isPerfect);
        }
      }
      assertThat(vteps.getFirst().learned())
          .filteredOn(entry -> entry.remote() != null)
          .extracting(entry -> entry.mac())
          .contains(machines.get(1).spec().mac(), machines.get(2).spec().mac());
    }
  }

  @Test
  void shouldPingByListOfRemotes() throws Exception {
    try (Lab lab = LabProbe.open(directory)) {
      build(lab, 2, null);
      vteps.get(0).addRemote(vteps.get(1).host().address());
      vteps.get(1).addRemote(vteps.get(0).host().address());
      List<PingResult> results = ping(allPairs(false), new PingPlan(3, 10 * MS, 3000 * MS, 56));
      assertThat(results).allSatisfy(KernelHostsTest::isPerfect);
    }
  }

  @Test
  void shouldTellWhatIsLost() throws Exception {
    try (Lab lab = LabProbe.open(directory)) {
      build(lab, 2, null); // no remotes, so nothing arrives
      PingPlan plan = new PingPlan(3, 10 * MS, 50 * MS, 56);
      assertThat(ping(allPairs(false), plan))
          .hasSize(2)
          .allSatisfy(result -> {
            assertThat(result.sent()).isEqualTo(3);
            assertThat(result.lost()).isEqualTo(3);
            assertThat(result.longestLoss()).isEqualTo(3);
          });
    }
  }

  @Test
  void shouldMoveMachineWhilePingsRun() throws Exception {
    try (Lab lab = LabProbe.open(directory)) {
      build(lab, 3, GROUP);
      Machine mover = machines.getFirst();
      mover.prepareMove(vteps.get(1).host(), "port1");
      vteps.get(1).attach("port1");
      List<PingFlow> flows = allPairs(false);
      ping(flows, new PingPlan(1, 0, 3000 * MS, 56));
      PingPlan endless = new PingPlan(PingPlan.COUNT_MAX, 2 * MS, 1000 * MS, 56);
      PingRun running = PingRun.start(flows, endless, new EpollReadiness(), System::nanoTime);
      mover.move();
      assertThat(isReachedWithin(100, allPairs(false))).isTrue();
      running.stop();
      assertThat(running.await())
          .filteredOn(result -> !result.flow().from().equals(mover.name()))
          .filteredOn(result -> !result.flow().to().equals(mover.name()))
          .hasSize(2)
          .allSatisfy(result -> assertThat(result.lost()).as("%s", result).isZero());
      assertThat(vteps.get(2).learned())
          .filteredOn(entry -> entry.mac() == mover.spec().mac() && entry.remote() != null)
          .extracting(entry -> entry.remote())
          .containsExactly(vteps.get(1).host().address());
    }
  }

  /** A bridge uses a port some time after the cable was plugged in. */
  private static boolean isReachedWithin(int attempts, List<PingFlow> flows) throws Exception {
    for (int i = 0; i < attempts; i++) {
      List<PingResult> results = ping(flows, new PingPlan(1, 0, 100 * MS, 56));
      if (results.stream().allMatch(result -> result.lost() == 0)) {
        return true;
      }
    }
    return false;
  }

  private static void isPerfect(PingResult result) {
    assertThat(result.lost()).as("%s", result).isZero();
    assertThat(result.damaged()).as("%s", result).isZero();
    assertThat(result.roundTrips().minimumNs()).as("%s", result).isPositive();
    assertThat(result.roundTrips().maximumNs())
        .isGreaterThanOrEqualTo(result.roundTrips().medianNs());
  }
}
