package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.io.IoFailure;
import org.junit.jupiter.api.Assumptions;

/** A namespace of a test, removed also after a failure; the test is skipped where none can be. */
public final class TestNamespace implements AutoCloseable {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final NetNamespace namespace;

  public TestNamespace() {
    namespace = create(freshName());
  }

  public static String freshName() {
    return "vdt" + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet();
  }

  private static NetNamespace create(String name) {
    try {
      return NetNamespace.create(name);
    } catch (IoFailure e) {
      Assumptions.abort("no network namespace can be made here: " + e.getMessage());
      throw e;
    }
  }

  public NetNamespace get() {
    return namespace;
  }

  /** Runs a program inside, which has to succeed, and returns what it printed. */
  public String run(String... command) {
    try {
      Process process = namespace.start(new ProcessBuilder(command).redirectErrorStream(true));
      byte[] output = process.getInputStream().readAllBytes();
      String text = new String(output, StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), text).isZero();
      return text;
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Skips the test where a program that judges is not installed. */
  public static void needs(String program) {
    try {
      Assumptions.assumeTrue(
          new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0,
          program + " is not installed");
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    namespace.close();
    NetNamespace.delete(namespace.name());
  }
}
