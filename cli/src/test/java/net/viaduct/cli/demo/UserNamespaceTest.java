package net.viaduct.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class UserNamespaceTest {
  /** A kernel gives a variable in one call only, however little was asked for. */
  @Test
  void shouldReadAllDigitsOfAVariable() throws IOException, InterruptedException {
    Process cat = new ProcessBuilder("cat", "/proc/sys/kernel/pid_max").start();
    String whole =
        new String(cat.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
            .strip();
    assertThat(cat.waitFor()).isZero();
    assertThat(whole).hasSizeGreaterThan(1);
    assertThat(UserNamespace.value("kernel/pid_max")).isEqualTo(whole);
  }

  @Test
  void shouldTellNothingOfAVariableThatIsNotThere() {
    assertThat(UserNamespace.value("kernel/no_such_variable")).isEmpty();
  }
}
