package net.viaduct.experiment.probe;

import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;

/** When the probes of a stream are due. Owned by the thread that sends. */
final class Schedule {
  private final StreamPlan plan;
  private final RunTime time;
  private long nextNs;
  private long sent;

  Schedule(StreamPlan plan, RunTime time) {
    this.plan = plan;
    this.time = time;
  }

  /** Whether none is due any more. */
  boolean isDone() {
    return time.isOver() || (plan.count() > 0 && sent >= plan.count());
  }

  /** When the next one is due. */
  long nextNs() {
    return nextNs;
  }

  /** One was sent; those that were missed meanwhile are left out, not sent in a burst. */
  void sent(long nowNs) {
    sent++;
    nextNs = Math.max(nextNs + plan.intervalNs(), nowNs);
  }
}
