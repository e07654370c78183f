package net.viaduct.lab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of a run. Any thread. */
public final class LabProcess {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Duration patience;
  private boolean isAsked;
  private @Nullable Stop stop;

  LabProcess(String name, Process process) {
    this(name, process, STOP_TIMEOUT);
  }

  /**
   * A process.
   *
   * @param patience how long it may take to end when it is asked to
   */
  LabProcess(String name, Process process, Duration patience) {
    this.name = name;
    this.process = process;
    this.patience = patience;
  }

  /**
   * How a process ended.
   *
   * @param exitCode 128 and the signal's number if a signal ended it
   * @param isForced whether it did not end by itself when it was asked to, and had to be killed
   */
  public record Stop(int exitCode, boolean isForced) {}

  /** What it is called in messages. */
  public String name() {
    return name;
  }

  /** The kernel's number. */
  public long pid() {
    return process.pid();
  }

  /** Whether it runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end (SIGTERM), without waiting, so that several can do so at once. */
  public synchronized void askToEnd() {
    if (!isAsked) { // to be asked twice means to many programs not to end in order
      isAsked = true;
      process.destroy();
    }
  }

  /** Asks it to end (SIGTERM), waits, and kills it if it does not. */
  public synchronized Stop stop() {
    if (stop == null) {
      askToEnd();
      boolean ended = endsWithin(patience);
      if (!ended) {
        process.destroyForcibly();
        endsWithin(STOP_TIMEOUT);
      }
      stop = new Stop(process.isAlive() ? -1 : process.exitValue(), !ended);
    }
    return stop;
  }

  /** Kills it without asking, as when its machine burns down; waits until it is gone. */
  public synchronized void kill() {
    isAsked = true;
    process.destroyForcibly();
    endsWithin(STOP_TIMEOUT);
  }

  private boolean endsWithin(Duration timeout) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true; // whoever wants us to hurry still wants the process to be gone
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
