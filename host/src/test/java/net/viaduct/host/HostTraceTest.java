package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.devices.MemoryDevices;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames traced by the API of a whole host, on a machine in memory. */
class HostTraceTest {
  private static final String FRAME = "020000000002020000000001" + "88b5" + "00".repeat(46);

  @TempDir Path directory;
  private MemoryDevices devices;
  private ApiClient client;
  private Host host;

  @BeforeEach
  void start() throws IOException {
    Path file = directory.resolve("viaduct.yaml");
    Files.writeString(
        file,
        """
        host: h1
        underlay: { address: 10.77.0.1 }
        api: { socket: %s/h1.sock }
        counters: { file: %s/h1.counters }
        networks:
          blue:
            vni: 100
            flood: { remotes: [10.77.0.2] }
            ports: [{ tap: vm1 }]
            stations: [{ mac: 02:00:00:00:00:02, remote: 10.77.0.2 }]
        """
            .formatted(directory, directory));
    devices = new MemoryDevices(new MemoryNetwork(), "10.77.0.1");
    host =
        Host.start(
            file, new HostSurroundings(devices, new SystemClock(), Clock.systemUTC(), "h1", "0"));
    client = new ApiClient(directory.resolve("h1.sock"), Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void shouldTellWhereAFrameFromAPortGoes() throws IOException {
    ApiAnswer answer = client.post("/v1/trace", Map.of("port", "vm1", "frame", FRAME));

    assertThat(answer.isSuccess()).as(answer.body()).isTrue();
    assertThat(answer.body())
        .contains("02:00:00:00:00:02 is at remote 10.77.0.2, static")
        .contains("\"verdict\":\"sent\"")
        .contains("\"remote\":\"10.77.0.2:4789\"");
  }

  @Test
  void shouldTellWhyAFrameFromAStrangerIsDropped() throws IOException {
    ApiAnswer answer =
        client.post("/v1/trace", Map.of("remote", "10.77.0.9", "vni", "100", "frame", FRAME));

    assertThat(answer.body())
        .contains("\"reason\":\"source-not-authorised\"")
        .contains("somebody forges tunnels");
  }

  private static String ipv4(String source, String destination, String rest) {
    int bytes = 20 + rest.length() / 2;
    return "45000000000000004011"
            .replaceFirst("(?<=^4500)0000", HexFormat.of().toHexDigits((short) bytes))
        + "0000"
        + source
        + destination
        + rest;
  }

  private static String vxlan(int port, int vni) {
    String payload = "08000000" + HexFormat.of().toHexDigits(vni << 8) + FRAME;
    short bytes = (short) (8 + payload.length() / 2);
    HexFormat hex = HexFormat.of();
    return "c000" + hex.toHexDigits((short) port) + hex.toHexDigits(bytes) + "0000" + payload;
  }

  private String traced(String packet) throws IOException {
    return client.post("/v1/trace", Map.of("packet", packet)).body();
  }

  @Test
  void shouldFollowAPacketFromTheUnderlayInward() throws IOException {
    String padding = "000000";
    String forPort =
        ipv4("0a4d0002", "0a4d0001", vxlan(4789, 100).replace("020000000002", "ffffffffffff"));
    assertThat(traced(forPort + padding))
        .contains("from 10.77.0.2:49152 by UDP port 4789")
        .contains("\"verdict\":\"delivered\"", "\"port\":\"vm1\"");
    assertThat(traced(ipv4("0a4d0002", "0a4d0001", vxlan(4789, 7))))
        .contains("\"reason\":\"unknown-vni\"");
    assertThat(traced(ipv4("0a4d0009", "0a4d0001", vxlan(4789, 100))))
        .contains("\"reason\":\"source-not-authorised\"");
  }

  @Test
  void shouldSayWhyAPacketOfTheUnderlayDoesNotComeIn() throws IOException {
    assertThat(traced(ipv4("0a4d0002", "0a4d0003", vxlan(4789, 100))))
        .contains("the packet is for 10.77.0.3, and this host's underlay is 10.77.0.1");
    assertThat(traced(ipv4("0a4d0002", "0a4d0001", vxlan(8472, 100))))
        .contains("the packet comes by UDP port 8472, and this host listens on UDP port 4789");
    assertThat(traced("45")).contains("it is no whole IPv4 or IPv6 packet");
    assertThat(traced(ipv4("0a4d0002", "0a4d0001", "c000"))).contains("neither whole UDP nor GRE");
    assertThat(
            traced(
                ipv4("0a4d0002", "0a4d0001", vxlan(4789, 100))
                    .replaceFirst("(?<=^.{12})0000", "2000")))
        .contains("it is a fragment");
  }

  @Test
  void shouldSayWhatIsWrongWithAQuestion() throws IOException {
    assertThat(client.post("/v1/trace", Map.of("port", "vm7", "frame", FRAME)).body())
        .contains("there is no port vm7; there are: vm1");
    assertThat(client.post("/v1/trace", Map.of("port", "vm1", "frame", "xyz")).body())
        .contains("hexadecimal digits");
    assertThat(client.post("/v1/trace", Map.of("port", "vm1")).body())
        .contains("parameter 'frame' is missing");
    assertThat(client.post("/v1/trace", Map.of("port", "vm1", "frame", "00".repeat(17_000))).body())
        .contains("too long");
  }

  @Test
  void shouldCaptureWithWhatBecameOfEachFrame() throws IOException {
    assertThat(client.post("/v1/capture", Map.of("ports", "vm1")).body()).contains("\"id\":\"c1\"");
    assertThat(client.post("/v1/capture", Map.of("ports", "vm7")).body())
        .contains("there is no port vm7; there are: vm1");
    assertThat(client.post("/v1/capture", Map.of("reason", "blue")).body())
        .contains("'blue' is no reason for a drop");
    byte[] frame = HexFormat.of().parseHex(FRAME.replaceFirst("88b50000", "81000007"));
    assertThat(devices.port("vm1").inject(frame)).isTrue();
    String page = "";
    for (int i = 0; i < 2_000 && !page.contains("comment"); i++) {
      page = client.get("/v1/capture?id=c1").body();
    }

    assertThat(page)
        .contains("\"where\":\"vm1\"", "\"inbound\":true")
        .contains("dropped: tagged-frame", "02000000000202000000000181");
    assertThat(client.delete("/v1/capture?id=c1").body()).contains("\"ended\":true");
    assertThat(client.get("/v1/capture?id=c9").body()).contains("there is no capture 'c9'");
  }
}
