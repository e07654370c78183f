package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Prints a thing: as a table, as a table of rates, or as JSON. */
final class ThingPrinter {
  private final Thing thing;
  private final boolean all;
  private final boolean json;
  private final PrintWriter out;

  ThingPrinter(Thing thing, boolean all, boolean json, PrintWriter out) {
    this.thing = thing;
    this.all = all;
    this.json = json;
    this.out = out;
  }

  /** Whether there is something in it that has a rate. */
  boolean hasRates() {
    return !json && thing.columns().stream().anyMatch(column -> column.counter() != null);
  }

  /** Prints it as it is. */
  void print(Map<String, Object> answer) {
    if (json) {
      out.println(Json.write(answer));
      return;
    }
    Table table = Table.of(thing.columns());
    List<Row> rows = thing.rows(answer, all);
    rows.forEach(row -> table.add(cells(row)));
    print(table, rows);
  }

  /** Prints how much it grew, for each second. */
  void printRates(Map<String, Object> before, Map<String, Object> after, double seconds) {
    Map<String, Row> known = new HashMap<>();
    thing.rows(before, true).forEach(row -> known.put(thing.identity(row), row));
    Table table = Table.ofRates(thing.columns());
    List<Row> rows = thing.rows(after, all);
    for (Row row : rows) {
      table.add(rates(known.get(thing.identity(row)), row, seconds));
    }
    print(table, rows);
  }

  private void print(Table table, List<Row> rows) {
    if (table.isEmpty()) {
      out.println(thing.nothing());
      return;
    }
    List<String> lines = table.lines();
    int hintAt = thing == Thing.DROPS ? lines.getFirst().indexOf("WHAT HAPPENED") : -1;
    out.println(lines.getFirst());
    for (int i = 0; i < rows.size(); i++) {
      out.println(lines.get(i + 1));
      if (hintAt >= 0) {
        out.println(" ".repeat(hintAt) + "-> " + rows.get(i).text("hint"));
      }
    }
  }

  private List<String> cells(Row row) {
    return thing.columns().stream().map(column -> column.text().apply(row)).toList();
  }

  private List<String> rates(@Nullable Row before, Row after, double seconds) {
    List<String> cells = new ArrayList<>();
    for (Column column : thing.columns()) {
      ToLongFunction<Row> counter = column.counter();
      if (counter == null) {
        cells.add(column.text().apply(after));
      } else {
        long start = before == null ? 0 : counter.applyAsLong(before);
        long growth = counter.applyAsLong(after) - start;
        cells.add(growth < 0 ? "-" : column.rate(growth, seconds));
      }
    }
    return cells;
  }
}
