package net.viaduct.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.capture.LinkType;
import net.viaduct.wire.capture.PacketWay;
import net.viaduct.wire.capture.PcapngWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Frames told by flags; tshark says whether they are what was told. */
class FrameFlagsTest {
  private static final String TO = "--to=02:00:00:00:00:02";
  private static final String[] CHECKED = {
    "eth.dst",
    "eth.src",
    "vlan.id",
    "ip.dst",
    "ipv6.dst",
    "tcp.dstport",
    "udp.dstport",
    "icmp.type",
    "icmpv6.type",
    "arp.dst.proto_ipv4",
    "ip.dsfield.dscp",
    "ip.ttl",
    "ip.checksum.status",
    "tcp.checksum.status",
    "udp.checksum.status",
    "icmp.checksum.status",
    "icmpv6.checksum.status",
    "frame.len"
  };

  @TempDir Path directory;

  @Command
  private static final class Holder {
    @Mixin private FrameFlags flags;
  }

  private static byte[] frame(String... arguments) throws IOException {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.flags.frame(() -> 0x0200_0000_0001L);
  }

  private Path capture(byte[]... frames) throws IOException {
    return capture(LinkType.ETHERNET, frames);
  }

  private Path capture(int linkType, byte[]... frames) throws IOException {
    Path file = directory.resolve("frames.pcapng");
    try (OutputStream out = Files.newOutputStream(file);
        PcapngWriter writer = new PcapngWriter(out, "test")) {
      int at = writer.addInterface(linkType, "vm1", "");
      for (byte[] frame : frames) {
        writer.packet(
            at, PacketWay.INBOUND, new CapturedPacket(linkType, "", 0, frame.length, frame), "");
      }
    }
    return file;
  }

  private List<String> tshark(byte[]... frames) throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>(List.of("tshark", "-n", "-T", "fields"));
    command.addAll(List.of("-E", "separator=|", "-r", capture(frames).toString()));
    for (String protocol : List.of("ip", "tcp", "udp")) {
      command.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
    }
    for (String field : CHECKED) {
      command.addAll(List.of("-e", field));
    }
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      assumeTrue(false, "tshark is not installed");
      throw e;
    }
    String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return lines.lines().toList();
  }

  @Test
  void shouldBuildWhatTsharkReads() throws Exception {
    String head = "02:00:00:00:00:02|02:00:00:00:00:01|";
    assertThat(
            tshark(
                frame(TO, "--ip=10.0.0.2", "--tcp=80"),
                frame(TO, "--ip=10.0.0.2", "--udp=53", "--size=100", "--dscp=46", "--ttl=3"),
                frame(TO, "--ip=10.0.0.2", "--vlan=20"),
                frame(TO, "--ip=fd00::2", "--tcp=443"),
                frame(TO, "--ip=fd00::2", "--udp=53", "--size=7"),
                frame(TO, "--ip=fd00::2"),
                frame("--arp=10.0.0.2"),
                frame("--ip=224.0.0.251", "--udp=5353"),
                frame("--ip=ff02::fb", "--udp=5353")))
        .containsExactly(
            head + "|10.0.0.2||80|||||0|64|1|1||||60",
            head + "|10.0.0.2|||53||||46|3|1||1|||142",
            head + "20|10.0.0.2||||8|||0|64|1|||1||60",
            head + "||fd00::2|443||||||||1||||74",
            head + "||fd00::2||53||||||||1|||69",
            head + "||fd00::2||||128||||||||1|62",
            "ff:ff:ff:ff:ff:ff|02:00:00:00:00:01||||||||10.0.0.2||||||||60",
            "01:00:5e:00:00:fb|02:00:00:00:00:01||224.0.0.251|||5353||||0|64|1||1|||60",
            "33:33:00:00:00:fb|02:00:00:00:00:01|||ff02::fb||5353||||||||1|||62");
  }

  @Test
  void shouldTakeTheNthPacketOfACapture() throws IOException {
    byte[] first = frame(TO, "--ip=10.0.0.2");
    byte[] second = frame(TO, "--ip=10.0.0.3");
    String file = "--capture=" + capture(first, second);

    assertThat(frame(file)).isEqualTo(first);
    assertThat(frame(file, "--packet=2")).isEqualTo(second);
    assertThatThrownBy(() -> frame(file, "--packet=3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no packet 3");
  }

  @Test
  void shouldTakeAFrameByteByByte() throws IOException {
    byte[] frame = frame(TO, "--type=0x1234");
    String digits = HexFormat.ofDelimiter(":").formatHex(frame);

    assertThat(frame("--hex=" + digits)).isEqualTo(frame);
  }

  @Test
  void shouldSayWhatIsMissingOrWrong() {
    assertThatThrownBy(() -> frame("--ip=10.0.0.2"))
        .hasMessage("--to is missing: which MAC address is the frame for?");
    assertThatThrownBy(() -> frame(TO, "--tcp=80"))
        .hasMessage("--ip is missing: which IP address is the packet for?");
    assertThatThrownBy(() -> frame(TO, "--ip=10.0.0.2", "--from-ip=fd00::1"))
        .hasMessage("fd00::1 and 10.0.0.2 are not of the same IP version");
    assertThatThrownBy(() -> frame(TO, "--ip=10.0.0.2", "--tcp=1", "--udp=1"))
        .hasMessageContaining("one of --tcp and --udp");
    assertThatThrownBy(() -> frame(TO, "--ip=10.0.0.2", "--tcp=70000"))
        .hasMessage("--tcp: 70000 is out of range; it is 0 to 65535");
    assertThatThrownBy(() -> frame(TO, "--vlan=4095")).hasMessageContaining("--vlan: 4095");
    assertThatThrownBy(() -> frame("--hex=0102")).hasMessageContaining("hexadecimal");
    assertThatThrownBy(() -> frame(TO, "--size=-1")).hasMessageContaining("out of range");
    assertThatThrownBy(() -> frame(TO, "--type=blue")).hasMessageContaining("is not a number");
  }

  private static byte[] underlayPacket(String... arguments) throws IOException {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder.flags.underlayPacket();
  }

  @Test
  void shouldTakePacketsOfTheUnderlayOutOfCaptures() throws IOException {
    byte[] packet = {0x45, 1, 2, 3};
    HexFormat hex = HexFormat.of();
    byte[] untagged = hex.parseHex("020000000002" + "020000000001" + "0800" + "45010203");
    byte[] tagged =
        hex.parseHex("020000000002" + "020000000001" + "81000007" + "0800" + "45010203");
    String ethernet = "--capture=" + capture(untagged, tagged);
    assertThat(underlayPacket(ethernet)).isEqualTo(packet);
    assertThat(underlayPacket(ethernet, "--packet=2")).isEqualTo(packet);
    String raw = "--capture=" + capture(LinkType.RAW_IP, packet);
    assertThat(underlayPacket(raw)).isEqualTo(packet);
    assertThatThrownBy(() -> frame(raw)).hasMessageContaining("--underlay follows it inward");
    byte[] arp = hex.parseHex("020000000002" + "020000000001" + "0806" + "0001");
    String none = "--capture=" + capture(arp);
    assertThatThrownBy(() -> underlayPacket(none)).hasMessageContaining("not a whole IP packet");
    assertThatThrownBy(FrameFlagsTest::underlayPacket).hasMessageContaining("--capture FILE");
  }

  @Test
  void shouldTellAControllerTheFrameInItsWords() throws IOException {
    Holder holder = new Holder();
    new CommandLine(holder)
        .parseArgs("--to=vm2", "--udp=53", "--vlan=20", "--vlan=30", "--type=0x1234");
    assertThat(holder.flags.told())
        .containsEntry("to", "vm2")
        .containsEntry("udp", 53)
        .containsEntry("vlan", 20)
        .containsEntry("innerVlan", 30)
        .containsEntry("type", 0x1234)
        .containsEntry("ttl", 64)
        .doesNotContainKeys("tcp", "ip", "arp");
  }
}
