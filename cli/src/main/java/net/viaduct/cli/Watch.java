package net.viaduct.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import net.viaduct.host.client.ApiSilent;

/** Shows a thing again and again: redrawn on a terminal, block after block in a pipe. */
final class Watch {
  /** What scrolled off the screen before stays where it is. */
  private static final String HOME_AND_CLEAR = "\033[H\033[2J";

  private static final double NS_PER_SECOND = 1e9;

  private final Answers source;
  private final ThingPrinter printer;
  private final PrintWriter out;
  private final boolean terminal;

  Watch(Answers source, ThingPrinter printer, PrintWriter out, boolean terminal) {
    this.source = source;
    this.printer = printer;
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Goes on until the reader of the output has gone, or the process is ended.
   *
   * @param seconds from one block to the next
   * @throws ApiSilent if the host does not answer any more
   */
  void run(double seconds) throws ApiSilent, InterruptedException {
    Duration pause = Duration.ofNanos((long) (seconds * NS_PER_SECOND));
    Map<String, Object> before = source.read();
    long beforeNs = System.nanoTime();
    boolean first = true;
    if (!printer.hasRates()) {
      draw(true, () -> {});
      printer.print(before);
      first = false;
    }
    while (!out.checkError() && !System.out.checkError()) { // a writer hides the stream's error
      Thread.sleep(pause);
      Map<String, Object> after = source.read();
      long nowNs = System.nanoTime();
      double elapsed = (nowNs - beforeNs) / NS_PER_SECOND;
      Map<String, Object> start = before;
      draw(
          first,
          () -> {
            if (printer.hasRates()) {
              printer.printRates(start, after, elapsed);
            } else {
              printer.print(after);
            }
          });
      first = false;
      before = after;
      beforeNs = nowNs;
    }
  }

  private void draw(boolean first, Runnable block) {
    if (terminal) {
      out.print(HOME_AND_CLEAR);
    } else if (!first) {
      out.println();
    }
    block.run();
    out.flush();
  }
}
