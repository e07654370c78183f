package net.viaduct.cli.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long nowNs;

  private Screen screen(boolean quiet, boolean terminal) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    return new Screen(out, quiet, terminal, () -> nowNs);
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void shouldShowNeitherProgressNorColoursInAPipe() {
    Screen screen = screen(false, false);
    screen.doing("building");
    screen.line(screen.good("built"));
    assertThat(shown()).isEqualTo("built" + System.lineSeparator());
  }

  @Test
  void shouldReplaceProgressByTheNextLineOnATerminal() {
    Screen screen = screen(false, true);
    screen.doing("building");
    assertThat(shown()).contains("building ...");
    screen.line("built");
    assertThat(shown()).endsWith("\r\u001b[Kbuilt" + System.lineSeparator());
  }

  @Test
  void shouldPrintOnlyTheResultForAProgram() {
    Screen screen = screen(true, false);
    screen.heading("heading");
    screen.result("{}");
    assertThat(shown()).isEqualTo("{}" + System.lineSeparator());
  }

  @Test
  void shouldNoticeThatNobodyReads() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    PrintStream out = new PrintStream(closed, true, StandardCharsets.UTF_8);
    Screen screen = new Screen(out, false, false, () -> 0);
    assertThatThrownBy(() -> screen.line("text")).isInstanceOf(ScreenGone.class);
  }

  @Test
  void shouldTellHowLongItTook() {
    Screen screen = screen(false, false);
    nowNs = 1_500_000_000;
    assertThat(screen.elapsed()).isEqualTo(Duration.ofMillis(1500));
  }
}
