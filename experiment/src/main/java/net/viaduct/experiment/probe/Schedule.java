package net.viaduct.experiment.probe;

import java.util.function.LongConsumer;
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

  /**
   * Sends each probe when it is due, and stays until each has its answer or is lost.
   *
   * @param send is told the moment of the run
   */
  void sendAll(Outstanding outstanding, LongConsumer send) throws InterruptedException {
    while (!isDone() && time.sleepUntil(nextNs)) {
      long nowNs = time.nowNs();
      send.accept(nowNs);
      sent(nowNs);
      outstanding.expire(nowNs);
    }
    outstanding.awaitAnswers(time);
  }

  /** One was sent; those that were missed meanwhile are left out, not sent in a burst. */
  void sent(long nowNs) {
    sent++;
    nextNs = Math.max(nextNs + plan.intervalNs(), nowNs);
  }
}
