package net.viaduct.cli.demo;

import java.util.List;
import java.util.Map;
import net.viaduct.cli.demo.stage.PairOutcome;
import org.jspecify.annotations.Nullable;

/**
 * What the demo saw, as {@code --json} prints it. Immutable.
 *
 * @param hosts by name
 * @param pings of each machine to each other
 * @param fullPackets the same with the largest packets, IPv4 and IPv6
 * @param move what happened when a machine moved; null if it did not come to that
 * @param stops how the processes of the hosts ended; empty if they were kept
 * @param seconds that all took
 * @param success whether all arrived that should
 */
record DemoOutcome(
    Map<String, HostOutcome> hosts,
    List<PairOutcome> pings,
    List<PairOutcome> fullPackets,
    @Nullable MoveOutcome move,
    Map<String, Integer> stops,
    double seconds,
    boolean success) {

  /**
   * A host.
   *
   * @param program what its VTEP is
   * @param stations where it thinks stations are, by MAC address
   * @param straight frames that went to one place; null if it does not count that
   * @param flooded frames that went to everybody; null if it does not count that
   */
  record HostOutcome(
      String address,
      String program,
      Map<String, String> stations,
      @Nullable Long straight,
      @Nullable Long flooded) {}

  /**
   * A machine that moved.
   *
   * @param sent pings from it and to it meanwhile
   * @param lost how many of them
   * @param longestGapMs the longest time in which one flow lost all
   * @param reachedAfter whether each other machine and it reached each other in the end
   */
  record MoveOutcome(
      String machine,
      String fromHost,
      String toHost,
      int sent,
      int lost,
      double longestGapMs,
      boolean reachedAfter) {}
}
