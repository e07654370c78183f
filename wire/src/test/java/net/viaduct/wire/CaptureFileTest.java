package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.viaduct.wire.capture.CaptureFormatException;
import net.viaduct.wire.capture.CaptureReader;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.capture.LinkType;
import net.viaduct.wire.capture.PacketWay;
import net.viaduct.wire.capture.PcapngWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Capture files: what we write is read by tshark and by us, and what others write is read too. */
class CaptureFileTest {
  private static final long EPOCH_NS = 1_700_000_000_123_456_789L;
  private static final String GRAPHEME = "ü";

  @TempDir Path directory;

  private static byte[] frame() {
    return SampleFrames.all().getFirst();
  }

  private static CapturedPacket packet(byte[] bytes, int original) {
    return new CapturedPacket(LinkType.ETHERNET, "", EPOCH_NS, original, bytes);
  }

  private static void write(OutputStream out) throws IOException {
    try (PcapngWriter writer = new PcapngWriter(out, "viaduct")) {
      int vm1 = writer.addInterface(LinkType.ETHERNET, "vm1", "port vm1 of network blue");
      int underlay = writer.addInterface(LinkType.RAW_IP, "underlay", "");
      writer.packet(
          vm1, PacketWay.INBOUND, packet(frame(), frame().length), "dropped: " + GRAPHEME);
      writer.packet(vm1, PacketWay.OUTBOUND, packet(frame(), 3000), "");
      byte[] ip = Arrays.copyOfRange(frame(), 14, frame().length);
      writer.packet(underlay, PacketWay.OUTBOUND, packet(ip, ip.length), "sent");
      writer.statistics(vm1, EPOCH_NS + 1, 10, 8);
    }
  }

  private static List<CapturedPacket> read(byte[] file) throws IOException {
    List<CapturedPacket> packets = new ArrayList<>();
    try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file))) {
      for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
        packets.add(packet);
      }
    }
    return packets;
  }

  @Test
  void shouldBeReadByTsharkWithInterfacesCommentsAndNanoseconds() throws Exception {
    Path file = directory.resolve("c.pcapng");
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }

    List<List<String>> packets =
        Oracles.tshark(
            file,
            List.of(
                "frame.interface_name",
                "frame.interface_description",
                "frame.time_epoch",
                "frame.len",
                "frame.cap_len",
                "frame.packet_flags_direction",
                "frame.encap_type",
                "frame.comment"));

    String length = String.valueOf(frame().length);
    String ipLength = String.valueOf(frame().length - 14);
    String time = "1700000000.123456789";
    assertThat(packets)
        .containsExactly(
            List.of(
                "vm1",
                "port vm1 of network blue",
                time,
                length,
                length,
                "0x00000001",
                "1",
                "dropped: " + GRAPHEME),
            List.of("vm1", "port vm1 of network blue", time, "3000", length, "0x00000002", "1", ""),
            List.of("underlay", "", time, ipLength, ipLength, "0x00000002", "7", "sent"));
  }

  @Test
  void shouldReadWhatItWrote() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);

    List<CapturedPacket> packets = read(out.toByteArray());

    assertThat(packets).hasSize(3);
    assertThat(packets.get(0).bytes()).isEqualTo(frame());
    assertThat(packets.get(0).interfaceName()).isEqualTo("vm1");
    assertThat(packets.get(0).epochNs()).isEqualTo(EPOCH_NS);
    assertThat(packets.get(0).isWhole()).isTrue();
    assertThat(packets.get(1).originalBytes()).isEqualTo(3000);
    assertThat(packets.get(1).isWhole()).isFalse();
    assertThat(packets.get(2).linkType()).isEqualTo(LinkType.RAW_IP);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 0xa1b2c3d4, 5000", "false, 0xa1b2c3d4, 5000",
    "true, 0xa1b23c4d, 5", "false, 0xa1b23c4d, 5"
  })
  void shouldReadClassicFilesInBothOrdersAndResolutions(boolean big, long magic, long ns)
      throws IOException {
    ByteBuffer file = ByteBuffer.allocate(200);
    file.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    file.putInt((int) magic).putShort((short) 2).putShort((short) 4).putLong(0);
    file.putInt(65_535).putInt(LinkType.ETHERNET);
    file.putInt(7).putInt(5).putInt(3).putInt(60).put(new byte[] {1, 2, 3});

    List<CapturedPacket> packets = read(Arrays.copyOf(file.array(), file.position()));

    assertThat(packets).hasSize(1);
    assertThat(packets.getFirst().epochNs()).isEqualTo(7_000_000_000L + ns);
    assertThat(packets.getFirst().bytes()).containsExactly(1, 2, 3);
    assertThat(packets.getFirst().originalBytes()).isEqualTo(60);
  }

  @Test
  void shouldReadWhatTheOthersWrote() throws Exception {
    Path file = directory.resolve("others.pcap");
    PcapFile.write(file, SampleFrames.all());

    assertThat(read(Files.readAllBytes(file)).stream().map(CapturedPacket::bytes).toList())
        .usingRecursiveComparison()
        .isEqualTo(SampleFrames.all());
  }

  @Test
  void shouldSayWhatIsWrongWhenTheFileIsNone() {
    assertThatThrownBy(
            () -> read("networks:\n  blue:\n".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessageContaining("neither pcapng nor pcap");
    assertThatThrownBy(() -> read(new byte[0]))
        .isInstanceOf(CaptureFormatException.class)
        .hasMessageContaining("the file ends within");
  }

  @Test
  void shouldCutCommentsBetweenCharacters() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PcapngWriter writer = new PcapngWriter(out, "viaduct")) {
      int at = writer.addInterface(LinkType.ETHERNET, "vm1", "");
      writer.packet(at, PacketWay.INBOUND, packet(frame(), 0), "x" + GRAPHEME.repeat(60_000));
    }

    assertThat(read(out.toByteArray())).hasSize(1);
  }

  @Test
  void shouldSurviveDamagedFiles() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out);
    byte[] whole = out.toByteArray();
    for (int length = 0; length < whole.length; length++) {
      CaptureFuzzer.read(Arrays.copyOf(whole, length));
    }
    long seed = 21;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 200_000; i++) {
      byte[] damaged = whole.clone();
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        CaptureFuzzer.read(damaged);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", input " + i, e);
      }
    }
  }
}
