package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Writes rows in columns, aligned, with a header line and nothing else. */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> titles;
  private final List<Boolean> right;
  private final int[] widths;
  private final List<List<String>> rows = new ArrayList<>();

  /** A table with titles, some of which are aligned at the right. */
  public Table(List<String> titles, List<Boolean> right) {
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

  /** Brings the rows in order that were not printed yet. */
  void sort(Comparator<List<String>> order) {
    rows.sort(order);
  }

  /** Adds a row. */
  public void add(List<String> cells) {
    rows.add(cells);
  }

  /** Whether there is no row. */
  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The header line, and a line for each row. */
  public List<String> lines() {
    widen();
    StringBuilder text = new StringBuilder();
    append(titles, text);
    rows.forEach(row -> append(row, text));
    return text.toString().lines().toList();
  }

  /**
   * For a table that is too long to be held: prints the rows until now and drops them. Columns are
   * as wide as these and all rows before need.
   *
   * @param first whether the header line comes first
   */
  void printRows(boolean first, PrintWriter out) {
    widen();
    StringBuilder text = new StringBuilder();
    if (first) {
      append(titles, text);
    }
    rows.forEach(row -> append(row, text));
    out.append(text);
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

  private void append(List<String> cells, StringBuilder text) {
    int end = text.length();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      int padding = widths[i] - cell.length();
      if (right.get(i)) {
        text.repeat(' ', padding).append(cell);
      } else {
        text.append(cell);
      }
      end = cell.isBlank() ? end : text.length(); // nothing but blanks may follow: left out
      if (!right.get(i)) {
        text.repeat(' ', padding);
      }
      text.append(GAP);
    }
    text.setLength(end);
    text.append(System.lineSeparator());
  }
}
