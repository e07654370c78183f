package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Route;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabRouter;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A link of the underlay that carries less than the hosts' devices say: nobody tells them, or a
 * router does, or somebody lies. Machine N is behind host N.
 */
class BlackHoleTest {
  private static final int VNI = 100;
  private static final int DEVICE_MTU = 1500;
  private static final int NARROW_MTU = 1400;
  private static final long MS = 1_000_000;
  private static final long MEGABYTE = 1 << 20;
  private static final PingPlan SMALL_ONES = new PingPlan(65_536, 10 * MS, 2000 * MS, 56);
  private static final IpAddress NEAR = IpAddress.parse("10.77.0.1");
  private static final IpAddress FAR = IpAddress.parse("10.78.0.2");
  private static final int OVERHEAD = 50;
  private static final int IP_AND_ICMP = 28;

  @TempDir private Path directory;

  private Lab lab;
  private final List<Machine> machines = new ArrayList<>();

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private Machine machine(LabHost host, MachineSpec spec) {
    Machine machine = new Machine(lab, spec);
    machine.attachVeth(host, "veth");
    machines.add(machine);
    return machine;
  }

  private static String blue(String remotes) {
    return "blue: { vni: 100, flood: { remotes: [%s] }, ports: [{ device: veth }] }"
        .formatted(remotes);
  }

  private PingFlow flow(int from, int to) {
    Machine machine = machines.get(from - 1);
    Machine other = machines.get(to - 1);
    return new PingFlow(machine.name(), other.name(), machine.pingSocket(false), other.ip(false));
  }

  private static PingRun ping(List<PingFlow> flows, PingPlan plan) {
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime);
  }

  /** Tries until one of so many bytes is answered. */
  private void awaitReachable(int from, int to, int payloadBytes) throws Exception {
    List<PingFlow> flows = List.of(flow(from, to));
    List<PingResult> results = List.of();
    for (int i = 0; i < 50; i++) {
      results = ping(flows, new PingPlan(1, 0, 300 * MS, payloadBytes)).await();
      if (results.getFirst().lost() == 0) {
        return;
      }
    }
    throw new AssertionError("not reachable: " + results);
  }

  private static String path(String remote, int mtuBytes, String source) {
    return "\"%s\"[^}]*\"mtuBytes\":%d,[^}]*\"source\":\"%s\""
        .formatted(remote.replace(".", "\\."), mtuBytes, source);
  }

  @Test
  @Tag("P1")
  @Tag("R32")
  @Tag("R33")
  @DisplayName("a link that drops large packets in silence is found and named, and TCP goes on")
  void shouldFindABlackHoleAndGoOn() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", DEVICE_MTU);
    List<ViaductHost> hosts = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      LabHost host = new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24);
      segmentBeforeTheLink(host);
      machine(host, MachineSpec.numbered(i));
      String others = "10.77.0.%d, 10.77.0.%d".formatted(i % 3 + 1, (i + 1) % 3 + 1);
      hosts.add(ViaductHost.start(lab, host, blue(others)));
    }
    ViaductHost near = hosts.getFirst();
    for (int to = 2; to <= 3; to++) {
      awaitReachable(1, to, 56);
      near.awaitAnswer("/v1/remotes", path("10.77.0." + to, DEVICE_MTU, "probed"));
    }
    ForgedTooBig.send(
        hosts.get(2).host().namespace(), near.host(), IpAddress.parse("10.77.0.2"), VNI);
    NetNamespace from = machines.get(0).namespace();
    NetNamespace to = machines.get(1).namespace();
    EndlessTransfer transfer = EndlessTransfer.start(from, to, "192.168.100.2");
    PingRun small = ping(List.of(flow(1, 2), flow(2, 3), flow(3, 1)), SMALL_ONES);
    transfer.awaitMore(10 * MEGABYTE);
    assertThat(near.get("/v1/remotes")).containsPattern(path("10.77.0.2", DEVICE_MTU, "probed"));

    underlay.narrow("h2", NARROW_MTU);
    long narrowedNs = System.nanoTime();
    near.awaitAnswer("/v1/remotes", path("10.77.0.2", NARROW_MTU, "black-hole"));
    long foundNs = System.nanoTime();
    transfer.awaitMore(10 * MEGABYTE);
    System.out.printf(
        "black hole: found in %d ms; TCP stood still for %d ms at most%n",
        (foundNs - narrowedNs) / MS, transfer.longestStallMs());
    transfer.finish();
    assertThat(near.ask("show", "remotes").output())
        .containsPattern("10\\.77\\.0\\.2 .* 1400 +black-hole ")
        .containsPattern("10\\.77\\.0\\.3 .* 1500 +probed ");
    int[] sizes = {0, 1000, 1322, 1323, 1400, 1472, 4000};
    Datagrams.check(from, to, "192.168.100.2", sizes, 1);
    Datagrams.check(to, from, "192.168.100.1", sizes, 2);
    small.stop();
    assertThat(small.await()).allSatisfy(it -> assertThat(it.lost()).as("%s", it).isZero());
  }

  @Test
  @Tag("P1")
  @Tag("R33")
  @DisplayName("a router's ICMP counts if it quotes what was sent, and what others say does not")
  void shouldBelieveARouterOfWhatWasSent() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch wide = new LabSwitch(lab, "wide", DEVICE_MTU);
    LabSwitch narrow = new LabSwitch(lab, "narrow", NARROW_MTU);
    LabRouter router = new LabRouter(lab, "r");
    router.attach(wide, IpAddress.parse("10.77.0.254"), 24);
    router.attach(narrow, IpAddress.parse("10.78.0.254"), 24);
    LabHost host = new LabHost(lab, wide, "h1", NEAR, 24);
    LabHost far = new LabHost(lab, narrow, "k2", FAR, 24);
    route(host, "10.78.0.0", "10.77.0.254");
    route(far, "10.77.0.0", "10.78.0.254");
    machine(host, MachineSpec.numbered(1));
    MachineSpec two = MachineSpec.numbered(2);
    machine(far, two.withMtu(NARROW_MTU - OVERHEAD));
    KernelVtep kernel = new KernelVtep(far, VNI, 4789, null);
    kernel.addRemote(NEAR);
    kernel.attach("veth");
    ViaductHost viaduct = ViaductHost.start(lab, host, blue(FAR.toString()));
    awaitReachable(1, 2, 56);
    ForgedTooBig.send(router.namespace(), host, FAR, VNI);
    assertThat(viaduct.get("/v1/remotes")).containsPattern(path("10.78.0.2", DEVICE_MTU, "device"));

    // less than the device takes and more than the link: lost, until the machine was told
    awaitReachable(1, 2, DEVICE_MTU - OVERHEAD - IP_AND_ICMP);
    viaduct.awaitAnswer("/v1/remotes", path("10.78.0.2", NARROW_MTU, "icmp"));
    ForgedTooBig.send(router.namespace(), host, FAR, VNI);
    int fits = NARROW_MTU - OVERHEAD - IP_AND_ICMP;
    for (int payload : new int[] {56, fits - 1, fits, fits + 1, 1472, 4000}) {
      PingPlan plan = new PingPlan(3, 5 * MS, 2000 * MS, payload);
      assertThat(ping(List.of(flow(1, 2), flow(2, 1)), plan).await())
          .allSatisfy(it -> assertThat(it.lost()).as("%s of %d", it, payload).isZero());
    }
    assertThat(viaduct.get("/v1/remotes")).containsPattern(path("10.78.0.2", NARROW_MTU, "icmp"));
  }

  private static void route(LabHost host, String to, String by) {
    IpAddress destination = IpAddress.parse(to);
    host.net().routes().add(Route.to(destination, 24, IpAddress.parse(by), host.uplinkIndex()));
  }

  /** A bridge lets super-frames pass whatever their size is; a real link sees packets. */
  private static void segmentBeforeTheLink(LabHost host) throws Exception {
    String[] command = {"ethtool", "-K", LabHost.UPLINK, "gso", "off", "tso", "off"};
    CommandRun.Result result = CommandRun.in(host.namespace(), command);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }
}
