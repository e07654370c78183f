package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Redrawing a screen leaves alone what is not on it. */
class WatchTest {
  private static final String ERASE_SCROLLED_OFF = "\033[3J"; // xterm's ED 3

  @Test
  void shouldLeaveWhatScrolledOffWhenItRedraws() {
    StringWriter screen = new StringWriter();
    PrintWriter out = new PrintWriter(screen);
    Iterator<Map<String, Object>> looks =
        List.of(Map.<String, Object>of("networks", List.of()), Map.<String, Object>of()).iterator();
    Answers source =
        () -> {
          if (!looks.hasNext()) {
            throw new IllegalStateException("enough");
          }
          return looks.next();
        };
    Watch watch = new Watch(source, new ThingPrinter(Thing.ERRORS, false, false, out), out, true);
    assertThatThrownBy(() -> watch.run(0.001)).hasMessage("enough");
    assertThat(screen.toString())
        .contains("\033[H", "no errors")
        .doesNotContain(ERASE_SCROLLED_OFF);
  }
}
