package net.viaduct.cli.trace;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints traces for a person. Owned by the command's thread. */
final class TracePrinter {
  private static final int STEP_WIDTH = 12;

  private final PrintWriter out;

  TracePrinter(PrintWriter out) {
    this.out = out;
  }

  /** A controller's answer. */
  void printJourney(Map<String, Object> journey) {
    print(list(journey.get("traces")));
    if (journey.get("hostsLeftOut") != null) {
      out.println("and " + journey.get("hostsLeftOut") + " more hosts, which were not asked");
    }
  }

  void print(List<? extends Map<?, ?>> traces) {
    for (Map<?, ?> trace : traces) {
      out.println(trace.get("host"));
      if (trace.get("untold") != null) {
        out.println("  not followed: " + trace.get("untold"));
      }
      for (Map<?, ?> step : list(trace.get("steps"))) {
        String name = String.valueOf(step.get("step"));
        out.println(
            "  "
                + name
                + " ".repeat(Math.max(1, STEP_WIDTH - name.length()))
                + step.get("decision"));
      }
      for (Map<?, ?> outcome : list(trace.get("outcomes"))) {
        out.println("  => " + outcome.get("sentence"));
        if (outcome.get("hint") != null) {
          out.println("     " + outcome.get("hint"));
        }
      }
      if (trace.get("outcomesLeftOut") != null) {
        out.println("  => and " + trace.get("outcomesLeftOut") + " more copies");
      }
    }
  }

  private static List<Map<?, ?>> list(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList()
        : List.of();
  }
}
