package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scapy and tshark judge what we build and what we read. */
class OracleTest {
  private static final int SEVERITY_ERROR = 0x80_0000;
  private static final String CHECKSUM_BAD = "0";
  private static final String CHECKSUM_GOOD = "1";

  /** Our name of a field to tshark's, where both print the same. */
  private static final Map<String, String> TSHARK_NAMES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("eth.dst", "eth.dst"),
              Map.entry("eth.src", "eth.src"),
              Map.entry("vlan0.id", "vlan.id"),
              Map.entry("vlan1.id", "vlan.id"),
              Map.entry("ip.src", "ip.src"),
              Map.entry("ip.dst", "ip.dst"),
              Map.entry("ip.len", "ip.len"),
              Map.entry("ip.size", "ip.hdr_len"),
              Map.entry("ip.ttl", "ip.ttl"),
              Map.entry("ip6.src", "ipv6.src"),
              Map.entry("ip6.dst", "ipv6.dst"),
              Map.entry("ip6.plen", "ipv6.plen"),
              Map.entry("ip6.hlim", "ipv6.hlim"),
              Map.entry("udp.sport", "udp.srcport"),
              Map.entry("udp.dport", "udp.dstport"),
              Map.entry("udp.len", "udp.length"),
              Map.entry("tcp.sport", "tcp.srcport"),
              Map.entry("tcp.seq", "tcp.seq_raw"),
              Map.entry("tcp.ack", "tcp.ack_raw"),
              Map.entry("tcp.size", "tcp.hdr_len"),
              Map.entry("tcp.window", "tcp.window_size_value"),
              Map.entry("icmp.type", "icmp.type"),
              Map.entry("icmp.mtu", "icmp.mtu"),
              Map.entry("icmp6.type", "icmpv6.type"),
              Map.entry("nd.lifetime", "icmpv6.nd.ra.router_lifetime"),
              Map.entry("igmp.type", "igmp.type"),
              Map.entry("arp.op", "arp.opcode"),
              Map.entry("arp.psrc", "arp.src.proto_ipv4"),
              Map.entry("dhcp.type", "dhcp.option.dhcp"),
              Map.entry("dhcp.yiaddr", "dhcp.ip.your"),
              Map.entry("dhcp.chaddr", "dhcp.hw.mac_addr"),
              Map.entry("vxlan.vni", "vxlan.vni"),
              Map.entry("vxlan.group", "vxlan.gbp"),
              Map.entry("vxlan.a", "vxlan.flag_a"),
              Map.entry("vxlan.d", "vxlan.flag_d"),
              Map.entry("vxlan.g", "vxlan.flag_g"),
              Map.entry("gpe.next", "vxlan.next_proto"),
              Map.entry("gpe.vni", "vxlan.vni"),
              Map.entry("geneve.o", "geneve.flags.oam"),
              Map.entry("geneve.c", "geneve.flags.critical"),
              Map.entry("inner.tcp.seq", "tcp.seq_raw")));

  private static final List<String> JUDGEMENTS =
      List.of(
          "_ws.expert.severity",
          "_ws.malformed",
          "ip.checksum.status",
          "tcp.checksum.status",
          "udp.checksum.status",
          "icmp.checksum.status",
          "icmpv6.checksum.status",
          "igmp.checksum.status");

  @TempDir Path directory;

  @Test
  void shouldReadWhatScapyBuildsAsScapyDoes() throws Exception {
    Path capture = directory.resolve("scapy.pcap");
    Oracles.scapyBuild(capture);
    assertReadAlike(PcapFile.read(capture), capture);
  }

  @Test
  void shouldBuildWhatScapyReadsAsWeDo() throws Exception {
    assertReadAlike(SampleFrames.all(), write(SampleFrames.all()));
  }

  @Test
  void shouldBuildWhatTsharkAccepts() throws Exception {
    assertAccepted(SampleFrames.all());
  }

  @Test
  @DisplayName("Segments cut from super-frames are sound frames to scapy and tshark")
  void shouldCutIntoSoundFrames() throws Exception {
    List<byte[]> segments = new ArrayList<>();
    for (var header : SegmenterTest.headers()) {
      MemorySegment superFrame = header.getPayload().get().payload(7001).unfinished().build();
      segments.addAll(CutFrames.cut(superFrame, 1448));
    }
    assertThat(segments).hasSize(SegmenterTest.headers().size() * 5);
    assertReadAlike(segments, write(segments));
    assertAccepted(segments);
  }

  @Test
  @DisplayName("R7: answers to packets that do not fit are sound ICMP to scapy and tshark")
  void shouldMakeSoundAnswersToPacketsThatDoNotFit() throws Exception {
    List<byte[]> answers = PacketTooBigTest.answers();
    List<SortedMap<String, String>> scapy = Oracles.scapyRead(write(answers));
    assertThat(scapy).hasSameSizeAs(answers);
    for (int i = 0; i < answers.size(); i++) {
      scapy.get(i).remove("rebuilt"); // it finishes checksums of quotes that are cut off
      assertThat(FrameFields.of(answers.get(i))).as("packet %d", i).isEqualTo(scapy.get(i));
    }
    assertSoundButCutOff(write(answers));
  }

  /** Quotes end early, which tshark reports as a packet of the wrong length. */
  private static void assertSoundButCutOff(Path capture) throws Exception {
    List<String> names =
        List.of(
            "_ws.malformed",
            "ip.checksum.status",
            "icmp.checksum.status",
            "icmpv6.checksum.status");
    for (List<String> packet : Oracles.tshark(capture, names)) {
      assertThat(packet.get(0)).isEmpty();
      assertThat(packet.get(2) + packet.get(3)).as("checksum of ICMP").isEqualTo(CHECKSUM_GOOD);
      assertThat(packet.get(1).split(",")).doesNotContain(CHECKSUM_BAD);
    }
  }

  @Test
  void shouldNoticeABadChecksum() throws Exception {
    byte[] frame = ethernet().ipv4().udp(1, 2).payload(100).toBytes();
    frame[60] ^= 1;
    List<String> verdict = Oracles.tshark(write(List.of(frame)), JUDGEMENTS).getFirst();
    assertThat(verdict.get(4)).as("the oracle itself").isEqualTo(CHECKSUM_BAD);
  }

  private Path write(List<byte[]> frames) throws IOException {
    Path capture = directory.resolve("viaduct.pcap");
    PcapFile.write(capture, frames);
    return capture;
  }

  private static void assertReadAlike(List<byte[]> frames, Path capture) throws Exception {
    List<SortedMap<String, String>> scapy = Oracles.scapyRead(capture);
    assertThat(scapy).hasSameSizeAs(frames);
    for (int i = 0; i < frames.size(); i++) {
      SortedMap<String, String> expected = scapy.get(i);
      String rebuilt = expected.remove("rebuilt");
      assertThat(rebuilt).as("checksums of packet %d: %s", i, expected).isNotEqualTo("no");
      assertThat(FrameFields.of(frames.get(i))).as("packet %d", i).isEqualTo(expected);
    }
  }

  private void assertAccepted(List<byte[]> frames) throws Exception {
    List<String> names = new ArrayList<>(JUDGEMENTS);
    names.addAll(new TreeSet<>(TSHARK_NAMES.values()));
    List<List<String>> packets = Oracles.tshark(write(frames), names);
    assertThat(packets).hasSameSizeAs(frames);
    for (int i = 0; i < frames.size(); i++) {
      List<String> packet = packets.get(i);
      assertNoComplaint(i, packet);
      SortedMap<String, String> fields = FrameFields.of(frames.get(i));
      if (!"0x8100".equals(fields.get("vlan0.tpid"))) {
        fields.remove("vlan0.id"); // tshark has another name for service tags
      }
      for (Map.Entry<String, String> name : TSHARK_NAMES.entrySet()) {
        String value = fields.get(name.getKey());
        if (value != null) {
          String theirs = packet.get(names.indexOf(name.getValue()));
          assertThat(theirs.split(",")).as("packet %d: %s", i, name.getKey()).contains(value);
        }
      }
    }
  }

  private static void assertNoComplaint(int index, List<String> packet) {
    for (String severity : packet.getFirst().split(",")) {
      assertThat(severity.isEmpty() ? 0 : Integer.parseInt(severity))
          .as("severity of what tshark says about packet %d", index)
          .isLessThan(SEVERITY_ERROR);
    }
    assertThat(packet.get(1)).as("packet %d is malformed", index).isEmpty();
    for (int i = 2; i < JUDGEMENTS.size(); i++) {
      assertThat(packet.get(i).split(","))
          .as("packet %d: %s", index, JUDGEMENTS.get(i))
          .doesNotContain(CHECKSUM_BAD);
    }
  }
}
