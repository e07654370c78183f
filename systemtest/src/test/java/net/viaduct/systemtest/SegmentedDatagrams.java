package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.viaduct.io.linux.NetNamespace;
import org.junit.jupiter.api.Assumptions;

/** UDP that a machine sends as super-frames (UDP_SEGMENT), which Java's sockets cannot. */
final class SegmentedDatagrams {
  private static final Path PYTHON = Path.of("/usr/bin/python3");
  private static final String DATAGRAMS = "300";

  private SegmentedDatagrams() {}

  /** Sends so many; all must arrive, each as it was, none merged. */
  static void check(Path directory, NetNamespace from, NetNamespace to, String address)
      throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(PYTHON), "no " + PYTHON + " to send UDP_SEGMENT");
    Path script = directory.resolve("udp_segment.py");
    try (InputStream source = SegmentedDatagrams.class.getResourceAsStream("/udp_segment.py")) {
      Files.write(script, source.readAllBytes());
    }
    Process receiver = to.start(python(script, "receive", address));
    assertThat(receiver.inputReader().readLine()).isEqualTo("ready");
    Process sender = from.start(python(script, "send", address));
    try {
      assertThat(receiver.waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(receiver.exitValue()).as("all %s datagrams at %s", DATAGRAMS, address).isZero();
    } finally {
      sender.destroyForcibly();
      receiver.destroyForcibly();
    }
  }

  private static ProcessBuilder python(Path script, String mode, String address) {
    return new ProcessBuilder(PYTHON.toString(), script.toString(), mode, address, DATAGRAMS)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
