package net.viaduct.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Writes rows in columns, aligned, with a header line and nothing else. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> titles;
  private final List<Boolean> right;
  private final List<List<String>> rows = new ArrayList<>();

  Table(List<String> titles, List<Boolean> right) {
    this.titles = titles;
    this.right = right;
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
    int[] widths = IntStream.range(0, titles.size()).map(this::width).toArray();
    List<String> lines = new ArrayList<>();
    lines.add(line(titles, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int width(int column) {
    return rows.stream()
        .mapToInt(row -> row.get(column).length())
        .reduce(titles.get(column).length(), Math::max);
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String padding = " ".repeat(widths[i] - cells.get(i).length());
      line.append(i == 0 ? "" : GAP);
      line.append(right.get(i) ? padding + cells.get(i) : cells.get(i) + padding);
    }
    return line.toString().stripTrailing();
  }
}
