package net.viaduct.cli.controller;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import net.viaduct.cli.Json;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code viaduct port move}: all of a move, or one step of it. Used by the command's thread. */
final class PortMove {
  @Option(names = "--to", paramLabel = "HOST", description = "move: where a port goes.")
  private @Nullable String to;

  @Option(
      names = "--prepare",
      description = "move: only makes that host ready; the port stays where it is.")
  private boolean prepare;

  @Option(
      names = "--activate",
      description = "move: only says that a port that was prepared is there.")
  private boolean activate;

  @Option(names = "--cancel", description = "move: lets a port stay that was prepared.")
  private boolean cancel;

  @Option(
      names = "--at-once",
      description = "move: waits neither for a host that is away nor for the machine.")
  private boolean atOnce;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description = "move: for how long to wait for the machine (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  PortMove() {}

  /** Why the options are no move; null if they are one. */
  @Nullable String mistake() {
    int steps = (prepare ? 1 : 0) + (activate ? 1 : 0) + (cancel ? 1 : 0);
    if (steps > 1) {
      return "one step at a time: --prepare, --activate or --cancel";
    }
    return activate || cancel || to != null ? null : "where? --to HOST";
  }

  /** Does it, and tells. */
  void run(String port, ControllerClient client, NanoClock clock, boolean json, PrintWriter out) {
    Teller teller = new Teller(out, json);
    MoveCourse course = new MoveCourse(port, client, clock);
    if (cancel) {
      course.cancel();
      teller.tell(port + " stays where it is");
      return;
    }
    if (activate) {
      course.activate(atOnce);
      teller.end(port + " is at " + course.move().get("to"), course.move());
      return;
    }
    course.prepare(String.valueOf(to), atOnce);
    if (course.isReady()) {
      teller.tell("%s is ready for %s, and %s sends it copies".formatted(to, port, course.from()));
    }
    if (prepare) {
      teller.end("", course.move());
      return;
    }
    if (!atOnce) {
      course.hear(waitSeconds);
    }
    course.activate(atOnce);
    course.learnHowItWent(!atOnce);
    teller.end(port + " is at " + to + silence(course.move()), course.move());
  }

  private static String silence(Map<String, Object> move) {
    return move.get("blackoutMs") instanceof Number ms
        ? String.format(Locale.ROOT, "; it was not heard for %.1f ms", ms.doubleValue())
        : "";
  }

  /** Sentences for a person, or the move itself for a program. */
  private record Teller(PrintWriter out, boolean json) {
    void tell(String sentence) {
      if (!json) {
        out.println(sentence);
        out.flush();
      }
    }

    void end(String sentence, Map<String, Object> move) {
      if (json) {
        out.println(Json.write(move));
      } else if (!sentence.isEmpty()) {
        out.println(sentence);
      }
    }
  }
}
