package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What machines run in real networks, across two hosts of ours: keepalived, a DHCP server and its
 * client, router advertisements, mDNS. Machines 1 and 2 are on the first host, 3 and 4 on the
 * second. Answering for stations is on.
 */
class EdgeDaemonsTest {
  private static final int FAILOVERS = Integer.getInteger("viaduct.failovers", 100);
  private static final String VIRTUAL = "192.168.100.200";
  private static final PingPlan ONE_PING = new PingPlan(1, 0, 1_000_000_000L, 56);
  private static final PingPlan FIRST_PINGS = new PingPlan(3, 10_000_000L, 2_000_000_000L, 56);
  private static final long PATIENCE_NS = 20_000_000_000L;

  @TempDir private Path directory;

  private Lab lab;
  private final List<ViaductHost> hosts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  private void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    List<LabHost> at = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      at.add(new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24));
    }
    IntStream.rangeClosed(1, 4)
        .forEach(i -> machines.add(new Machine(lab, MachineSpec.numbered(i))));
    for (int i = 0; i < 4; i++) {
      machines.get(i).attachVeth(at.get(i / 2), "veth" + (i + 1));
    }
    for (int i = 0; i < 2; i++) {
      String network =
          """
          blue:
            vni: 100
            flood: { remotes: [10.77.0.%d] }
            neighbours: { suppression: true }
            ports:
              - device: veth%d
              - device: veth%d
          """
              .formatted(2 - i, 2 * i + 1, 2 * i + 2);
      hosts.add(ViaductHost.start(lab, at.get(i), network));
    }
    await("m4 reaches m1", () -> ping(3, "192.168.100.1"));
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Its sockets have filters, which are BPF programs. */
  private static void requireBpf(String program) {
    String bpf = System.getenv("VIADUCT_BPF");
    Assumptions.assumeTrue(bpf == null, program + " needs BPF; VIADUCT_BPF=" + bpf);
  }

  private static void require(String program) throws Exception {
    boolean found = new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
    Assumptions.assumeTrue(found, program + " is not to be had");
  }

  private CommandRun.Result run(int machine, String... command) {
    try {
      return CommandRun.in(machines.get(machine).namespace(), command);
    } catch (Exception e) {
      throw new AssertionError(String.join(" ", command), e);
    }
  }

  private PingFlow flow(int machine, String address) {
    IpAddress to = IpAddress.parse(address);
    Machine from = machines.get(machine);
    return new PingFlow(from.name(), address, from.pingSocket(!to.isIpv4()), to);
  }

  private boolean ping(int machine, String address) {
    List<PingFlow> flows = List.of(flow(machine, address));
    try {
      return PingRun.start(flows, ONE_PING, new EpollReadiness(), System::nanoTime)
              .await()
              .getFirst()
              .lost()
          == 0;
    } catch (Exception e) {
      throw new AssertionError(address, e);
    }
  }

  private void await(String what, BooleanSupplier condition) throws Exception {
    long end = System.nanoTime() + PATIENCE_NS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError(
            what + " did not come to be; " + hosts.get(0).log() + hosts.get(1).log());
      }
      Thread.sleep(20); // asking takes a process each time
    }
  }

  private void start(int machine, String name, String... command) throws Exception {
    Path output = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    lab.start(name, machines.get(machine).namespace(), builder);
  }

  @Test
  @Tag("P16")
  @DisplayName("keepalived fails over 100 times between two hosts; the others reach it each time")
  void shouldReachTheVirtualRouterAfterEachFailover() throws Exception {
    require("keepalived");
    requireBpf("keepalived");
    require("/usr/bin/python3");
    build();
    AnnouncementWatch watch = new AnnouncementWatch(lab, machines, VIRTUAL);
    await("listeners", watch::isReady);
    Path favour = directory.resolve("favour"); // the one whose file says more is the master
    Files.writeString(favour, "0\n");
    keepalived(0, 100, directory.resolve("unused"));
    Files.writeString(directory.resolve("unused"), "0\n");
    keepalived(2, 90, favour);
    await("the first master", () -> has(0) && ping(1, VIRTUAL) && ping(3, VIRTUAL));
    List<PingFlow> flows = List.of(flow(1, VIRTUAL), flow(3, VIRTUAL));
    for (int failover = 1; failover <= FAILOVERS; failover++) {
      int master = failover % 2 == 1 ? 2 : 0;
      long sent = watch.sent(machines.get(master));
      Files.writeString(favour, master == 2 ? "50\n" : "0\n");
      await(
          "failover " + failover,
          () -> has(master) && !has(2 - master) && watch.sent(machines.get(master)) > sent);
      awaitAnnounced(watch);
      assertThat(PingRun.start(flows, FIRST_PINGS, new EpollReadiness(), System::nanoTime).await())
          .as("failover %d", failover)
          .allSatisfy(result -> assertThat(result.lost()).as("%s", result).isZero());
    }
    for (ViaductHost host : hosts) {
      assertThat(host.get("/v1/flaps")).contains("[]");
      assertThat(host.get("/v1/counters")).containsPattern("\"stations-held\"\\s*:\\s*0");
    }
  }

  /**
   * Waits until all that the masters have announced by now is on the wires of the machines that
   * ping. Before that a ping goes to the old master, whoever carries it: keepalived configures the
   * address first, and a host whose process waits for a core carries the announcement late.
   */
  private void awaitAnnounced(AnnouncementWatch watch) throws Exception {
    long all = watch.sent(machines.get(0)) + watch.sent(machines.get(2));
    for (int machine : new int[] {1, 3}) {
      await(
          all + " announcements at machine " + (machine + 1),
          () -> watch.heard(machines.get(machine)) >= all);
    }
  }

  private void keepalived(int machine, int priority, Path favour) throws Exception {
    String name = "keepalived" + machine;
    Path config = directory.resolve(name + ".conf");
    Files.writeString(
        config,
        """
        global_defs {
          router_id m%d
          script_user root
          vrrp_version 3
          vrrp_garp_master_delay 1
        }
        vrrp_track_file favour {
          file %s
        }
        vrrp_instance v {
          state BACKUP
          interface eth0
          virtual_router_id 51
          priority %d
          advert_int 0.1
          use_vmac vrrp51
          vmac_xmit_base
          track_file {
            favour weight 1
          }
          virtual_ipaddress {
            %s/24
          }
        }
        """
            .formatted(machine, favour, priority, VIRTUAL));
    Files.writeString(favour, "0\n");
    String pids = directory.resolve(name).toString();
    start(
        machine,
        name,
        "keepalived",
        "-n",
        "-l",
        "-f",
        config.toString(),
        "-p",
        pids + ".p",
        "-r",
        pids + ".r",
        "-c",
        pids + ".c");
  }

  private boolean has(int machine) {
    return machines.get(machine).net().addresses().list().stream()
        .anyMatch(address -> address.ip().equals(IpAddress.parse(VIRTUAL)));
  }

  @Test
  @Tag("R52")
  @DisplayName("A DHCP lease across hosts, which is then known; IPv6 autoconfiguration; mDNS")
  void shouldCarryDhcpAutoconfigurationAndMulticastDns() throws Exception {
    require("dnsmasq");
    require("dhclient");
    requireBpf("dhclient");
    build();
    for (int machine : new int[] {0, 2}) { // both ends of a router advertisement are link-local
      machines.get(machine).namespace().sysctl("net/ipv6/conf/eth0/addr_gen_mode", "0");
    }
    run(0, "ip", "addr", "add", "fd00:70::1/64", "dev", "eth0");
    start(
        0,
        "dnsmasq",
        "dnsmasq",
        "-k",
        "--conf-file=/dev/null",
        "--port=0",
        "--interface=eth0",
        "--bind-interfaces",
        "--dhcp-range=192.168.100.100,192.168.100.120,255.255.255.0,5m",
        "--dhcp-range=fd00:70::,ra-only",
        "--enable-ra",
        "--user=root",
        "--log-facility=-",
        "--dhcp-leasefile=" + directory.resolve("leases"),
        "--pid-file=");
    Path script = directory.resolve("bound");
    Files.writeString(
        script,
        """
        #!/bin/sh
        [ "$reason" = BOUND ] && ip addr add $new_ip_address/24 dev $interface
        exit 0
        """);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    start(
        2,
        "dhclient",
        "dhclient",
        "-4",
        "-d",
        "-lf",
        directory.resolve("lease").toString(),
        "-sf",
        script.toString(),
        "-cf",
        "/dev/null",
        "--no-pid",
        "eth0");
    await(
        "a leased address",
        () -> run(2, "ip", "-4", "addr").output().matches("(?s).*\\.100\\.1[0-2][0-9]/.*"));
    for (ViaductHost host : hosts) {
      host.awaitAnswer("/v1/neighbours", "192\\.168\\.100\\.1[0-2][0-9]\"[^}]*02:00:00:00:00:03");
    }
    await("autoconfiguration", () -> run(2, "ip", "-6", "addr").output().contains("fd00:70:"));
    start(
        2,
        "listener",
        "/usr/bin/python3",
        "-u",
        "-c",
        "import socket,struct\n"
            + "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
            + "s.bind(('224.0.0.251',5353))\n"
            + "s.setsockopt(socket.IPPROTO_IP,socket.IP_ADD_MEMBERSHIP,struct.pack('4s4s',"
            + "socket.inet_aton('224.0.0.251'),socket.inet_aton('192.168.100.3')))\n"
            + "print('got',s.recv(100))\n");
    await(
        "a multicast datagram",
        () -> {
          run(
              0,
              "/usr/bin/python3",
              "-c",
              "import socket\n"
                  + "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
                  + "s.setsockopt(socket.IPPROTO_IP,socket.IP_MULTICAST_IF,"
                  + "socket.inet_aton('192.168.100.1'))\n"
                  + "s.sendto(b'who is there',('224.0.0.251',5353))\n");
          return SystemLab.read(directory.resolve("listener.log")).contains("who is there");
        });
  }

  @Test
  @Tag("R52")
  @DisplayName("Questions for known machines are answered at the first host; announce works")
  void shouldAnswerForRealMachinesAndAnnounceThem() throws Exception {
    build();
    assertThat(ping(0, "192.168.100.3")).isTrue();
    run(0, "ip", "neigh", "flush", "all");
    assertThat(ping(0, "192.168.100.3")).isTrue();
    assertThat(ping(0, "fd00:100::3") || ping(0, "fd00:100::3")).isTrue();
    run(0, "ip", "-6", "neigh", "flush", "all");
    assertThat(ping(0, "fd00:100::3")).isTrue();
    assertThat(hosts.get(0).get("/v1/counters"))
        .containsPattern("\"neighbours-answered\"\\s*:\\s*[2-9]");
    assertThat(hosts.get(0).ask("show", "neighbours").output())
        .contains("192.168.100.3", "fd00:100::3", "remote 10.77.0.2");
    CommandRun.Result announced = hosts.get(0).ask("announce", "--port", "veth1");
    assertThat(announced.output()).contains("1 station announced");
    assertThat(hosts.get(0).ask("announce", "--port", "vm7").output()).contains("no port vm7");
  }
}
