package net.viaduct.experiment.samples;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import org.jspecify.annotations.Nullable;

/**
 * Writes a file of results, row by row, so that what was measured is there however the experiment
 * ends. Any thread; a lock keeps rows whole.
 */
public final class ResultWriter implements SampleSink, AutoCloseable {
  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final double MEGABIT = 1e6;
  private static final int FLUSH_ROWS = 1_000;

  private final BufferedWriter out;
  private final String[] row = new String[CsvFormat.COLUMNS.size()];
  private int rows;
  private ExperimentPlan.@Nullable Run run;

  /**
   * Begins a file, in place of one that is there.
   *
   * @throws IOException if it cannot be written
   */
  public ResultWriter(Path file, ExperimentPlan plan) throws IOException {
    out = Files.newBufferedWriter(file);
    out.write(String.join(",", CsvFormat.COLUMNS));
    out.newLine();
    begin("plan");
    set("name", plan.name());
    set("text", plan.source());
    end();
    plan.variants().forEach(this::announce);
    plan.streams().forEach(this::announce);
    plan.loads().forEach(this::announce);
    flush();
  }

  private void announce(VariantPlan variant) {
    begin("variant");
    set("variant", variant.name());
    set("text", variant.against());
    end();
  }

  private void announce(StreamPlan stream) {
    begin("stream");
    set("name", stream.name());
    set("kind", stream.kind().word());
    set(
        "text",
        "to %s port %d, %d bytes, TOS %d, every %s ms"
            .formatted(
                stream.to(),
                stream.port(),
                stream.sizeBytes(),
                stream.trafficClass(),
                CsvFormat.decimal(stream.intervalNs() / NS_PER_MS, 3)));
    end();
  }

  private void announce(LoadPlan load) {
    for (int flow = 1; flow <= load.flows(); flow++) {
      begin("flow");
      set("name", load.flowName(flow));
      set("kind", load.kind().word());
      if (load.flows() > 1) {
        set("sequence", Integer.toString(flow));
      }
      set("text", "to %s port %d".formatted(load.to(), load.port()));
      end();
    }
  }

  /**
   * Begins a run.
   *
   * @param when by the wall clock
   */
  public synchronized void run(ExperimentPlan.Run next, String when) {
    run = next;
    begin("run");
    set("time_s", "0");
    set("text", when);
    end();
    flush();
  }

  @Override
  public synchronized void probe(ProbeSample sample) {
    begin("probe");
    set("name", sample.stream());
    set("kind", sample.kind());
    set("sequence", Long.toString(sample.sequence()));
    set("time_s", CsvFormat.decimal(sample.timeNs() / NS_PER_SECOND, 6));
    if (sample.outcome() != Outcome.LOST) {
      set("rtt_ms", CsvFormat.decimal(sample.roundTripNs() / NS_PER_MS, 4));
    }
    if (sample.forwardNs() != ProbeSample.UNKNOWN) {
      set("forward_ms", CsvFormat.decimal(sample.forwardNs() / NS_PER_MS, 4));
    }
    set("outcome", sample.outcome().word());
    end();
  }

  @Override
  public synchronized void load(LoadSample sample) {
    begin("load");
    set("name", sample.load());
    set("kind", sample.kind());
    set("time_s", CsvFormat.decimal(sample.timeNs() / NS_PER_SECOND, 6));
    if (sample.congestionWindow() >= 0) {
      set("cwnd", Long.toString(sample.congestionWindow()));
      set("srtt_ms", CsvFormat.decimal(sample.smoothedRttMs(), 3));
      set("rttvar_ms", CsvFormat.decimal(sample.rttVarianceMs(), 3));
      set("retransmits", Long.toString(sample.retransmits()));
      set("delivery_mbit", CsvFormat.decimal(sample.deliveryBitsPerSecond() / MEGABIT, 4));
    }
    set("sent_bytes", Long.toString(sample.sentBytes()));
    if (sample.arrivedBytes() >= 0) {
      set("arrived_bytes", Long.toString(sample.arrivedBytes()));
    }
    end();
  }

  @Override
  public synchronized void phase(PhaseMark mark) {
    begin("phase");
    set("name", mark.name());
    set("time_s", CsvFormat.decimal(mark.timeNs() / NS_PER_SECOND, 6));
    set("text", mark.text());
    end();
    flush();
  }

  /**
   * Says how the experiment ended.
   *
   * @param how {@code complete}, or what happened
   */
  public synchronized void ended(String how) {
    begin("end");
    set("text", how);
    end();
    flush();
  }

  private void begin(String record) {
    Arrays.fill(row, "");
    set("record", record);
    ExperimentPlan.Run now = run;
    if (now != null) {
      set("run", Integer.toString(now.number()));
      set("repetition", Integer.toString(now.repetition()));
      now.variant().ifPresent(variant -> set("variant", variant.name()));
    }
  }

  private void set(String column, String value) {
    row[CsvFormat.COLUMNS.indexOf(column)] = value;
  }

  private void end() {
    try {
      for (int i = 0; i < row.length; i++) {
        out.write(i == 0 ? "" : ",");
        out.write(CsvFormat.cell(row[i]));
      }
      out.newLine();
      if (++rows % FLUSH_ROWS == 0) {
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
