package net.viaduct.cli;

import java.util.Locale;

/** Numbers with their units, as people read them. */
final class Quantity {
  private static final String[] MULTIPLES = {"", "k", "M", "G", "T", "P"};
  private static final int THOUSAND = 1000;
  private static final double ROUNDS_TO_THOUSAND = 999.95;
  private static final double TEN = 10;

  private Quantity() {}

  /** {@code 1.5 MB}; bytes below a thousand as they are. */
  static String bytes(long bytes) {
    return scaled((double) bytes) + "B";
  }

  /** {@code 12.3 Mbit/s}. */
  static String bitsPerSecond(double bits) {
    return scaled(bits) + "bit/s";
  }

  /** {@code 1250/s}, with a digit behind the point if it is small. */
  static String perSecond(double rate) {
    boolean small = rate < TEN && rate != Math.rint(rate);
    return String.format(Locale.ROOT, small ? "%.1f/s" : "%.0f/s", rate);
  }

  private static String scaled(double value) {
    int multiple = 0;
    double scaled = value;
    while (scaled >= ROUNDS_TO_THOUSAND && multiple < MULTIPLES.length - 1) {
      scaled /= THOUSAND;
      multiple++;
    }
    return String.format(Locale.ROOT, multiple == 0 ? "%.0f " : "%.1f ", scaled)
        + MULTIPLES[multiple];
  }

  /** {@code 42s}, {@code 3m}, {@code 5h}, {@code 2d}: how long ago. */
  static String age(long seconds) {
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 7200) {
      return seconds / 60 + "m";
    }
    return seconds < 172_800 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }
}
