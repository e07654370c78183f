package net.viaduct.cli.experiment;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.ExperimentPlan.Run;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.SampleSink;
import org.jspecify.annotations.Nullable;

/**
 * Shows on a terminal, in one line, how far an experiment is and what it sees; passes the samples
 * on. Any thread.
 */
final class Progress implements SampleSink, AutoCloseable {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final long PERIOD_MS = 200;
  private static final int BAR = 20;
  private static final double NS_PER_SECOND = 1e9;
  private static final double NS_PER_MS = 1e6;
  private static final double MEGABIT = 1e6;
  private static final int MOST_THINGS = 4;

  private final SampleSink next;
  private final PrintStream terminal = System.out;
  private final int runs;
  private final Thread thread;
  private final Map<String, String> latest = new LinkedHashMap<>();
  private @Nullable Run run;
  private @Nullable RunTime time;
  private boolean closed;

  /**
   * Shows, until it is closed.
   *
   * @param isTerminal whether there is somebody who looks; if not, it is quiet
   */
  Progress(ExperimentPlan plan, SampleSink next, boolean isTerminal) {
    this.next = next;
    runs = plan.runs().size();
    thread = Thread.ofPlatform().name("progress").daemon().unstarted(this::work);
    if (isTerminal) {
      thread.start();
    }
  }

  /** A run begins. */
  synchronized void runBegins(Run begun, RunTime runTime) {
    run = begun;
    time = runTime;
    latest.clear();
  }

  @Override
  public void probe(ProbeSample sample) {
    next.probe(sample);
    String value =
        sample.isAnswered()
            ? String.format(Locale.ROOT, "%.1f ms", sample.roundTripNs() / NS_PER_MS)
            : sample.outcome().word();
    note(sample.stream(), value);
  }

  @Override
  public void load(LoadSample sample) {
    next.load(sample);
    if (sample.deliveryBitsPerSecond() >= 0) {
      double rate = sample.deliveryBitsPerSecond() / MEGABIT;
      note(sample.load(), String.format(Locale.ROOT, "%.1f Mbit/s", rate));
    }
  }

  @Override
  public void phase(PhaseMark mark) {
    next.phase(mark);
    note("now", mark.name());
  }

  private synchronized void note(String name, String value) {
    if (latest.size() < MOST_THINGS || latest.containsKey(name)) {
      latest.put(name, value);
    }
  }

  private synchronized void work() {
    while (!closed) {
      show();
      try {
        wait(PERIOD_MS);
      } catch (InterruptedException e) {
        return;
      }
    }
    terminal.print(CLEAR_LINE);
    terminal.flush();
  }

  private void show() {
    Run now = run;
    RunTime of = time;
    if (now == null || of == null) {
      return;
    }
    long passed = Math.min(of.nowNs(), of.durationNs());
    int filled = (int) (BAR * passed / of.durationNs());
    StringBuilder line = new StringBuilder(CLEAR_LINE);
    line.append("run ").append(now.number()).append('/').append(runs);
    now.variant().ifPresent(variant -> line.append(' ').append(variant.name()));
    line.append(" [").append("#".repeat(filled)).append("-".repeat(BAR - filled)).append("] ");
    line.append(
        String.format(
            Locale.ROOT, "%.0f/%.0f s", passed / NS_PER_SECOND, of.durationNs() / NS_PER_SECOND));
    latest.forEach((name, value) -> line.append("  ").append(name).append(' ').append(value));
    terminal.print(line);
    terminal.flush();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
