package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Writes rows in columns, aligned, with a header line and nothing else. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> titles;
  private final List<Boolean> right;
  private final int[] widths;
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> titles, List<Boolean> right) {
    this.titles = titles;
    this.right = right;
    this.widths = new int[titles.size()];
    widen(titles);
  }

  /** A table for columns as they are. */
  static Table of(List<Column> columns) {
    return new Table(
        columns.stream().map(Column::title).toList(), columns.stream().map(Column::right).toList());
  }

  /** A table for the rates of columns: what counts bytes tells bits. */
  static Table ofRates(List<Column> columns) {
    return new Table(
        columns.stream().map(column -> column.title().replace("BYTES", "BITS")).toList(),
        columns.stream().map(Column::right).toList());
  }

  void add(List<String> cells) {
    rows.add(cells);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The header line, and a line for each row. */
  List<String> lines() {
    widen();
    List<String> lines = new ArrayList<>();
    lines.add(line(titles, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  /**
   * For a table that is too long to be held: prints the rows until now and drops them. Columns are
   * as wide as these and all rows before need.
   *
   * @param first whether the header line comes first
   */
  void printRows(boolean first, PrintWriter out) {
    widen();
    if (first) {
      out.println(line(titles, widths));
    }
    rows.forEach(row -> out.println(line(row, widths)));
    rows.clear();
  }

  private void widen() {
    rows.forEach(this::widen);
  }

  private void widen(List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells.get(i).length());
    }
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(i == 0 ? "" : GAP);
      int padding = widths[i] - cells.get(i).length();
      if (right.get(i)) {
        line.repeat(' ', padding).append(cells.get(i));
      } else {
        line.append(cells.get(i)).repeat(' ', padding);
      }
    }
    return line.toString().stripTrailing();
  }
}
