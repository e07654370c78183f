package net.viaduct.experiment;

import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.SampleSink;

/** Passes samples on, and does something after so many probes. */
final class StopAfter implements SampleSink {
  private final SampleSink next;
  private final int probes;
  private final Runnable action;
  private final AtomicInteger seen = new AtomicInteger();

  StopAfter(SampleSink next, int probes, Runnable action) {
    this.next = next;
    this.probes = probes;
    this.action = action;
  }

  @Override
  public void probe(ProbeSample sample) {
    next.probe(sample);
    if (seen.incrementAndGet() == probes) {
      action.run();
    }
  }

  @Override
  public void load(LoadSample sample) {
    next.load(sample);
  }

  @Override
  public void phase(PhaseMark mark) {
    next.phase(mark);
  }
}
