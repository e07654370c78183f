package net.viaduct.cli.demo.stage;

import java.io.PrintStream;
import java.time.Duration;
import net.viaduct.runtime.NanoClock;

/**
 * Where the demo tells its story: results line by line, and on a terminal what it is doing now. Any
 * thread.
 */
public final class Screen {
  private static final String CLEAR_LINE = "\r\u001b[K";
  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String BOLD = "\u001b[1m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintStream out;
  private final boolean quiet;
  private final boolean terminal;
  private final NanoClock clock;
  private final long startNs;
  private boolean progressShown;

  /**
   * A screen.
   *
   * @param quiet whether the story is not told, because the output is for a program
   */
  public Screen(PrintStream out, boolean quiet, boolean terminal, NanoClock clock) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
    this.clock = clock;
    startNs = clock.nanoTime();
  }

  /** How long the demo has run. */
  public Duration elapsed() {
    return Duration.ofNanos(clock.nanoTime() - startNs);
  }

  /** What is being done, on a terminal only, until the next line. */
  public synchronized void doing(String what) {
    if (!quiet && terminal) {
      out.print(CLEAR_LINE + dim("  " + what + " ..."));
      progressShown = true;
      flush();
    }
  }

  /** A line of the story. */
  public synchronized void line(String text) {
    if (!quiet) {
      wipe();
      out.println(text);
      flush();
    }
  }

  /** A heading, with an empty line in front. */
  public void heading(String text) {
    line("");
    line(bold(text));
  }

  /** What a program reads. */
  public synchronized void result(String text) {
    wipe();
    out.println(text);
    flush();
  }

  private void wipe() {
    if (progressShown) {
      out.print(CLEAR_LINE);
      progressShown = false;
    }
  }

  private void flush() {
    if (out.checkError()) {
      throw new ScreenGone();
    }
  }

  /** Bold, on a terminal. */
  public String bold(String text) {
    return paint(BOLD, text);
  }

  /** Dim, on a terminal. */
  public String dim(String text) {
    return paint(DIM, text);
  }

  /** As what is right, on a terminal. */
  public String good(String text) {
    return paint(GREEN, text);
  }

  /** As what is wrong, on a terminal. */
  public String bad(String text) {
    return paint(RED, text);
  }

  private String paint(String colour, String text) {
    return terminal && System.getenv("NO_COLOR") == null ? colour + text + PLAIN : text;
  }
}
