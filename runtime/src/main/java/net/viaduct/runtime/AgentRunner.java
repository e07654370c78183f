package net.viaduct.runtime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs an agent on a platform thread of its own, from {@link #start} to {@link #close}. The methods
 * may be called from any thread but the agent's.
 *
 * <p>A cycle that fails is recorded, and the agent goes on: after 1 ms, then after twice as long
 * for each further failure in a row, up to 1 s. So a lasting fault neither stops the agent nor
 * burns a core.
 */
public final class AgentRunner implements AutoCloseable {
  /** How long {@link #close()} waits for the last cycle, before and again after an interrupt. */
  public static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  static final long FIRST_BACKOFF_NS = 1_000_000;
  static final long LONGEST_BACKOFF_NS = 1_000_000_000;

  private final Agent agent;
  private final DistinctErrors errors;
  private final long idlePauseNs;
  private final Thread thread;
  private volatile boolean running = true;
  private boolean started;

  /**
   * A runner that never pauses between cycles: for an agent that waits by itself.
   *
   * @param errors where failures of the agent are recorded
   */
  public AgentRunner(Agent agent, DistinctErrors errors) {
    this(agent, errors, 0);
  }

  /**
   * A runner.
   *
   * @param errors where failures of the agent are recorded
   * @param idlePauseNs pause after a cycle that did nothing, 0 for none; {@link #wake} ends it
   */
  public AgentRunner(Agent agent, DistinctErrors errors, long idlePauseNs) {
    if (idlePauseNs < 0) {
      throw new IllegalArgumentException("pause of " + idlePauseNs + " ns");
    }
    this.agent = agent;
    this.errors = errors;
    this.idlePauseNs = idlePauseNs;
    this.thread = Thread.ofPlatform().name(agent.roleName()).unstarted(this::run);
  }

  /**
   * Begins with the cycles.
   *
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized void start() {
    if (started || !running) {
      throw new IllegalStateException(agent.roleName() + " was started or closed before");
    }
    thread.start(); // may fail: then close() has nothing to wait for
    started = true;
  }

  /** Ends the agent's wait or pause, so that it looks for commands now. */
  public void wake() {
    agent.wake();
    LockSupport.unpark(thread);
  }

  /** Whether the agent was not asked to end. */
  public boolean isRunning() {
    return running;
  }

  /** Waits until the agent has ended. */
  public void await() throws InterruptedException {
    thread.join();
  }

  /** Ends the agent within {@link #CLOSE_TIMEOUT}; one that does not end is recorded. */
  @Override
  public void close() {
    close(CLOSE_TIMEOUT);
  }

  /**
   * Lets the current cycle end, and waits until {@link Agent#onClose} has returned. A cycle that
   * takes longer than the timeout is interrupted and given as much time again. Closing twice, or
   * before the start, is harmless; then {@link Agent#onClose} is not called.
   *
   * @return false if the agent has not ended; this is recorded too
   */
  public boolean close(Duration timeout) {
    synchronized (this) {
      running = false;
      if (!started) {
        return true;
      }
    }
    try {
      wake();
      if (thread.join(timeout)) {
        return true;
      }
      thread.interrupt();
      if (thread.join(timeout)) {
        return true;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !thread.isAlive();
    }
    errors.record(new IllegalStateException(agent.roleName() + " did not end within " + timeout));
    return false;
  }

  private void run() {
    long backoffNs = FIRST_BACKOFF_NS;
    while (running) {
      try {
        int done = agent.doWork();
        backoffNs = FIRST_BACKOFF_NS;
        if (done <= 0 && idlePauseNs > 0) {
          pause(idlePauseNs);
        }
      } catch (Throwable e) { // whatever it is: a host must not die of one bad cycle
        errors.record(e);
        pause(backoffNs);
        backoffNs = Math.min(backoffNs * 2, LONGEST_BACKOFF_NS);
      }
    }
    try {
      agent.onClose();
    } catch (Throwable e) {
      errors.record(e);
    }
  }

  private void pause(long ns) {
    if (running) {
      LockSupport.parkNanos(this, ns);
    }
    // A thread that stays interrupted would never park again, and spin.
    Thread.interrupted();
  }
}
