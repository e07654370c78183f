package net.viaduct.vtep.idle;

import net.viaduct.io.Readiness;
import net.viaduct.runtime.NanoClock;

/**
 * Waits for work as long as there is none: by looking again and again, which costs a core, or
 * asleep, which costs the time to be woken. Owned by the thread that waits, but for {@link
 * #latency(Latency)}, which any thread may call.
 *
 * <p>{@link Latency#BALANCED} learns from its sleeps, as Linux's haltpoll governor does
 * (Documentation/virt/guest-halt-polling.rst): after {@link #SHORT_SLEEPS} in a row that ended
 * within {@link #WINDOW_NS} it looks that long before it sleeps, until once nothing comes in that
 * time. Between two looks it offers the core to others. Who only answers the frame before gives it
 * back at once; if somebody takes it for longer, all are better off when it sleeps for a while.
 */
@SuppressWarnings("ThreadPriorityCheck") // to be fair on a shared core is up to the scheduler
public final class Waiter {
  /** How long it looks at most before it sleeps: longer than half a round trip beside a kernel. */
  static final long WINDOW_NS = 100_000;

  /** How many short sleeps in a row let it believe that more frames are about to come. */
  static final int SHORT_SLEEPS = 4;

  /** Whoever takes the core for longer than this wants more of it than to answer one frame. */
  static final long TAKEN_NS = 30_000;

  /** For how long it only sleeps when somebody else wants the core; twice as long each time. */
  static final long FIRST_RESPITE_NS = 4_000_000;

  /** A program that always wants it is bothered no more often than this. */
  static final long LONGEST_RESPITE_NS = 1_000_000_000;

  /** How long commands may wait for {@link Latency#LOW} to look after them. */
  private static final long LONGEST_LOOK_NS = 20_000;

  /** More than there is time for, unless the clock stands still. */
  private static final int MOST_LOOKS = 10_000;

  private final Readiness readiness;
  private final NanoClock clock;
  private volatile Latency latency = Latency.POWER;
  private int shortSleeps;
  private boolean resting;
  private long restingUntilNs;
  private long respiteNs = FIRST_RESPITE_NS;

  /** A waiter that sleeps at once, until it is told something else. */
  public Waiter(Readiness readiness, NanoClock clock) {
    this.readiness = readiness;
    this.clock = clock;
  }

  /** Waits like this from the next time on; any thread. */
  public void latency(Latency value) {
    latency = value;
  }

  /** How it waits; any thread. */
  public Latency latency() {
    return latency;
  }

  /**
   * As {@link Readiness#await}; it may return earlier with nothing.
   *
   * @param tokens filled with the tokens of what is ready
   * @param timeoutNs 0 to look without waiting
   * @return how many tokens were filled
   */
  public int await(int[] tokens, long timeoutNs) {
    if (timeoutNs == 0) {
      return readiness.await(tokens, 0);
    }
    return switch (latency) {
      case LOW -> look(tokens, Math.min(timeoutNs, LONGEST_LOOK_NS));
      case BALANCED -> balance(tokens, timeoutNs);
      case POWER -> readiness.await(tokens, timeoutNs);
    };
  }

  private int look(int[] tokens, long forNs) {
    long beganNs = clock.nanoTime();
    int found = readiness.await(tokens, 0);
    for (int i = 0; i < MOST_LOOKS && found == 0 && clock.nanoTime() - beganNs < forNs; i++) {
      Thread.yield();
      found = readiness.await(tokens, 0);
    }
    return found;
  }

  private int balance(int[] tokens, long timeoutNs) {
    long beganNs = clock.nanoTime();
    long leftNs = timeoutNs;
    resting &= beganNs - restingUntilNs < 0;
    if (shortSleeps >= SHORT_SLEEPS && !resting) {
      int found = lookWhileFree(tokens, beganNs, Math.min(timeoutNs, WINDOW_NS));
      leftNs -= clock.nanoTime() - beganNs;
      if (found > 0 || leftNs <= 0) {
        return found; // what waits in queues is not to leave later for having looked
      }
    }
    int found = readiness.await(tokens, leftNs);
    boolean isShort = clock.nanoTime() - beganNs <= WINDOW_NS;
    shortSleeps = found > 0 && isShort ? Math.min(shortSleeps + 1, SHORT_SLEEPS) : 0;
    return found;
  }

  private int lookWhileFree(int[] tokens, long beganNs, long forNs) {
    int found = readiness.await(tokens, 0);
    if (found > 0) {
      return found;
    }
    long beforeNs = clock.nanoTime();
    for (int i = 0; i < MOST_LOOKS && beforeNs - beganNs < forNs; i++) {
      Thread.yield();
      found = readiness.await(tokens, 0);
      long nowNs = clock.nanoTime();
      if (nowNs - beforeNs > TAKEN_NS) {
        rest(nowNs);
        return found;
      }
      if (found > 0) {
        respiteNs = Math.max(FIRST_RESPITE_NS, respiteNs / 2);
        return found;
      }
      beforeNs = nowNs;
    }
    shortSleeps = 0;
    return 0;
  }

  private void rest(long nowNs) {
    resting = true;
    restingUntilNs = nowNs + respiteNs;
    respiteNs = Math.min(LONGEST_RESPITE_NS, respiteNs * 2);
  }
}
