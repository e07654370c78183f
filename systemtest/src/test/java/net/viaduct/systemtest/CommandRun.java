package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.viaduct.io.linux.NetNamespace;

/** Runs commands to their end. */
public final class CommandRun {
  private static final long PATIENCE_SECONDS = 120;

  private CommandRun() {}

  /** What a command printed, to both, and how it ended. */
  public record Result(long pid, int exitCode, String output) {}

  /** Runs the program in a namespace. */
  public static Result viaduct(NetNamespace namespace, String... arguments) throws Exception {
    Path output = Files.createTempFile("viaduct-test", ".log");
    try {
      Process process = namespace.start(SystemLab.program(output, arguments));
      return end(process, output);
    } finally {
      Files.delete(output);
    }
  }

  /** Runs any command in a namespace. */
  public static Result in(NetNamespace namespace, String... command) throws Exception {
    Path output = Files.createTempFile("viaduct-test", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      return end(namespace.start(builder.redirectOutput(output.toFile())), output);
    } finally {
      Files.delete(output);
    }
  }

  /** Runs the program here. */
  static Result viaduct(String... arguments) throws Exception {
    Path output = Files.createTempFile("viaduct-test", ".log");
    try {
      return end(SystemLab.program(output, arguments).start(), output);
    } finally {
      Files.delete(output);
    }
  }

  /** Runs any command in a namespace, to its end. */
  static Result anyIn(NetNamespace namespace, String... command) throws Exception {
    Path output = Files.createTempFile("viaduct-test", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      return end(namespace.start(builder), output);
    } finally {
      Files.delete(output);
    }
  }

  private static Result end(Process process, Path output) throws Exception {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("it does not end: " + SystemLab.read(output));
    }
    return new Result(process.pid(), process.exitValue(), SystemLab.read(output));
  }

  /** Sends a signal to a process that a test started. */
  public static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
