package net.viaduct.systemtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/**
 * Open vSwitch as the VTEP of a host, with a database and a switch of its own and the user-space
 * datapath, so that no module of the kernel is needed. Both daemons are processes of a laboratory,
 * and end with it. Owned by the test's thread.
 *
 * <p>The bridge {@code br-phy} has the uplink and the host's addresses: tunnels of this datapath
 * leave by a bridge. The bridge {@code br-int} has the machines and the tunnel.
 */
final class OvsHost {
  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
  private static final String TUNNEL = "tun0";
  private static final int TUNNEL_PORT = 100;
  private static final int TRIES = 200;
  private static final long TRY_MS = 50;
  private static final String TIMEOUT = "--timeout=10"; // of each command, seconds

  /** The kernel sees what comes by the uplink as well, and would answer that nobody listens. */
  private static final String ONLY_FOR_OVS =
      "chain raw { type filter hook prerouting priority -300; iifname \"eth0\" drop; }";

  private static final Pattern STATION =
      Pattern.compile("^\\s*(\\w+)\\s+\\d+\\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})", Pattern.MULTILINE);

  private final Lab lab;
  private final LabHost host;
  private final Path directory;
  private final List<LabProcess> daemons = new ArrayList<>();

  private OvsHost(Lab lab, LabHost host) throws Exception {
    this.lab = lab;
    this.host = host;
    directory = Files.createDirectory(lab.directory().resolve("ovs")); // sockets: 107 bytes at most
  }

  /** Skips the test where Open vSwitch cannot run. */
  static void require() {
    for (String program : new String[] {"ovs-vswitchd", "ovsdb-server", "ethtool"}) {
      SystemLab.requireProgram(program);
    }
    SystemLab.requireBpf("Open vSwitch"); // a filter of its packet sockets
  }

  /**
   * Starts a switch that takes over the uplink of a host and its addresses.
   *
   * @param ipv6 a second address of the host
   */
  static OvsHost start(Lab lab, LabHost host, IpAddress ipv6) throws Exception {
    OvsHost ovs = new OvsHost(lab, host);
    ovs.startDaemons();
    ovs.takeUplink(ipv6);
    ovs.configure("add-br", "br-int", "--", "set", "bridge", "br-int", "datapath_type=netdev");
    return ovs;
  }

  private void startDaemons() throws Exception {
    String database = directory.resolve("conf.db").toString();
    run("ovsdb-tool", "create", database, SCHEMA.toString());
    daemon("ovsdb-server", database, "--remote=punix:" + socket("db.sock"));
    await("the database's socket", () -> Files.exists(directory.resolve("db.sock")));
    configure("--no-wait", "init");
    daemon("ovs-vswitchd", "unix:" + socket("db.sock"), "-vconsole:warn", "-vdpif:err");
    await("the switch's control", () -> Files.exists(directory.resolve("ovs-vswitchd.ctl")));
    control("version");
  }

  private void daemon(String program, String... arguments) {
    ProcessBuilder command = new ProcessBuilder(program);
    command.command().addAll(List.of(arguments));
    command.command().add("--unixctl=" + socket(program + ".ctl"));
    command.environment().put("OVS_RUNDIR", directory.toString());
    command.redirectErrorStream(true).redirectOutput(log(program).toFile());
    daemons.add(lab.start(program, host.namespace(), command));
  }

  private void takeUplink(IpAddress ipv6) throws Exception {
    PacketRules.require(host.namespace(), "inet");
    new PacketRules(host.namespace(), "inet only", ONLY_FOR_OVS);
    int uplink = host.uplinkIndex();
    String mac = MacAddress.format(host.net().links().require(LabHost.UPLINK).mac());
    host.net().addresses().remove(uplink, host.address(), 24);
    configure(
        "add-br",
        "br-phy",
        "--",
        "set",
        "bridge",
        "br-phy",
        "datapath_type=netdev",
        "other_config:hwaddr=\"" + mac + "\"",
        "--",
        "add-port",
        "br-phy",
        LabHost.UPLINK);
    int bridge = host.net().links().require("br-phy").index();
    host.net().links().disableIpv6Autoconfiguration(bridge);
    host.net().links().up(bridge);
    host.net().addresses().add(bridge, host.address(), 24);
    host.net().addresses().add(bridge, ipv6, 64);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      if (condition.holds()) {
        return;
      }
      for (LabProcess daemon : daemons) {
        assertThat(daemon.isAlive()).as("%s ended: %s", daemon.name(), logs()).isTrue();
      }
      Thread.sleep(TRY_MS); // files and other processes tell nobody when they are ready
    }
    throw new AssertionError(what + " did not come to be; " + logs());
  }

  private Path log(String program) {
    return directory.resolve(program + ".log");
  }

  private String socket(String name) {
    return directory.resolve(name).toString();
  }

  private String logs() {
    return SystemLab.read(log("ovsdb-server")) + SystemLab.read(log("ovs-vswitchd"));
  }

  private String run(String... command) throws Exception {
    CommandRun.Result result = CommandRun.in(host.namespace(), command);
    assertThat(result.exitCode())
        .as("%s: %s; %s", String.join(" ", command), result.output(), logs())
        .isZero();
    return result.output();
  }

  private String configure(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + socket("db.sock"), TIMEOUT));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  private String control(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("ovs-appctl", "-t", socket("ovs-vswitchd.ctl"), TIMEOUT));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Makes a device of the host a port of the network. */
  void attach(String device) throws Exception {
    configure("add-port", "br-int", device);
  }

  /**
   * Makes the tunnel, in place of the one that there was, and forgets all stations.
   *
   * @param options of the interface: {@code type=vxlan options:key=100 ...}
   */
  void tunnel(String options) throws Exception {
    removeTunnel();
    List<String> arguments = new ArrayList<>(List.of("add-port", "br-int", TUNNEL, "--"));
    arguments.addAll(List.of("set", "interface", TUNNEL, "ofport_request=" + TUNNEL_PORT));
    arguments.addAll(List.of(options.split(" ")));
    configure(arguments.toArray(String[]::new));
    assertThat(configure("get", "interface", TUNNEL, "ofport", "error").strip())
        .as("port and error of %s", options)
        .isEqualTo(TUNNEL_PORT + "\n[]");
    control("fdb/flush", "br-int");
  }

  /** Removes the tunnel if there is one. */
  void removeTunnel() throws Exception {
    configure("--if-exists", "del-port", "br-int", TUNNEL);
  }

  /**
   * Has a Geneve option with four bytes of content in every frame that comes from a device.
   *
   * @param type of the option, the highest bit of which says that it is critical
   */
  void sendGeneveOption(String device, int type) throws Exception {
    sendNoOptions();
    String option = "{class=0x0102,type=0x%02x,len=4}->tun_metadata0".formatted(type);
    openFlow("add-tlv-map", "br-int", option);
    String actions = "set_field:0xdeadbeef->tun_metadata0,NORMAL";
    openFlow("add-flow", "br-int", "priority=10,in_port=" + device + ",actions=" + actions);
  }

  /** Forwards all frames by what is learned, and nothing else. */
  void sendNoOptions() throws Exception {
    openFlow("del-flows", "br-int");
    openFlow("add-flow", "br-int", "priority=0,actions=NORMAL");
    // Deleted flows hold what they used of the map until the switch's threads have let go of them.
    await("an empty map of options", () -> isDone(openFlowCommand("del-tlv-map", "br-int")));
  }

  private boolean isDone(String... command) throws Exception {
    return CommandRun.in(host.namespace(), command).exitCode() == 0;
  }

  private void openFlow(String command, String... arguments) throws Exception {
    run(openFlowCommand(command, arguments));
  }

  private String[] openFlowCommand(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("ovs-ofctl", TIMEOUT, command));
    all.add("unix:" + socket(arguments[0] + ".mgmt"));
    all.addAll(List.of(arguments).subList(1, arguments.length));
    return all.toArray(String[]::new);
  }

  /** The stations that it learned to be behind the tunnel. */
  List<Long> stationsBehindTunnel() throws Exception {
    String port = Integer.toString(TUNNEL_PORT);
    List<MatchResult> all = STATION.matcher(control("fdb/show", "br-int")).results().toList();
    return all.stream()
        .filter(station -> station.group(1).equals(port))
        .map(station -> MacAddress.parse(station.group(2)))
        .toList();
  }

  /** Waits until it complains in its log, which it does not of every packet. */
  void awaitComplaint(String text) throws Exception {
    await("a complaint: " + text, () -> logs().contains(text));
  }

  /** What it knows and what it lost, for messages. */
  String diagnosis() {
    try {
      return control("fdb/show", "br-int")
          + control("tnl/neigh/show")
          + control("dpctl/dump-flows")
          + control("coverage/show").replaceAll("(?m)^(?!datapath_drop|drop_).*\n", "")
          + logs();
    } catch (Exception e) {
      return e.toString();
    }
  }
}
