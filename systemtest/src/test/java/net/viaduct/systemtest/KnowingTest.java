package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of real machines traced and captured, as a user does it; tshark reads the capture. */
class KnowingTest {
  private static final long TRANSFER_BYTES = 200_000;

  @TempDir private Path directory;
  private Lab lab;
  private Machine m1;
  private Machine m2;
  private ViaductHost one;
  private ViaductHost two;

  @BeforeEach
  void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    LabHost h1 = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    LabHost h2 = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    m1 = new Machine(lab, MachineSpec.numbered(1));
    m2 = new Machine(lab, MachineSpec.numbered(2));
    m1.attachVeth(h1, "veth1");
    m2.attachVeth(h2, "veth2");
    one = ViaductHost.start(lab, h1, network("10.77.0.2", "veth1"));
    two = ViaductHost.start(lab, h2, network("10.77.0.1", "veth2"));
    transfer(1);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private static String network(String remote, String port) {
    return """
    blue:
      vni: 100
      flood: { remotes: [%s] }
      ports: [{ device: %s }]
    """
        .formatted(remote, port);
  }

  private void transfer(int seed) throws Exception {
    Transfer.check(m1.namespace(), m2.namespace(), m2.ip(false).toString(), TRANSFER_BYTES, seed);
  }

  @Test
  void shouldFollowAFrameFromMachineToMachine() throws Exception {
    String to = MacAddress.format(m2.spec().mac());
    CommandRun.Result trace =
        one.ask(
            "trace",
            "--port",
            "veth1",
            "--to",
            to,
            "--ip",
            m2.ip(false).toString(),
            "--tcp",
            "80",
            "--host-socket",
            two.socket().toString());

    assertThat(trace.exitCode()).as(trace.output()).isZero();
    assertThat(trace.output())
        .startsWith("h1\n")
        .contains(MacAddress.format(m1.spec().mac()) + " is at port veth1, learned")
        .contains(to + " is at remote 10.77.0.2, learned, heard of ")
        .contains("=> sent to 10.77.0.2:4789 with VNI 100\nh2\n")
        .endsWith("=> delivered to port veth2\n");
  }

  @Test
  void shouldCaptureWhatTsharkReads() throws Exception {
    Path file = directory.resolve("c.pcapng");
    CompletableFuture<CommandRun.Result> capture =
        CompletableFuture.supplyAsync(() -> {
          try {
            return one.ask(
                "capture",
                "--port",
                "veth1",
                "--underlay",
                "--count",
                "60",
                "--bytes",
                "200",
                "--seconds",
                "60",
                "-w",
                file.toString());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    for (int i = 0; !capture.isDone(); i++) { // it ends by itself, after 60 s at the latest
      transfer(i);
    }
    CommandRun.Result captured = capture.join();
    assertThat(captured.exitCode()).as(captured.output()).isZero();
    assertThat(captured.output()).contains("60 frames captured");

    List<String> packets =
        tshark(file, "frame.interface_name", "vxlan.vni", "udp.dstport", "ip.src", "frame.comment");
    assertThat(packets).hasSize(60);
    String inner = m1.ip(false).toString();
    assertThat(packets)
        .anyMatch(line -> line.startsWith("veth1||") && line.endsWith("|sent to 10.77.0.2:4789"))
        .anyMatch(line ->
            line.startsWith("underlay|100|4789|10.77.0.1," + inner)
                && line.contains("|from port veth1; taken"))
        .anyMatch(line ->
            line.startsWith("underlay|100|4789|10.77.0.2,")
                && line.contains("|delivered to port veth1"));
  }

  private static List<String> tshark(Path file, String... fields)
      throws IOException, InterruptedException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("tshark", "-n", "-r", file.toString(), "-T", "fields", "-E", "separator=|"));
    for (String field : fields) {
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
    assertThat(process.waitFor())
        .as("tshark reads %s of %d bytes", file, Files.size(file))
        .isZero();
    return lines.lines().toList();
  }
}
