package net.viaduct.cli.demo.stage;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import net.viaduct.lab.ping.PingResult;

/** Tells on the screen what became of pings. Owned by the thread that runs the demo. */
public final class PingStory {
  private static final String INDENTATION = "  ";
  private static final double NS_PER_MS = 1e6;

  private final Screen screen;

  /** Stories on a screen. */
  public PingStory(Screen screen) {
    this.screen = screen;
  }

  /** A table of all pairs of machines, and their total. */
  public void tell(List<String> machines, List<PingResult> results) {
    TextTable table = new TextTable();
    table.row(Stream.concat(Stream.of(""), machines.stream().map(to -> screen.dim("to " + to))));
    for (String from : machines) {
      Function<String, String> cell =
          to ->
              results.stream()
                  .filter(r -> r.flow().from().equals(from) && r.flow().to().equals(to))
                  .findFirst()
                  .map(this::cell)
                  .orElse("-");
      table.row(Stream.concat(Stream.of(screen.dim("from " + from)), machines.stream().map(cell)));
    }
    table.lines(INDENTATION).forEach(screen::line);
    tellTotal(results, "pairs");
  }

  private String cell(PingResult result) {
    String lost = String.valueOf(result.lost());
    if (result.received() == 0) {
      return screen.bad(lost + " lost");
    }
    String time = String.format(Locale.ROOT, "%.2f ms", result.roundTrips().medianNs() / NS_PER_MS);
    return result.lost() == 0 ? "0  " + time : screen.bad(lost + "  ") + time;
  }

  /** How many pairs lost nothing. */
  public void tellTotal(List<PingResult> results, String what) {
    long perfect = results.stream().filter(result -> result.lost() == 0).count();
    int sent = results.stream().mapToInt(PingResult::sent).sum();
    int lost = results.stream().mapToInt(PingResult::lost).sum();
    String text =
        String.format(
            Locale.ROOT,
            "%d of %d %s without loss; %d of %d pings lost",
            perfect,
            results.size(),
            what,
            lost,
            sent);
    screen.line(INDENTATION + (lost == 0 ? screen.good(text) : screen.bad(text)));
  }
}
