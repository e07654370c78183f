package net.viaduct.cli.demo.stage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void shouldAlignColumnsWhateverTheirColours() {
    TextTable table = new TextTable();
    table.row("name", "\u001b[2mvalue\u001b[0m", "x");
    table.row("a", "1");
    table.row("longer name", "22", "y");
    assertThat(table.lines("  "))
        .containsExactly(
            "  name          \u001b[2mvalue\u001b[0m   x",
            "  a             1",
            "  longer name   22      y");
  }

  @Test
  void shouldHaveNoLinesWithoutRows() {
    assertThat(new TextTable().lines("")).isEmpty();
  }
}
