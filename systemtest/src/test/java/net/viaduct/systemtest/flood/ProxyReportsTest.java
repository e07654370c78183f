package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Machines 1 and 2 on host 1, 3 on host 2, whose kernels speak IGMP and MLD; the hosts report for
 * them. Behind a second port of host 2 is a bridge of the kernel that asks, and that sends a stream
 * only to those of whom it has been told. What it hears on its wire is decoded by tshark.
 */
@Tag("R65")
class ProxyReportsTest {
  private static final StandardProtocolFamily INET6 = StandardProtocolFamily.INET6;
  private static final String QUERIER = "192.168.100.200";
  private static final String GROUP = "239.1.2.3";
  private static final String OTHER_GROUP = "239.1.2.4";
  private static final String SOURCES_GROUP = "232.1.2.3";
  private static final String SOURCE = "192.168.100.7";
  private static final String GROUP6 = "ff05::1:3";
  private static final String HOST_1 = "56:69:61:4d:00:01";
  private static final String HOST_2 = "56:69:61:4d:00:02";
  private static final String MLD_REPORTS =
      "icmpv6.type == 143 || icmpv6.type == 131 || icmpv6.type == 132";
  private static final List<String> FIELDS =
      List.of(
          "eth.src",
          "ip.src",
          "igmp.type",
          "igmp.record_type",
          "igmp.maddr",
          "igmp.saddr",
          "igmp.checksum.status",
          "ip.checksum.status",
          "icmpv6.type",
          "icmpv6.mldr.mar.record_type",
          "icmpv6.mldr.mar.multicast_address",
          "icmpv6.checksum.status",
          "_ws.malformed",
          "_ws.expert.severity");

  @TempDir private Path directory;

  private Lab lab;
  private NetNamespace bridge;
  private final List<Machine> machines = new ArrayList<>();
  private final List<ViaductHost> hosts = new ArrayList<>();

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void build() throws Exception {
    lab = SystemLab.open(directory);
    SystemLab.requireProgram("tshark");
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    bridge = lab.createNamespace("bridge");
    List<LabHost> at = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      at.add(new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24));
    }
    for (int i = 1; i <= 3; i++) {
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machine.attachVeth(at.get(i / 3), "veth" + i);
      machines.add(machine);
    }
    KernelBridge.attach(at.get(1), "trunk", bridge);
    hosts.add(
        ViaductHost.start(lab, at.get(0), network(2, "{ device: veth1 }, { device: veth2 }")));
    hosts.add(
        ViaductHost.start(lab, at.get(1), network(1, "{ device: veth3 }, { device: trunk }")));
  }

  private static String network(int other, String ports) {
    return """
    blue:
      vni: 100
      flood: { remotes: [10.77.0.%d] }
      multicast:
        snooping: true
        reports: proxy
        querier: { enabled: false, interval: 1s, response: 200ms, last-member: 200ms }
      ports: [%s]
    """
        .formatted(other, ports);
  }

  private LabProcess capture(String name) throws Exception {
    Path file = directory.resolve(name);
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder("tshark", "-q", "-i", "p0", "-w", file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    LabProcess capture = lab.start(name, bridge, builder);
    // "Capturing on" is what tshark is about to do: it is said before the interface is open
    Awaiting.await("a capture", () -> SystemLab.read(log).contains("Capture started"));
    return capture;
  }

  /** What tshark says about the reports that came, each with all fields, of a record each. */
  private List<List<String>> decode(String name, String filter) throws Exception {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r"));
    command.add(directory.resolve(name).toString());
    command.addAll(List.of("-o", "ip.check_checksum:TRUE", "-T", "fields"));
    command.addAll(List.of("-E", "separator=|", "-E", "occurrence=a", "-Y", filter));
    FIELDS.forEach(field -> command.addAll(List.of("-e", field)));
    CommandRun.Result result = CommandRun.in(bridge, command.toArray(String[]::new));
    return result
        .output()
        .lines()
        .filter(line -> line.contains("|"))
        .map(line -> List.of(line.split("\\|", -1)))
        .toList();
  }

  private static String field(List<String> packet, String name) {
    return packet.get(FIELDS.indexOf(name));
  }

  private static Set<String> all(List<List<String>> packets, String name) {
    return packets.stream().map(packet -> field(packet, name)).collect(Collectors.toSet());
  }

  /** Reports that came from hosts; none may have come from a machine. */
  private List<List<String>> reports(String name, String filter) throws Exception {
    List<List<String>> packets = decode(name, filter);
    assertThat(all(packets, "eth.src")).noneMatch(source -> source.startsWith("02:00:00"));
    List<List<String>> ours =
        packets.stream().filter(packet -> field(packet, "eth.src").startsWith("56:69:61")).toList();
    assertThat(all(ours, "_ws.malformed")).containsExactly("");
    assertThat(all(ours, "_ws.expert.severity")).containsExactly("");
    return ours;
  }

  private boolean isKnown(String group) throws Exception {
    return CommandRun.in(bridge, "bridge", "mdb", "show").output().contains("grp " + group + " ");
  }

  private void awaitKnown(boolean known, String... groups) throws Exception {
    for (String group : groups) {
      Awaiting.await(
          "the bridge " + (known ? "knows " : "forgets ") + group, () -> isKnown(group) == known);
    }
  }

  /** A datagram from the bridge itself, which sends it only to ports of which it was told. */
  private void stream(String group) throws Exception {
    String program =
        """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[1]))
        s.sendto(bytes(100), (sys.argv[2], 5003))
        """;
    CommandRun.Result sent =
        CommandRun.in(bridge, "/usr/bin/python3", "-c", program, QUERIER, group);
    assertThat(sent.exitCode()).as(sent.output()).isZero();
  }

  private void awaitAsked(int version) throws Exception {
    KernelBridge.startAsking(bridge, QUERIER + "/24", version);
    hosts.get(1).awaitAnswer("/v1/groups", "\"router\"[^}]*\"trunk\"");
    for (String asks : List.of(QUERIER, "fe80:")) { // before that reports go on as they are
      hosts.get(0).awaitAnswer("/v1/groups", "asked-elsewhere\"[^}]*\"" + asks);
      hosts.get(1).awaitAnswer("/v1/groups", "asked-elsewhere\"[^}]*\"" + asks);
    }
  }

  @Test
  @DisplayName("The kernel's bridge believes IGMPv3 and MLDv2 that hosts write for real machines")
  void shouldReportToTheKernelsQuerier() throws Exception {
    build();
    awaitAsked(3);
    LabProcess capture = capture("reports.pcapng");
    Machine first = machines.get(0);
    Machine second = machines.get(1);
    try (GroupListener one = GroupListener.of(first).join(first, GROUP);
        GroupListener two = GroupListener.of(second).join(second, GROUP);
        GroupListener six = GroupListener.of(first, INET6).join(first, GROUP6);
        GroupListener near = GroupListener.of(machines.get(2)).join(machines.get(2), OTHER_GROUP)) {
      two.join(second, SOURCES_GROUP, SOURCE);
      awaitKnown(true, GROUP, OTHER_GROUP, SOURCES_GROUP, GROUP6);
      stream(GROUP);
      Awaiting.await("a datagram at machine 1", () -> one.poll() > 0);
      Awaiting.await("a datagram at machine 2", () -> two.poll() > 0);
      assertThat(six.poll() + near.poll()).isZero();
    }
    awaitKnown(false, GROUP, OTHER_GROUP, SOURCES_GROUP, GROUP6);
    capture.stop();

    List<List<String>> igmp = reports("reports.pcapng", "igmp && igmp.type != 0x11");
    assertThat(all(igmp, "eth.src")).containsExactlyInAnyOrder(HOST_1, HOST_2);
    assertThat(all(igmp, "ip.src")).containsExactly("0.0.0.0");
    assertThat(all(igmp, "igmp.type")).containsExactly("0x22");
    assertThat(all(igmp, "igmp.checksum.status")).containsExactly("1");
    assertThat(all(igmp, "ip.checksum.status")).containsExactly("1");
    assertThat(all(igmp, "igmp.saddr")).contains(SOURCE);
    List<List<String>> mld = reports("reports.pcapng", MLD_REPORTS);
    assertThat(all(mld, "eth.src")).contains(HOST_1);
    assertThat(all(mld, "icmpv6.type")).containsExactly("143");
    assertThat(all(mld, "icmpv6.checksum.status")).containsExactly("1");
    assertThat(String.join(",", all(mld, "icmpv6.mldr.mar.multicast_address"))).contains(GROUP6);
  }

  @Test
  @DisplayName("The same by IGMPv2 and MLDv1, if that is what the kernel's bridge speaks")
  void shouldReportToAnOlderQuerier() throws Exception {
    build();
    awaitAsked(2);
    LabProcess capture = capture("older.pcapng");
    Machine first = machines.get(0);
    try (GroupListener one = GroupListener.of(first).join(first, GROUP);
        GroupListener six = GroupListener.of(first, INET6).join(first, GROUP6)) {
      awaitKnown(true, GROUP, GROUP6);
      stream(GROUP);
      Awaiting.await("a datagram", () -> one.poll() > 0);
      assertThat(six.poll()).isZero();
    }
    awaitKnown(false, GROUP, GROUP6);
    capture.stop();

    String ofGroup = "igmp.maddr == " + GROUP + " && igmp.type != 0x11";
    List<List<String>> igmp = reports("older.pcapng", ofGroup);
    assertThat(all(igmp, "igmp.type")).containsExactlyInAnyOrder("0x16", "0x17");
    assertThat(all(igmp, "igmp.checksum.status")).containsExactly("1");
    String ofGroup6 = "icmpv6.mld.multicast_address == " + GROUP6 + " && icmpv6.type != 130";
    List<List<String>> mld = reports("older.pcapng", ofGroup6);
    assertThat(all(mld, "icmpv6.type")).containsExactlyInAnyOrder("131", "132");
    assertThat(all(mld, "icmpv6.checksum.status")).containsExactly("1");
  }
}
