package net.viaduct.wire;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Programs that we did not write and that know the formats: scapy (Debian's python3-scapy) and
 * tshark. A test whose oracle is not installed is skipped and says so.
 */
final class Oracles {
  private static final String PYTHON = "/usr/bin/python3";

  private Oracles() {}

  /** Lets scapy build its packets into a capture. */
  static void scapyBuild(Path capture) throws IOException, InterruptedException {
    scapy("build", capture);
  }

  /** The fields of each packet of a capture as scapy reads them. */
  static List<SortedMap<String, String>> scapyRead(Path capture)
      throws IOException, InterruptedException {
    List<SortedMap<String, String>> packets = new ArrayList<>();
    for (String line : scapy("read", capture)) {
      SortedMap<String, String> fields = new TreeMap<>();
      for (String field : line.split("\t")) {
        int equals = field.indexOf('=');
        fields.put(field.substring(0, equals), field.substring(equals + 1));
      }
      packets.add(fields);
    }
    return packets;
  }

  private static List<String> scapy(String what, Path capture)
      throws IOException, InterruptedException {
    requireInstalled("python3-scapy", PYTHON, "-c", "import scapy.contrib.igmpv3");
    Path script = copyScript("oracle.py", capture.getParent());
    return run(PYTHON, script.toString(), what, capture.toString());
  }

  /** These fields of each packet of a capture as tshark prints them, the outermost of each name. */
  static List<List<String>> tshark(Path capture, List<String> fields)
      throws IOException, InterruptedException {
    requireInstalled("tshark", "tshark", "--version");
    List<String> command =
        new ArrayList<>(
            List.of(
                "tshark", "-n", "-r", capture.toString(), "-T", "fields", "-E", "occurrence=a"));
    for (String checked : List.of("ip", "tcp", "udp")) {
      command.addAll(List.of("-o", checked + ".check_checksum:TRUE"));
    }
    command.addAll(List.of("-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE"));
    command.addAll(List.of("-o", "tcp.desegment_tcp_streams:FALSE", "-E", "separator=|"));
    for (String field : fields) {
      command.addAll(List.of("-e", field));
    }
    List<List<String>> packets = new ArrayList<>();
    for (String line : run(command.toArray(String[]::new))) {
      packets.add(List.of(line.split("\\|", -1)));
    }
    return packets;
  }

  /**
   * Lets the kernel cut super-frames.
   *
   * @param headers of each frame, what kernel_segments.py wants to know about it
   * @return the segments of each
   */
  static List<List<byte[]>> kernelSegments(Path capture, List<String> headers)
      throws IOException, InterruptedException {
    String probe = "test -w /dev/net/tun && ip link add bridge type bridge";
    requireInstalled("a namespace with a tap and a bridge", "unshare", "-rn", "sh", "-c", probe);
    Path arguments = capture.resolveSibling("arguments");
    Files.write(arguments, headers);
    Path output = capture.resolveSibling("segments.pcap");
    String script = copyScript("kernel_segments.py", capture.getParent()).toString();
    run(arguments, "unshare", "-rn", PYTHON, script, capture.toString(), output.toString());
    return groups(output);
  }

  /**
   * Lets the kernel's GRO put trains of frames together.
   *
   * @param trains frames of one flow, in order
   * @return what became of each: frames behind their struct virtio_net_hdr
   */
  static List<List<byte[]>> kernelGro(Path directory, List<List<byte[]>> trains)
      throws IOException, InterruptedException {
    String probe = "test -w /dev/net/tun && mount -t sysfs sysfs /sys && ethtool --version";
    requireInstalled("a namespace with a tap, and root", "unshare", "-nm", "sh", "-c", probe);
    List<byte[]> frames = new ArrayList<>();
    for (List<byte[]> train : trains) {
      frames.addAll(train);
      frames.add(new byte[0]);
    }
    Path input = directory.resolve("trains.pcap");
    PcapFile.write(input, frames);
    Path output = directory.resolve("units.pcap");
    String script = copyScript("kernel_gro.py", directory).toString();
    run("unshare", "-nm", PYTHON, script, input.toString(), output.toString());
    return groups(output);
  }

  /** Frames up to each empty one. */
  private static List<List<byte[]>> groups(Path capture) throws IOException {
    List<List<byte[]>> groups = new ArrayList<>(List.of(new ArrayList<>()));
    for (byte[] frame : PcapFile.read(capture)) {
      if (frame.length == 0) {
        groups.add(new ArrayList<>());
      } else {
        groups.getLast().add(frame);
      }
    }
    groups.removeLast();
    return groups;
  }

  private static Path copyScript(String name, Path directory) throws IOException {
    Path script = directory.resolve(name);
    try (InputStream in = Oracles.class.getResourceAsStream(name)) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  private static void requireInstalled(String what, String... probe) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(probe)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() != 0) {
        abort(what + " is not to be had");
      }
    } catch (IOException e) {
      abort(what + " is not to be had: " + e.getMessage());
    }
  }

  private static List<String> run(String... command) throws IOException, InterruptedException {
    return run(Path.of("/dev/null"), command);
  }

  private static List<String> run(Path input, String... command)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile("oracle", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(input.toFile())
              .redirectError(errors.toFile())
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(
            String.join(" ", command) + " failed:\n" + Files.readString(errors));
      }
      return output.lines().toList();
    } finally {
      Files.delete(errors);
    }
  }
}
