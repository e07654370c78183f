package net.viaduct.cli.demo.controller;

import java.util.List;
import java.util.Map;
import net.viaduct.cli.demo.stage.PairOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What the demo with a controller saw, as {@code --json} prints it. Immutable.
 *
 * @param hosts what each host is told about each machine, by MAC address
 * @param pings of each machine to each other
 * @param move what happened when a machine moved; null if it did not come to that
 * @param pingsWithoutController the same pings after the controller was killed
 * @param pingsAfterRestart and after a host was started anew without it
 * @param stops how the processes of the hosts ended; empty if they were kept
 * @param seconds that all took
 * @param success whether all arrived
 */
record ControlledOutcome(
    Map<String, Map<String, String>> hosts,
    List<PairOutcome> pings,
    @Nullable MoveOutcome move,
    List<PairOutcome> pingsWithoutController,
    List<PairOutcome> pingsAfterRestart,
    Map<String, Integer> stops,
    double seconds,
    boolean success) {

  /**
   * A machine that moved.
   *
   * @param sent pings from it and to it meanwhile
   * @param lost how many of them
   * @param blackoutMs for how long its hosts did not hear it
   */
  record MoveOutcome(
      String machine, String fromHost, String toHost, int sent, int lost, double blackoutMs) {}
}
