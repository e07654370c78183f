package net.viaduct.experiment.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The columns of a file of results, RFC 4180. Every row has all of them; what does not belong to
 * its record is empty. Columns are only ever appended. Stateless.
 */
public final class CsvFormat {
  /** The names of the columns, in their order. */
  public static final List<String> COLUMNS =
      List.of(
          "record",
          "run",
          "repetition",
          "variant",
          "name",
          "kind",
          "sequence",
          "time_s",
          "rtt_ms",
          "forward_ms",
          "outcome",
          "cwnd",
          "srtt_ms",
          "rttvar_ms",
          "retransmits",
          "delivery_mbit",
          "sent_bytes",
          "arrived_bytes",
          "text");

  private CsvFormat() {}

  /** A cell, with quotes if it needs them; line ends become {@code \n}. */
  static String cell(String text) {
    String line = text.replace("\\", "\\\\").replace("\r", "").replace("\n", "\\n");
    boolean quoted = line.indexOf(',') >= 0 || line.indexOf('"') >= 0;
    return quoted ? '"' + line.replace("\"", "\"\"") + '"' : line;
  }

  /** A decimal number without more zeros than it needs. */
  static String decimal(double value, int digits) {
    String text = String.format(Locale.ROOT, "%." + digits + "f", value);
    return text.replaceFirst("\\.?0+$", "");
  }

  /** The cells of a line. */
  static List<String> cells(String line) {
    List<String> cells = new ArrayList<>(COLUMNS.size());
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
