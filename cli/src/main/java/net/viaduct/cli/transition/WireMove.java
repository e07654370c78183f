package net.viaduct.cli.transition;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.Row;
import net.viaduct.cli.controller.ControllerClient;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How one machine comes off the wire or goes back, with a check before and after. All state is the
 * controller's: whoever begins the same again goes on with it. Used by the command's thread.
 */
final class WireMove {
  private static final long LOOK_NS = 50_000_000;
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long READY_NS = 30 * NS_PER_SECOND;
  private static final long ANSWER_NS = 8 * NS_PER_SECOND;
  private static final long TOLD_NS = 5 * NS_PER_SECOND;

  @Option(
      names = "--run",
      paramLabel = "COMMAND",
      description = "convert, back: attaches the machine elsewhere; see below.")
  private String command = "";

  @Option(
      names = "--run-back",
      paramLabel = "COMMAND",
      description = "convert, back: attaches it again where it was, if something fails.")
  private String backCommand = "";

  @Option(
      names = "--no-check",
      description = "convert, back: does not ask the machine whether it is reached.")
  private boolean unchecked;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "60",
      description =
          "convert, back: for how long to wait for the machine (default: ${DEFAULT-VALUE}).")
  private int waitSeconds;

  WireMove() {}

  /** What it works with. */
  record Surroundings(ControllerClient client, NanoClock clock, PrintWriter out) {}

  /** A move under way. */
  private record Course(Surroundings around, String port, Map<String, Object> begun) {
    String target() {
      return WireMove.target(port);
    }

    String text(String field) {
      return String.valueOf(begun.get(field));
    }

    Map<String, Object> await(long mostNs, Predicate<Map<String, Object>> condition) {
      long until = around.clock().nanoTime() + mostNs;
      Map<String, Object> move = around.client().ask("GET", target(), null);
      while (!condition.test(move) && until - around.clock().nanoTime() > 0) {
        LockSupport.parkNanos(LOOK_NS);
        move = around.client().ask("GET", target(), null);
      }
      return move;
    }
  }

  static String target(String port) {
    return "/api/v1/ports/" + encoded(port) + "/move";
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * Does all of it.
   *
   * @param begun the move, as the controller tells it
   * @throws Refusal if it failed; then the machine is where it was, as far as the controller says
   */
  void run(Surroundings around, Map<String, Object> begun) {
    Course course = new Course(around, String.valueOf(begun.get("port")), begun);
    boolean isOff = "off-wire".equals(begun.get("kind"));
    String mac = course.text("mac");
    String place = isOff ? course.text("to") : "the wire";
    prepare(course, mac);
    tell(around, "ready for %s at %s".formatted(mac, place));
    attach(course, mac, place);
    Map<String, Object> move =
        course.await(waitSeconds * NS_PER_SECOND, it -> isTrue(it.get("here")));
    if (!isTrue(move.get("here"))) {
      giveUp(course, "it was not heard at %s within %d s".formatted(place, waitSeconds));
    }
    around.client().ask("POST", course.target() + "/activate", null);
    tell(around, "%s is at %s%s".formatted(mac, place, silence(checkAfter(course, isOff))));
  }

  /** Not a second time, if who gave this command before has done it. */
  private void attach(Course course, String mac, String place) {
    if (isTrue(course.begun().get("here"))) {
      tell(course.around(), "%s is heard at %s already".formatted(mac, place));
    } else if (command.isEmpty()) {
      tell(
          course.around(),
          "attach %s to %s of %s now".formatted(mac, course.text("device"), place));
    } else if (!Shell.run(command, course.begun())) {
      giveUp(course, "'" + command + "' failed");
    }
  }

  /** Returns the move as it is then. */
  private Map<String, Object> checkAfter(Course course, boolean isOff) {
    Map<String, Object> move = course.await(TOLD_NS, it -> "moved".equals(it.get("step")));
    if (!unchecked) {
      move = course.await(ANSWER_NS, WireMove::isCheckedAfter);
      if (!isCheckedAfter(move)) {
        undo(course, isOff);
      }
    }
    return move;
  }

  /**
   * Says that a machine is where it is to come, which somebody has done before; if that was just
   * now, the check afterwards may be what he did not come to.
   *
   * @throws Refusal if it is not reached there
   */
  void end(Surroundings around, EarlierSteps.Done done, String place, String network) {
    done.move()
        .ifPresent(begun -> {
          Map<String, Object> all = new LinkedHashMap<>(begun);
          all.put("network", network);
          Course course = new Course(around, String.valueOf(begun.get("port")), all);
          var _ = checkAfter(course, "off-wire".equals(begun.get("kind")));
        });
    tell(around, "%s is at %s already".formatted(done.mac(), place));
  }

  /** A move, as a row of a list has it. */
  static Map<String, Object> move(Row row) {
    Map<String, Object> move = new LinkedHashMap<>();
    row.values().forEach((name, value) -> move.put(String.valueOf(name), value));
    return move;
  }

  private void prepare(Course course, String mac) {
    Map<String, Object> move = course.await(READY_NS, it -> !"preparing".equals(it.get("step")));
    if ("preparing".equals(move.get("step"))) {
      cancel(course);
      throw new Refusal(
          ExitCode.FAILED,
          "%s and %s are not both ready within %d s, so nothing was done: see 'viaduct show"
                  .formatted(course.text("from"), course.text("to"), READY_NS / NS_PER_SECOND)
              + " controller' there");
    }
    if (!unchecked
        && !isTrue(course.await(ANSWER_NS, it -> isTrue(it.get("answered"))).get("answered"))) {
      cancel(course);
      throw new Refusal(
          ExitCode.FAILED,
          "%s does not answer %s when it is asked for its addresses, so nothing was done; --no-check"
                  .formatted(mac, course.text("from"))
              + " converts it nevertheless");
    }
  }

  private static boolean isCheckedAfter(Map<String, Object> move) {
    return "moved".equals(move.get("step")) && isTrue(move.get("answered"));
  }

  /** Before it was activated: it stays where it was. */
  private void giveUp(Course course, String why) {
    cancel(course);
    goBack(course);
    throw new Refusal(
        ExitCode.FAILED, course.text("mac") + ": " + why + ", so it stays where it was");
  }

  private void goBack(Course course) {
    if (!backCommand.isEmpty() && !Shell.run(backCommand, course.begun())) {
      tell(course.around(), "'" + backCommand + "' failed: attach it where it was");
    }
  }

  private static void cancel(Course course) {
    course.around().client().ask("DELETE", course.target(), null);
  }

  /** After it was activated: the same the other way round, at once. */
  private void undo(Course course, boolean isOff) {
    ControllerClient client = course.around().client();
    Map<String, Object> back =
        isOff
            ? client.ask("POST", "/api/v1/ports/" + encoded(course.port()) + "/onto-wire", null)
            : client.ask("POST", networkTarget(course), wanted(course));
    Course way = new Course(course.around(), course.port(), back);
    way.await(READY_NS, it -> !"preparing".equals(it.get("step")));
    goBack(course);
    client.ask("POST", course.target() + "/activate?atOnce=true", null);
    throw new Refusal(
        ExitCode.FAILED,
        course.text("mac")
            + " does not answer "
            + course.text("from")
            + " from its new place, so it is said to be where it was");
  }

  private static String networkTarget(Course course) {
    return "/api/v1/networks/" + encoded(course.text("network")) + "/transition";
  }

  private static Map<String, Object> wanted(Course course) {
    return Map.of("mac", course.text("mac"), "to", course.text("from"), "port", course.port());
  }

  private static boolean isTrue(@Nullable Object value) {
    return Boolean.TRUE.equals(value);
  }

  private static String silence(Map<String, Object> move) {
    return move.get("blackoutMs") instanceof Number ms
        ? String.format(Locale.ROOT, "; it was not heard for %.1f ms", ms.doubleValue())
        : "";
  }

  private static void tell(Surroundings around, String sentence) {
    around.out().println(sentence);
    around.out().flush();
  }
}
