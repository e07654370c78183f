package net.viaduct.controller.api;

import java.util.HashMap;
import java.util.Map;

/**
 * How many may listen at once: in all, and with one identity, so that nobody takes all places. Safe
 * from any thread.
 */
final class ListenerPlaces {
  private static final int TOO_MANY_OF_ONE = 429;
  private static final int NO_MORE_ROOM = 503;

  private final int most;
  private final int mostOfOne;
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  /**
   * All free.
   *
   * @param most in all
   * @param mostOfOne with one identity
   */
  ListenerPlaces(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Takes a place.
   *
   * @param who by the name of its identity
   * @throws ApiProblem if there is none
   */
  synchronized void take(String who) {
    int before = taken.getOrDefault(who, 0);
    if (before >= mostOfOne) {
      throw new ApiProblem(
          TOO_MANY_OF_ONE, who + " listens " + mostOfOne + " times already, which is the most");
    }
    if (all >= most) {
      throw new ApiProblem(NO_MORE_ROOM, most + " listen already, which is the most");
    }
    taken.put(who, before + 1);
    all++;
  }

  /** Gives it back. */
  synchronized void giveBack(String who) {
    taken.computeIfPresent(who, (_, before) -> before == 1 ? null : before - 1);
    all--;
  }
}
