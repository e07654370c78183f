package net.viaduct.cli;

import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table.
 *
 * @param title in the header line
 * @param right whether it is aligned at its right
 * @param text what is shown of a row
 * @param counter the counter behind it, whose rate is shown when watching; null if it is none
 * @param unit how the counter is written
 */
record Column(
    String title,
    boolean right,
    Function<Row, String> text,
    @Nullable ToLongFunction<Row> counter,
    Unit unit) {
  /** How numbers are written. */
  enum Unit {
    /** As they are. */
    PLAIN,
    /** With a decimal multiple of bytes; as a rate, of bits. */
    BYTES
  }

  static Column text(String title, String path) {
    return new Column(title, false, row -> row.text(path), null, Unit.PLAIN);
  }

  static Column text(String title, Function<Row, String> text) {
    return new Column(title, false, text, null, Unit.PLAIN);
  }

  static Column number(String title, String path) {
    return new Column(title, true, row -> row.text(path), null, Unit.PLAIN);
  }

  static Column number(String title, Function<Row, String> text) {
    return new Column(title, true, text, null, Unit.PLAIN);
  }

  static Column frames(String title, String path) {
    return new Column(
        title, true, row -> Long.toString(row.number(path)), row -> row.number(path), Unit.PLAIN);
  }

  static Column bytes(String title, String path) {
    return new Column(
        title, true, row -> Quantity.bytes(row.number(path)), row -> row.number(path), Unit.BYTES);
  }

  /** The rate of a counter that grew. */
  String rate(long growth, double seconds) {
    double perSecond = growth / seconds;
    return unit == Unit.BYTES
        ? Quantity.bitsPerSecond(perSecond * 8)
        : Quantity.perSecond(perSecond);
  }
}
