package net.viaduct.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FormatTest {
  @Test
  void shouldBeFormattedEverywhere() throws Exception {
    Process format =
        new ProcessBuilder("./format", "--check")
            .directory(Repository.root().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(format.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(format.waitFor()).as("run ./format; it would change:%n%s", output).isZero();
  }
}
