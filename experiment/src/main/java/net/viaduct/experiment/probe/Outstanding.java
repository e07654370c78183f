package net.viaduct.experiment.probe;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.SampleSink;

/** The probes of a stream that are not answered yet. Any thread; a lock keeps it whole. */
final class Outstanding {
  private static final int REMEMBERED = 4_096;

  /** Whether a run is stopped, and whether a probe is too old, is looked at so often. */
  private static final long LONGEST_WAIT_MS = 10;

  private final StreamPlan plan;
  private final String kind;
  private final SampleSink sink;
  private final LinkedHashMap<Long, Long> sentNs = new LinkedHashMap<>();
  private final Map<Long, Long> answered = new HashMap<>();
  private long sent;

  Outstanding(StreamPlan plan, SampleSink sink) {
    this.plan = plan;
    kind = plan.kind().word();
    this.sink = sink;
  }

  /** A probe is about to be sent; returns its sequence number. */
  synchronized long sending(long nowNs) {
    sentNs.put(sent, nowNs);
    return sent++;
  }

  /** How many were sent. */
  synchronized long sent() {
    return sent;
  }

  /** Whether some may still be answered. */
  synchronized boolean isEmpty() {
    return sentNs.isEmpty();
  }

  /** An answer came. */
  synchronized void answered(long sequence, long nowNs, Outcome outcome) {
    answered(sequence, nowNs, ProbeSample.UNKNOWN, outcome);
  }

  /**
   * An answer came that tells when the other end saw the probe.
   *
   * @param seenNs in the time of the run
   */
  synchronized void answeredAfter(long sequence, long nowNs, long seenNs) {
    answered(sequence, nowNs, seenNs, Outcome.ANSWERED);
  }

  private void answered(long sequence, long nowNs, long seenNs, Outcome outcome) {
    Long at = sentNs.remove(sequence);
    if (at != null) {
      long forwardNs = seenNs == ProbeSample.UNKNOWN ? seenNs : seenNs - at;
      tell(sequence, at, nowNs - at, forwardNs, outcome);
      answered.put(sequence, at);
      answered.remove(sequence - REMEMBERED);
      return;
    }
    Long before = answered.get(sequence);
    if (before != null) {
      tell(sequence, before, nowNs - before, ProbeSample.UNKNOWN, Outcome.DUPLICATE);
    }
  }

  /** Gives up what is too old. */
  synchronized void expire(long nowNs) {
    while (!sentNs.isEmpty()) {
      Map.Entry<Long, Long> oldest = sentNs.firstEntry();
      if (nowNs - oldest.getValue() < plan.timeoutNs()) {
        return;
      }
      lost(oldest.getKey());
    }
  }

  /** Returns when each probe is answered or given up, or the run is stopped. */
  synchronized void awaitAnswers(RunTime time) throws InterruptedException {
    while (!sentNs.isEmpty() && !time.isStopped()) {
      wait(LONGEST_WAIT_MS);
      expire(time.nowNs());
    }
  }

  /** A probe will not be answered. */
  synchronized void lost(long sequence) {
    Long at = sentNs.remove(sequence);
    if (at != null) {
      tell(sequence, at, 0, ProbeSample.UNKNOWN, Outcome.LOST);
    }
  }

  private void tell(long sequence, long at, long roundTripNs, long forwardNs, Outcome outcome) {
    sink.probe(new ProbeSample(plan.name(), kind, sequence, at, roundTripNs, forwardNs, outcome));
    if (sentNs.isEmpty()) {
      notifyAll();
    }
  }
}
