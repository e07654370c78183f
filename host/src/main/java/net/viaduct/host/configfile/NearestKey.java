package net.viaduct.host.configfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds which known key somebody meant: the one with the fewest slips of the keyboard. */
public final class NearestKey {
  private NearestKey() {}

  /** The nearest one, if it is near enough to be worth a proposal. */
  public static Optional<String> of(String unknown, Collection<String> known) {
    return known.stream()
        .filter(k -> slips(unknown, k) <= Math.max(1, k.length() / 3))
        .min(Comparator.comparingInt(k -> slips(unknown, k)));
  }

  /** How many letters were added, left out, changed, or swapped with their neighbour. */
  static int slips(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int cheapest(int[][] cost, String a, String b, int i, int j) {
    boolean same = same(a.charAt(i - 1), b.charAt(j - 1));
    int best = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
    best = Math.min(best, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }

  /** 'udp_checksum' and 'UDP-checksum' are spelling, not slips. */
  private static boolean same(char a, char b) {
    return Character.toLowerCase(a == '_' ? '-' : a) == Character.toLowerCase(b);
  }
}
