package net.viaduct.lab;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of a run. Any thread. */
public final class LabProcess {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private @Nullable Stop stop;

  LabProcess(String name, Process process) {
    this.name = name;
    this.process = process;
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

  /** Asks it to end (SIGTERM), waits, and kills it if it does not. */
  public synchronized Stop stop() {
    if (stop == null) {
      process.destroy();
      boolean ended = endsWithin(STOP_TIMEOUT);
      if (!ended) {
        process.destroyForcibly();
        endsWithin(STOP_TIMEOUT);
      }
      stop = new Stop(process.isAlive() ? -1 : process.exitValue(), !ended);
    }
    return stop;
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
