package net.viaduct.experiment.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * A file of results that was read. Immutable, but for the runs' lists.
 *
 * @param name of the experiment
 * @param plan what it was read from, when it was made
 * @param runs in their order
 * @param loadsOfFlows the load of each flow, by their names
 * @param against what a variant is compared with, by their names; nothing for the first one
 * @param end how it ended; empty if it was killed
 */
public record ResultFile(
    String name,
    String plan,
    List<RunResult> runs,
    Map<String, String> loadsOfFlows,
    Map<String, String> against,
    String end) {
  /** How an experiment ends that came to its end. */
  public static final String COMPLETE = "complete";

  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final double MEGABIT = 1e6;

  /**
   * Reads a file, packed by gzip if its name ends with {@code .gz}; a last row that is not whole,
   * because the writer was killed, is left out.
   *
   * @throws IOException if it cannot be read, or is no file of results; the message has the line
   */
  public static ResultFile read(Path file) throws IOException {
    Reading reading = new Reading();
    try (BufferedReader in = open(file)) {
      Map<String, Integer> columns = columns(file, in.readLine());
      int number = 1;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        Row row = new Row(columns, CsvFormat.cells(line));
        try {
          if (!row.isCutOff()) {
            reading.take(row);
          }
        } catch (IllegalArgumentException e) {
          throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
        }
      }
    }
    return reading.result();
  }

  /** What was read so far. Owned by the thread that reads. */
  private static final class Reading {
    private final Map<Integer, RunResult> runs = new LinkedHashMap<>();
    private final List<String> streams = new ArrayList<>();
    private final Map<String, String> loadsOfFlows = new LinkedHashMap<>();
    private final List<String> flows = new ArrayList<>();
    private final Map<String, String> against = new LinkedHashMap<>();
    private String name = "";
    private String plan = "";
    private String end = "";

    void take(Row row) {
      switch (row.text("record")) {
        case "plan" -> {
          name = row.text("name");
          plan = row.lines("text");
        }
        case "stream" -> streams.add(row.text("name"));
        case "flow" -> flow(row);
        case "variant" -> {
          if (!row.text("text").isEmpty()) {
            against.put(row.text("variant"), row.lines("text"));
          }
        }
        case "run" -> run(row);
        case "probe" -> run(row).add(row.probe());
        case "load" -> run(row).add(row.load());
        case "phase" ->
            run(row).add(new PhaseMark(row.text("name"), row.ns("time_s"), row.lines("text")));
        case "end" -> end = row.lines("text");
        default -> {
          // a later version knows more
        }
      }
    }

    private void flow(Row row) {
      String flow = row.text("name");
      flows.add(flow);
      String end = "-" + row.text("sequence");
      loadsOfFlows.put(
          flow, flow.endsWith(end) ? flow.substring(0, flow.length() - end.length()) : flow);
    }

    private RunResult run(Row row) {
      int number = (int) row.integer("run", 0);
      int repetition = (int) row.integer("repetition", 1);
      return runs.computeIfAbsent(
          number, _ -> new RunResult(number, repetition, row.text("variant"), streams, flows));
    }

    ResultFile result() {
      runs.values().forEach(RunResult::complete);
      return new ResultFile(name, plan, new ArrayList<>(runs.values()), loadsOfFlows, against, end);
    }
  }

  private static BufferedReader open(Path file) throws IOException {
    InputStream in = Files.newInputStream(file);
    try {
      InputStream bytes = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
      return new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static Map<String, Integer> columns(Path file, String header) throws IOException {
    List<String> names = header == null ? List.of() : CsvFormat.cells(header);
    if (!names.containsAll(CsvFormat.COLUMNS)) {
      throw new IOException(
          file + " is no file of results: its first line does not name the columns");
    }
    Map<String, Integer> columns = new LinkedHashMap<>();
    names.forEach(each -> columns.put(each, columns.size()));
    return columns;
  }

  /** The names of all streams of all runs. */
  public Set<String> streams() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.addAll(run.streams().keySet()));
    return names;
  }

  /** The names of all loads of all runs. */
  public Set<String> loads() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> run.flows().keySet().forEach(flow -> names.add(loadOf(flow))));
    return names;
  }

  /** Which load a flow belongs to. */
  public String loadOf(String flow) {
    return loadsOfFlows.getOrDefault(flow, flow);
  }

  /** The variant that another one is compared with; itself if with none. */
  public String partnerOf(String variant) {
    return against.getOrDefault(variant, runs.isEmpty() ? variant : runs.getFirst().variant());
  }

  /** The names of all variants; one empty name if there is only one way. */
  public Set<String> variants() {
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.add(run.variant()));
    return names;
  }

  private record Row(Map<String, Integer> columns, List<String> cells) {
    ProbeSample probe() {
      boolean hasForward = !text("forward_ms").isEmpty();
      return new ProbeSample(
          text("name").intern(),
          text("kind").intern(),
          integer("sequence", 0),
          ns("time_s"),
          Math.round(decimal("rtt_ms", 0) * NS_PER_MS),
          hasForward ? Math.round(decimal("forward_ms", 0) * NS_PER_MS) : ProbeSample.UNKNOWN,
          Outcome.of(text("outcome")));
    }

    LoadSample load() {
      return new LoadSample(
          text("name").intern(),
          text("kind").intern(),
          ns("time_s"),
          integer("cwnd", -1),
          decimal("srtt_ms", -1),
          decimal("rttvar_ms", -1),
          integer("retransmits", -1),
          text("delivery_mbit").isEmpty() ? -1 : decimal("delivery_mbit", -1) * MEGABIT,
          integer("sent_bytes", 0),
          integer("arrived_bytes", -1));
    }

    boolean isCutOff() {
      return cells.size() < columns.size();
    }

    String text(String column) {
      Integer index = columns.get(column);
      return index == null ? "" : cells.get(index);
    }

    String lines(String column) {
      StringBuilder lines = new StringBuilder();
      String text = text(column);
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length()) {
          char next = text.charAt(++i);
          lines.append(next == 'n' ? '\n' : next);
        } else {
          lines.append(c);
        }
      }
      return lines.toString();
    }

    long integer(String column, long missing) {
      String text = text(column);
      return text.isEmpty() ? missing : Long.parseLong(text);
    }

    double decimal(String column, double missing) {
      String text = text(column);
      return text.isEmpty() ? missing : Double.parseDouble(text);
    }

    long ns(String column) {
      return Math.round(decimal(column, 0) * NS_PER_SECOND);
    }
  }
}
