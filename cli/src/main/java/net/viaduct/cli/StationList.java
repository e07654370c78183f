package net.viaduct.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.client.ApiSilent;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Prints stations while the host tells them: there may be a million, of which none is kept. Used by
 * one thread.
 */
final class StationList {
  /** After so many rows it is known how wide columns are, mostly. */
  private static final int ROWS_AT_ONCE = 5_000;

  /** Tables of the data path have no order; where all are here before one is printed, rows do. */
  private static final Comparator<List<String>> BY_NETWORK_AND_ADDRESS =
      Comparator.<List<String>>comparingLong(cells -> Long.parseLong(cells.get(2)))
          .thenComparing(List::getFirst);

  private static final int BUFFER_CHARS = 64 * 1024;

  private final LocalHost host;
  private final Map<String, String> filter;
  private final PrintWriter out;

  /**
   * A list.
   *
   * @param filter parameters that say which stations are wanted
   */
  StationList(LocalHost host, Map<String, String> filter, PrintWriter out) {
    this.host = host;
    this.filter = filter;
    this.out = out;
  }

  /** The target of the API for some stations. */
  private String target(int limit, String after) {
    Map<String, String> parameters = new LinkedHashMap<>(filter);
    parameters.put("limit", String.valueOf(limit));
    parameters.put("cursor", after);
    return Thing.STATIONS.target() + "?" + StationFlags.query(parameters);
  }

  /**
   * Prints them as the host tells them, in JSON.
   *
   * @param limit how many at most
   * @param after where to go on; empty for the first
   */
  void printJson(int limit, String after) throws ApiSilent {
    host.read(target(limit, after), this::copy);
    out.println();
  }

  private void copy(InputStream body) throws IOException {
    InputStreamReader text = new InputStreamReader(body, StandardCharsets.UTF_8);
    char[] buffer = new char[BUFFER_CHARS];
    char last = 0;
    for (int n = text.read(buffer); n > 0; n = text.read(buffer)) {
      out.write(buffer, 0, n);
      last = buffer[n - 1];
    }
    if (last != '}') {
      throw new IOException("the answer ends in the middle");
    }
  }

  /**
   * Prints them as a table.
   *
   * @param limit how many at most
   * @param after where to go on; empty for the first
   * @return where to go on; null if these were all
   */
  @Nullable String printTable(int limit, String after) throws ApiSilent {
    Rows rows = new Rows();
    host.read(target(limit, after), rows::read);
    return rows.next;
  }

  /** The rows of one answer. */
  private final class Rows {
    private final List<Column> columns = Thing.STATIONS.columns();
    private final Table table = Table.of(columns);
    private final Map<String, @Nullable Object> station = new HashMap<>();
    private final Row row = new Row(station);
    private boolean printed;
    private int waiting;
    private @Nullable String next;

    void read(InputStream body) throws IOException {
      try (JsonParser parser = Json.parser(body)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean list = "stations".equals(parser.currentName());
          JsonToken value = parser.nextToken();
          if (list && value == JsonToken.START_ARRAY) {
            readList(parser);
          } else if (value == JsonToken.VALUE_STRING) {
            next = parser.getString();
          }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
          throw new IOException("the answer is not about stations");
        }
      } catch (JacksonException e) {
        throw new IOException("the answer ends in the middle: " + e.getOriginalMessage(), e);
      }
      if (!printed) {
        table.sort(BY_NETWORK_AND_ADDRESS);
      }
      if (printed || waiting > 0) {
        print();
      } else {
        out.println(Thing.STATIONS.nothing());
      }
    }

    private void readList(JsonParser parser) {
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          JsonToken value = parser.nextToken();
          station.put(
              name,
              value == JsonToken.VALUE_NUMBER_INT ? (Object) parser.getLongValue() : text(parser));
        }
        table.add(cells());
        if (++waiting == ROWS_AT_ONCE) {
          print();
        }
      }
    }

    private List<String> cells() {
      String[] cells = new String[columns.size()];
      for (int i = 0; i < cells.length; i++) {
        cells[i] = columns.get(i).text().apply(row);
      }
      return Arrays.asList(cells);
    }

    private static @Nullable String text(JsonParser parser) {
      return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getString() : null;
    }

    private void print() {
      table.printRows(!printed, out);
      printed = true;
      waiting = 0;
    }
  }
}
