package net.viaduct.experiment;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import net.viaduct.experiment.load.Load;
import net.viaduct.experiment.plan.Action;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.ExperimentPlan.Run;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.PhasePlan;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.experiment.probe.Probe;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.ResultWriter;
import net.viaduct.experiment.samples.SampleSink;
import net.viaduct.experiment.serve.Responder;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * An experiment at work: run after run, with a thread for each stream and each flow. Owned by the
 * thread that runs it; {@link #stop} may be called from any.
 */
public final class Experiment {
  /** Between two runs. */
  private static final long PAUSE_NS = 1_000_000_000;

  private final ExperimentPlan plan;
  private final Actions actions;
  private final NanoClock clock;
  private final Clock wall;
  private final BiConsumer<Run, RunTime> whenRunBegins;
  private final AtomicReference<@Nullable RunTime> current = new AtomicReference<>();
  private volatile boolean stopped;

  /**
   * An experiment.
   *
   * @param whenRunBegins told of each run
   */
  public Experiment(
      ExperimentPlan plan,
      Actions actions,
      NanoClock clock,
      Clock wall,
      BiConsumer<Run, RunTime> whenRunBegins) {
    this.plan = plan;
    this.actions = actions;
    this.clock = clock;
    this.wall = wall;
    this.whenRunBegins = whenRunBegins;
  }

  /** Ends it before its time; what was measured is kept. */
  public void stop() {
    stopped = true;
    RunTime time = current.get();
    if (time != null) {
      time.stop();
    }
  }

  /**
   * Does all runs.
   *
   * @param writer told where runs begin and how it ended
   * @param sink gets the samples: the writer, or something in front of it
   * @throws Exception the first failure; what was measured before is kept
   */
  public void run(ResultWriter writer, SampleSink sink) throws Exception {
    String end = ResultFile.COMPLETE;
    try (Places places = new Places();
        Responder responder = openResponder(places)) {
      for (Run run : plan.runs()) {
        if (responder == null && plan.responder().isPresent()) {
          throw new IllegalStateException("the responder is gone");
        }
        if (!stopped) {
          letQueuesDrain(run);
          run(run, places, writer, sink);
        }
      }
      end = stopped ? "stopped" : end;
    } catch (Exception e) {
      end = "failed: " + e.getMessage();
      throw e;
    } finally {
      writer.ended(end);
    }
  }

  /** A run must not find in a queue what the one before it left there. */
  private void letQueuesDrain(Run next) throws InterruptedException {
    if (next.number() > 1) {
      RunTime pause = new RunTime(clock, PAUSE_NS);
      current.set(pause);
      pause.sleepUntil(PAUSE_NS);
    }
  }

  private @Nullable Responder openResponder(Places places) throws Exception {
    if (plan.responder().isEmpty()) {
      return null;
    }
    ResponderPlan responder = plan.responder().get();
    return places.open(responder.place(), () -> Responder.start(responder.port(), wall));
  }

  private void run(Run run, Places places, ResultWriter writer, SampleSink sink) throws Exception {
    if (run.variant().isPresent()) {
      for (Action action : run.variant().get().before()) {
        actions.run(action);
      }
    }
    writer.run(run, wall.instant().toString());
    String place = plan.placeOf(run);
    List<Probe> probes = new ArrayList<>();
    try {
      for (StreamPlan stream : plan.streams()) {
        probes.add(Probe.open(stream.orPlace(place), places, sink));
      }
      RunTime time = new RunTime(clock, plan.durationNs());
      current.set(time);
      if (stopped) {
        time.stop();
      }
      whenRunBegins.accept(run, time);
      String usual = run.variant().map(VariantPlan::congestionControl).orElse("");
      List<LoadPlan> loads = plan.loads().stream().map(load -> load.or(usual, place)).toList();
      work(probes, loads, places, sink, time);
    } finally {
      for (Probe probe : probes) {
        probe.close();
      }
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private void work(
      List<Probe> probes, List<LoadPlan> loads, Places places, SampleSink sink, RunTime time)
      throws Exception {
    AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Probe probe : probes) {
      threads.add(start("probe", () -> probe.run(time), failure, time));
    }
    for (LoadPlan load : loads) {
      for (int flow = 1; flow <= load.flows(); flow++) {
        Load one = Load.of(load, load.flowName(flow), places, sink);
        threads.add(start("load", () -> one.run(time), failure, time));
      }
    }
    if (!plan.phases().isEmpty()) {
      threads.add(start("phases", () -> phases(sink, time), failure, time));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    time.sleepUntil(time.durationNs());
    Exception first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private static Thread start(
      String name, Work work, AtomicReference<@Nullable Exception> failure, RunTime time) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(() -> {
          try {
            work.run();
          } catch (Exception e) {
            failure.compareAndSet(null, e);
            time.stop();
          }
        });
  }

  private void phases(SampleSink sink, RunTime time) throws Exception {
    for (PhasePlan phase : plan.phases()) {
      if (!time.sleepUntil(phase.atNs())) {
        return;
      }
      String said = actions.run(phase.action());
      sink.phase(new PhaseMark(phase.name(), time.nowNs(), said));
    }
  }
}
