package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A host with Viaduct and a host with the kernel's VXLAN device on one underlay, every offload of
 * every device at its default. Machines 1 and 2 are with Viaduct, on a veth and on a tap; 3 and 4
 * are with the kernel.
 */
class KernelInteropTest {
  private static final int VNI = 100;
  private static final int PORT = 4789;
  private static final long MS = 1_000_000;
  private static final long BULK_BYTES = 100L << 20;
  private static final IpAddress GROUP = IpAddress.parse("239.1.1.100");

  /** Where broadcast and what is unknown goes. */
  enum Flood {
    GROUP,
    REMOTES
  }

  @TempDir private Path directory;

  private Lab lab;
  private LabHost viaductSide;
  private LabHost kernelSide;
  private ViaductHost viaduct;
  private KernelVtep kernel;
  private final List<Machine> machines = new ArrayList<>();

  private void build(Flood flood) throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    viaductSide = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    kernelSide = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    IntStream.rangeClosed(1, 4)
        .forEach(i -> machines.add(new Machine(lab, MachineSpec.numbered(i))));
    machines.get(0).attachVeth(viaductSide, "veth1");
    viaduct = ViaductHost.start(lab, viaductSide, network(flood));
    machines.get(1).adoptTap(viaductSide, "tap2");
    kernel = new KernelVtep(kernelSide, VNI, PORT, flood == Flood.GROUP ? GROUP : null);
    if (flood == Flood.REMOTES) {
      kernel.addRemote(viaductSide.address());
    }
    for (int i = 2; i < 4; i++) {
      machines.get(i).attachVeth(kernelSide, "veth" + i);
      kernel.attach("veth" + i);
    }
  }

  private static String network(Flood flood) {
    String to = flood == Flood.GROUP ? "group: " + GROUP : "remotes: [10.77.0.2]";
    return """
    blue:
      vni: 100
      flood: { %s }
      ports:
        - device: veth1
        - tap: tap2
    """
        .formatted(to);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private List<PingFlow> allPairs(boolean ipv6) {
    List<PingFlow> flows = new ArrayList<>();
    for (Machine from : machines) {
      var socket = from.pingSocket(ipv6);
      for (Machine to : machines) {
        if (from != to) {
          flows.add(new PingFlow(from.name(), to.name(), socket, to.ip(ipv6)));
        }
      }
    }
    return flows;
  }

  private static List<PingResult> ping(List<PingFlow> flows, PingPlan plan) throws Exception {
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await();
  }

  private void awaitReachable() throws Exception {
    List<PingFlow> flows = allPairs(false);
    List<PingResult> results = List.of();
    for (int i = 0; i < 50; i++) {
      results = ping(flows, new PingPlan(1, 0, 200 * MS, 56));
      if (results.stream().allMatch(result -> result.lost() == 0)) {
        return;
      }
    }
    throw new AssertionError(
        "not reachable: " + results + "; drops " + viaduct.drops() + "; log " + viaduct.log());
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  @DisplayName("R1 R4 R6 R9 R11: ARP, ping, IPv6 and UDP of 1 to 1,500 bytes, both directions")
  void shouldExchangePacketsOfAllSizes(Flood flood) throws Exception {
    build(flood);
    awaitReachable();
    for (boolean ipv6 : new boolean[] {false, true}) {
      int headers = ipv6 ? 48 : 28;
      for (int payload : new int[] {0, 1, 56, 1499 - headers, 1500 - headers}) {
        assertThat(ping(allPairs(ipv6), new PingPlan(3, 5 * MS, 3000 * MS, payload)))
            .hasSize(12)
            .allSatisfy(result -> {
              assertThat(result.lost()).as("%s of %d bytes", result, payload).isZero();
              assertThat(result.damaged()).as("%s of %d bytes", result, payload).isZero();
            });
      }
    }
    int[] sizes = IntStream.concat(IntStream.of(0, 1, 2, 3), IntStream.range(1, 160)).toArray();
    int[] large = IntStream.of(1000, 1399, 1400, 1450, 1470, 1471, 1472, 4000, 20_000).toArray();
    int[][] pairs = {{0, 2}, {2, 0}, {1, 3}, {3, 1}, {0, 1}, {1, 0}};
    for (int[] pair : pairs) {
      Machine from = machines.get(pair[0]);
      Machine to = machines.get(pair[1]);
      for (boolean ipv6 : new boolean[] {false, true}) {
        String address = to.ip(ipv6).toString();
        Datagrams.check(from.namespace(), to.namespace(), address, sizes, 1);
        Datagrams.check(from.namespace(), to.namespace(), address, large, 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  @DisplayName("100 MB of TCP each way, veth and tap, IPv4 and IPv6, contents compared")
  void shouldCarryBulkTcpWithEveryOffloadAtItsDefault(Flood flood) throws Exception {
    build(flood);
    awaitReachable();
    int[][] pairs = {{0, 2}, {2, 0}, {1, 3}, {3, 1}};
    for (int[] pair : pairs) {
      Machine from = machines.get(pair[0]);
      Machine to = machines.get(pair[1]);
      for (boolean ipv6 : new boolean[] {false, true}) {
        Transfer.check(
            from.namespace(), to.namespace(), to.ip(ipv6).toString(), BULK_BYTES, pair[0]);
      }
    }
    // On one host, from a veth to a tap and back, super-frames are passed on whole.
    Transfer.check(
        machines.get(0).namespace(),
        machines.get(1).namespace(),
        machines.get(1).ip(false).toString(),
        BULK_BYTES,
        5);
    Transfer.check(
        machines.get(1).namespace(),
        machines.get(0).namespace(),
        machines.get(0).ip(true).toString(),
        BULK_BYTES,
        6);
  }

  /**
   * The kernel's VXLAN device sends without UDP checksum, so its GRO leaves each datagram alone.
   */
  @Test
  @DisplayName(
      "what the kernel's host cuts and sends one by one is put together, contents compared")
  void shouldPutTogetherWhatComesOneByOne() throws Exception {
    build(Flood.REMOTES);
    awaitReachable();
    SystemLab.requireProgram("ethtool");
    String[] cut = {"ethtool", "-K", LabHost.UPLINK, "gso", "off", "tso", "off"};
    CommandRun.Result result = CommandRun.in(kernelSide.namespace(), cut);
    assertThat(result.exitCode()).as(result.output()).isZero();
    for (boolean ipv6 : new boolean[] {false, true}) {
      String to = machines.get(1).ip(ipv6).toString();
      Transfer.check(
          machines.get(3).namespace(), machines.get(1).namespace(), to, BULK_BYTES / 4, 7);
    }
    String remotes = viaduct.get("/v1/remotes");
    assertThat(count(remotes, "receivedFrames") * 3)
        .as(remotes)
        .isLessThan(count(remotes, "receivedDatagrams"));
  }

  private static long count(String json, String name) {
    Matcher matcher = Pattern.compile("\"" + name + "\"\\s*:\\s*([0-9]+)").matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  @DisplayName("UDP super-frames of a machine arrive as the datagrams they stand for")
  void shouldCarrySegmentedDatagrams(Flood flood) throws Exception {
    build(flood);
    awaitReachable();
    for (int[] pair : new int[][] {{0, 2}, {2, 0}, {1, 3}, {3, 1}, {0, 1}, {1, 0}}) {
      Machine to = machines.get(pair[1]);
      for (boolean ipv6 : new boolean[] {false, true}) {
        SegmentedDatagrams.check(
            directory, machines.get(pair[0]).namespace(), to.namespace(), to.ip(ipv6).toString());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Flood.class)
  @DisplayName("R10: both sides learn; known unicast is not flooded; a moved machine is followed")
  void shouldLearnAndFollowMove(Flood flood) throws Exception {
    build(flood);
    awaitReachable();
    assertThat(kernel.learned())
        .filteredOn(entry -> entry.remote() != null)
        .extracting(entry -> entry.mac())
        .contains(machines.get(0).spec().mac(), machines.get(1).spec().mac());
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:03.*10\\.77\\.0\\.2");

    Machine mover = machines.get(2); // from the kernel's host to Viaduct's
    mover.prepareMove(viaductSide, "veth3");
    viaduct.rewrite(network(flood) + "    - device: veth3\n");
    assertThat(viaduct.reload().status()).as("reload: %s", viaduct.log()).isEqualTo(200);
    mover.move();
    awaitReachable();
    viaduct.awaitAnswer("/v1/stations", "02:00:00:00:00:03[^}]*veth3");
    assertThat(kernel.learned())
        .filteredOn(entry -> entry.mac() == mover.spec().mac() && entry.remote() != null)
        .extracting(entry -> entry.remote())
        .containsExactly(viaductSide.address());
  }
}
