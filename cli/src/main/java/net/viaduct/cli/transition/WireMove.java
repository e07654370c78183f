package net.viaduct.cli.transition;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.controller.ControllerClient;
import net.viaduct.runtime.NanoClock;
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
  private record Course(Surroundings around, ToldMove begun) {
    String target() {
      return WireMove.target(text("port"));
    }

    String text(String field) {
      return begun.text(field);
    }

    ToldMove await(long mostNs, Predicate<ToldMove> condition) {
      long until = around.clock().nanoTime() + mostNs;
      ToldMove move = now();
      while (!condition.test(move) && until - around.clock().nanoTime() > 0) {
        LockSupport.parkNanos(LOOK_NS);
        move = now();
      }
      return move;
    }

    private ToldMove now() {
      return new ToldMove(around.client().ask("GET", target(), null));
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
  void run(Surroundings around, ToldMove begun) {
    Course course = new Course(around, begun);
    String mac = course.text("mac");
    String place = begun.isOff() ? course.text("to") : "the wire";
    prepare(course, mac);
    tell(around, "ready for %s at %s".formatted(mac, place));
    attach(course, mac, place);
    if (!course.await(waitSeconds * NS_PER_SECOND, ToldMove::isHere).isHere()) {
      giveUp(course, "it was not heard at %s within %d s".formatted(place, waitSeconds));
    }
    around.client().ask("POST", course.target() + "/activate", null);
    tell(around, "%s is at %s%s".formatted(mac, place, silence(checkAfter(course))));
  }

  /** Not a second time, if who gave this command before has done it. */
  private void attach(Course course, String mac, String place) {
    if (course.begun().isHere()) {
      tell(course.around(), "%s is heard at %s already".formatted(mac, place));
    } else if (command.isEmpty()) {
      tell(
          course.around(),
          "attach %s to %s of %s now".formatted(mac, course.text("device"), place));
    } else if (!Shell.run(command, course.begun().values())) {
      giveUp(course, "'" + command + "' failed");
    }
  }

  /** Returns the move as it is then. */
  private ToldMove checkAfter(Course course) {
    ToldMove move = course.await(TOLD_NS, ToldMove::isMoved);
    if (!unchecked) {
      move = course.await(ANSWER_NS, WireMove::isCheckedAfter);
      if (!isCheckedAfter(move)) {
        undo(course);
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
          var _ = checkAfter(new Course(around, begun.in(network)));
        });
    tell(around, "%s is at %s already".formatted(done.mac(), place));
  }

  private void prepare(Course course, String mac) {
    if (course.await(READY_NS, it -> !it.isPreparing()).isPreparing()) {
      cancel(course);
      throw new Refusal(
          ExitCode.FAILED,
          "%s and %s are not both ready within %d s, so nothing was done: see 'viaduct show"
                  .formatted(course.text("from"), course.text("to"), READY_NS / NS_PER_SECOND)
              + " controller' there");
    }
    if (!unchecked && !course.await(ANSWER_NS, ToldMove::isAnswered).isAnswered()) {
      cancel(course);
      throw new Refusal(
          ExitCode.FAILED,
          "%s does not answer %s when it is asked for its addresses, so nothing was done; --no-check"
                  .formatted(mac, course.text("from"))
              + " converts it nevertheless");
    }
  }

  private static boolean isCheckedAfter(ToldMove move) {
    return move.isMoved() && move.isAnswered();
  }

  /** Before it was activated: it stays where it was. */
  private void giveUp(Course course, String why) {
    cancel(course);
    goBack(course);
    throw new Refusal(
        ExitCode.FAILED, course.text("mac") + ": " + why + ", so it stays where it was");
  }

  private void goBack(Course course) {
    if (!backCommand.isEmpty() && !Shell.run(backCommand, course.begun().values())) {
      tell(course.around(), "'" + backCommand + "' failed: attach it where it was");
    }
  }

  private static void cancel(Course course) {
    course.around().client().ask("DELETE", course.target(), null);
  }

  /** After it was activated: the same the other way round, at once. */
  private void undo(Course course) {
    ControllerClient client = course.around().client();
    if (course.begun().isOff()) {
      client.ask("POST", "/api/v1/ports/" + encoded(course.text("port")) + "/onto-wire", null);
    } else {
      client.ask("POST", networkTarget(course), wanted(course));
    }
    var _ = course.await(READY_NS, it -> !it.isPreparing());
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
    return Map.of(
        "mac", course.text("mac"), "to", course.text("from"), "port", course.text("port"));
  }

  private static String silence(ToldMove move) {
    return move.blackoutMs().isPresent()
        ? String.format(
            Locale.ROOT, "; it was not heard for %.1f ms", move.blackoutMs().getAsDouble())
        : "";
  }

  private static void tell(Surroundings around, String sentence) {
    around.out().println(sentence);
    around.out().flush();
  }
}
