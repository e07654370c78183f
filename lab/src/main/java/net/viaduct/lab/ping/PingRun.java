package net.viaduct.lab.ping;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.io.Readiness;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.runtime.NanoClock;

/**
 * Pings along many flows at once, on a thread of its own, which owns their sockets until the run is
 * over. The methods may be called from any thread.
 */
public final class PingRun {
  private static final AtomicInteger NEXT_IDENTIFIER = new AtomicInteger(1);
  private static final int IDENTIFIER_MASK = 0xffff;
  private static final long LONGEST_WAIT_NS = 50_000_000;

  private final PingPlan plan;
  private final Readiness readiness;
  private final NanoClock clock;
  private final List<PingTally> tallies = new ArrayList<>();
  private final List<PingSocket> sockets = new ArrayList<>();
  private final FutureTask<List<PingResult>> work = new FutureTask<>(this::work);
  private volatile boolean stopped;

  private PingRun(List<PingFlow> flows, PingPlan plan, Readiness readiness, NanoClock clock) {
    this.plan = plan;
    this.readiness = readiness;
    this.clock = clock;
    for (PingFlow flow : flows) {
      int identifier = NEXT_IDENTIFIER.getAndIncrement() & IDENTIFIER_MASK;
      tallies.add(new PingTally(flow, plan, identifier));
      if (!sockets.contains(flow.socket())) {
        sockets.add(flow.socket());
      }
    }
  }

  /**
   * Begins to ping.
   *
   * @param readiness closed when the run is over
   */
  public static PingRun start(
      List<PingFlow> flows, PingPlan plan, Readiness readiness, NanoClock clock) {
    PingRun run = new PingRun(flows, plan, readiness, clock);
    Thread.ofPlatform().name("ping").daemon().start(run.work);
    return run;
  }

  /** Sends no more requests; those under way may still be answered. */
  public void stop() {
    stopped = true;
  }

  /**
   * Waits for the end.
   *
   * @return a result for each flow, in their order
   */
  public List<PingResult> await() throws InterruptedException {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("ping: " + e.getMessage(), e.getCause());
    }
  }

  private List<PingResult> work() {
    try (readiness) {
      for (int i = 0; i < sockets.size(); i++) {
        readiness.add(sockets.get(i), i);
      }
      long start = clock.nanoTime();
      for (int i = 0; i < tallies.size(); i++) { // not all at once, which no network looks like
        tallies.get(i).startAt(start + plan.intervalNs() * i / tallies.size());
      }
      int[] tokens = new int[sockets.size()];
      long now = start;
      while (!isOver(now)) {
        int ready = readiness.await(tokens, Math.min(LONGEST_WAIT_NS, sendDue(now)));
        now = clock.nanoTime();
        for (int i = 0; i < ready; i++) {
          receive(sockets.get(tokens[i]), now);
        }
      }
      return tallies.stream().map(PingTally::result).toList();
    }
  }

  private boolean isOver(long nowNs) {
    boolean over = true;
    for (PingTally tally : tallies) {
      if (stopped) {
        tally.stop();
      }
      over &= tally.isOver(nowNs);
    }
    return over;
  }

  /** Sends what is due; returns how long it is to the next. */
  private long sendDue(long nowNs) {
    long wait = LONGEST_WAIT_NS;
    for (PingTally tally : tallies) {
      if (tally.isDue(nowNs)) {
        tally.send(clock.nanoTime());
      }
      wait = Math.min(wait, tally.untilDueNs(nowNs));
    }
    return Math.max(0, wait);
  }

  private void receive(PingSocket socket, long nowNs) {
    while (socket.receive()) {
      for (PingTally tally : tallies) {
        if (tally.isAnsweredBy(socket)) {
          tally.answered(socket, nowNs);
          break;
        }
      }
    }
  }
}
