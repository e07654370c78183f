package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two machines on a bridge of the kernel, and two on hosts of ours, who talk about the same: what
 * tshark sees in one of the second is what it sees in one of the first. Super-frames are cut on the
 * way and put together again; nothing of that may be seen but in how long frames are.
 */
class PlainLinkTest {
  private static final String TALK = "talk.py";
  private static final String END = "that was all that there is to say";
  private static final int MOST_BYTES = 65_535 + 14;

  /** Sent in one call, cut by a kernel, and put together by whoever can. */
  private static final int SEGMENT_BYTES = 1000;

  private static final int UDP_HEADER_BYTES = 8;

  /** What has nothing to do with who carries it, but with who asks when. */
  private static final String OF_THEIR_TALK =
      "!(icmpv6.type == 133 || icmpv6.type == 143) && !tcp.analysis.flags";

  private static final List<String> FIELDS =
      List.of(
          "eth.type",
          "ip.dsfield",
          "ip.ttl",
          "ip.flags",
          "ip.checksum.status",
          "ipv6.tclass",
          "ipv6.hlim",
          "ipv6.nxt",
          "arp.opcode",
          "icmpv6.type",
          "eth.trailer",
          "_ws.malformed",
          "tcp.flags",
          "tcp.option_kind");

  private static final int PUSH_OR_FINAL = 0x0009;
  private static final int SYNCHRONIZE = 0x0002;

  /** Sent after a loss, which a busy machine has on a plain link too. */
  private static final int WINDOW_REDUCED = 0x0080;

  @TempDir private Path directory;
  private Lab lab;

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  /** What was seen in a machine. */
  private record Seen(
      TreeSet<String> kinds, Map<String, Integer> datagrams, long segmented, int longest) {}

  @ParameterizedTest
  @ValueSource(strings = {"sockets", "tap"})
  @DisplayName("A machine cannot tell from the frames that come whether a tunnel carried them")
  void shouldShowNothingThatAPlainLinkDoesNotShow(String way) throws Exception {
    lab = SystemLab.open(directory);
    SystemLab.requireProgram("tshark");
    try (InputStream talk = PlainLinkTest.class.getResourceAsStream("/" + TALK)) {
      Files.copy(talk, directory.resolve(TALK));
    }
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    LabHost bridge = new LabHost(lab, underlay, "h3", IpAddress.parse("10.77.0.3"), 24);
    Machine near = machine(1, bridge);
    Machine far = machine(2, bridge);
    int br = bridge.net().links().create(new LinkSpec("br0", new LinkKind.Bridge(false)));
    for (String port : List.of("veth1", "veth2")) {
      bridge.net().links().master(bridge.net().links().require(port).index(), br);
    }
    bridge.net().links().up(br);
    Seen plain = talk("plain", near, far);

    LabHost h1 = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    LabHost h2 = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    Machine here = machine(3, h1);
    Machine there = machine(4, h2);
    start(h1, way, "veth3", "10.77.0.2");
    start(h2, way, "veth4", "10.77.0.1");
    Seen ours = talk("ours", here, there);

    assertThat(plain.kinds()).containsAll(ours.kinds());
    assertThat(ours.kinds()).hasSizeGreaterThan(15);
    assertThat(ours.datagrams()).isEqualTo(plain.datagrams());
    assertThat(ours.segmented()).isEqualTo(plain.segmented());
    assertThat(ours.longest()).isBetween(plain.longest() / 2, MOST_BYTES);
  }

  private Machine machine(int number, LabHost at) {
    Machine machine = new Machine(lab, MachineSpec.numbered(number));
    machine.attachVeth(at, "veth" + number);
    machine.namespace().sysctl("net/ipv4/tcp_ecn", "1");
    return machine;
  }

  private void start(LabHost host, String way, String port, String remote) throws Exception {
    String networks =
        """
        blue:
          vni: 100
          flood: { remotes: [%s] }
          ports: [{ device: %s }]
        """
            .formatted(remote, port);
    String underlay = "{ address: %s, way: %s }".formatted(host.address(), way);
    ViaductHost started = ViaductHost.start(lab, host, underlay, networks);
    if (way.equals("tap")) {
      started.awaitAnswer("/v1/status", "tap vd-ul0 to eth0|segment UDP");
      assumeTrue(started.get("/v1/status").contains("tap vd-ul0"), "no tap for tunnels here");
    }
  }

  private Seen talk(String name, Machine from, Machine to) throws Exception {
    Path file = directory.resolve(name + ".pcapng");
    NetNamespace far = to.namespace();
    LabProcess capture =
        start(
            name + "-capture",
            "Capture started",
            far,
            List.of("tshark", "-q", "-i", "eth0", "-s", "300", "-w", file.toString()));
    LabProcess other = start(name + "-answer", "ready", far, python("answer"));
    CommandRun.Result result =
        CommandRun.in(
            from.namespace(),
            python("ask", to.ip(false).toString(), to.ip(true).toString()).toArray(String[]::new));
    assertThat(result.output()).contains("done");
    ViaductHost.await("the end in " + file, () -> hasEnd(file));
    other.stop();
    capture.stop();
    return read(far, file);
  }

  private static boolean hasEnd(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(END);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> python(String... arguments) {
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3"));
    command.add(directory.resolve(TALK).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private LabProcess start(String name, String sign, NetNamespace where, List<String> command)
      throws Exception {
    Path log = directory.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    LabProcess process = lab.start(name, where, builder);
    ViaductHost.await(name, () -> SystemLab.read(log).contains(sign));
    return process;
  }

  private static Seen read(NetNamespace where, Path file) throws Exception {
    TreeSet<String> kinds = new TreeSet<>();
    int longest = 0;
    List<String> fields = new ArrayList<>(List.of("frame.len"));
    fields.addAll(FIELDS);
    for (String[] packet : decode(where, file, OF_THEIR_TALK, fields)) {
      longest = Math.max(longest, Integer.parseInt(packet[0]));
      int flags = packet.length - 2;
      if (!packet[flags].isEmpty()) { // with which segment these come is the sender's chance
        packet[flags] = Integer.toHexString(lasting(Integer.decode(packet[flags])));
        packet[flags + 1] = packet[flags + 1].replace(",1,1,5", ""); // as is what comes twice
      }
      packet[0] = "";
      kinds.add(String.join("|", packet));
    }
    Map<String, Integer> datagrams = new TreeMap<>();
    long segmented = 0;
    for (String[] packet : decode(where, file, "udp", List.of("frame.len", "udp.length"))) {
      int payload = Integer.parseInt(packet[1]) - UDP_HEADER_BYTES;
      if (payload > 0 && payload % SEGMENT_BYTES == 0 && !packet[0].equals("1514")) {
        segmented += payload;
      } else {
        datagrams.merge(String.join(" ", packet), 1, Integer::sum);
      }
    }
    return new Seen(kinds, datagrams, segmented, longest);
  }

  private static int lasting(int flags) {
    boolean opens = (flags & SYNCHRONIZE) != 0;
    return flags & ~PUSH_OR_FINAL & (opens ? -1 : ~WINDOW_REDUCED);
  }

  private static List<String[]> decode(
      NetNamespace where, Path file, String filter, List<String> fields) throws Exception {
    List<String> command = new ArrayList<>(List.of("tshark", "-n", "-r", file.toString()));
    command.addAll(List.of("-o", "ip.check_checksum:TRUE", "-T", "fields", "-E", "separator=|"));
    command.addAll(List.of("-Y", filter));
    fields.forEach(field -> command.addAll(List.of("-e", field)));
    CommandRun.Result result = CommandRun.in(where, command.toArray(String[]::new));
    return result
        .output()
        .lines()
        .filter(line -> line.contains("|"))
        .map(line -> line.split("\\|", -1))
        .toList();
  }
}
