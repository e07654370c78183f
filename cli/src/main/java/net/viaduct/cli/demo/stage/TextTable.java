package net.viaduct.cli.demo.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Rows of cells as lines in which the columns are aligned. Owned by one thread. */
public final class TextTable {
  private static final String GAP = "   ";
  private static final String COLOUR = "\u001b\\[[0-9;]*m";

  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table. */
  public TextTable() {}

  /** Adds a row. */
  public void row(Stream<String> cells) {
    rows.add(cells.toList());
  }

  /** Adds a row. */
  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** The lines; no blanks at their ends. */
  public List<String> lines(String indentation) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        widths[i] = Math.max(widths[i], visible(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(indentation);
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i)).append(" ".repeat(widths[i] - visible(row.get(i)))).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int visible(String cell) {
    return cell.replaceAll(COLOUR, "").length();
  }
}
