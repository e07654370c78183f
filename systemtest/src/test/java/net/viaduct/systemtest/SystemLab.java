package net.viaduct.systemtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabRegistry;
import org.junit.jupiter.api.Assumptions;

/** Where the real program runs, as a user starts it, in a laboratory of the test's own. */
public final class SystemLab {
  private SystemLab() {}

  /** Opens a laboratory, or skips the test where no namespace can be made. */
  public static Lab open(Path directory) {
    try {
      NetNamespace.createUnnamed("probe").close();
    } catch (IoFailure e) {
      Assumptions.abort("no network namespace can be made here: " + e.getMessage());
    }
    return Lab.open(new LabRegistry(directory.resolve("lab")));
  }

  /** Skips the test where a program is not installed. */
  public static void requireProgram(String program) {
    boolean isThere =
        Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":", -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    Assumptions.assumeTrue(isThere, "no " + program + " here; ./test installs it as root");
  }

  /** Skips the test where a program of others would load BPF programs and must not. */
  public static void requireBpf(String program) {
    String bpf = System.getenv("VIADUCT_BPF");
    Assumptions.assumeTrue(bpf == null, program + " needs BPF; VIADUCT_BPF=" + bpf);
  }

  /** The launcher of the checkout. */
  public static Path launcher() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("viaduct"))) {
      at = at.getParent();
    }
    return at.resolve("viaduct");
  }

  /** The program with arguments; what it prints goes into a file. */
  public static ProcessBuilder program(Path output, String... arguments) {
    ProcessBuilder builder = new ProcessBuilder(arguments);
    builder.command().addFirst(launcher().toString());
    if (Files.exists(launcher().resolveSibling("cli/target/classpath"))) {
      builder.environment().put("VIADUCT_BUILT", "1"); // not under the feet of this JVM
    }
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    return builder;
  }

  /** What is in a file; nothing if it is not there. */
  public static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
