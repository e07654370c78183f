package net.viaduct.cli.lab;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts as files of laboratories and experiments have them. Stateless. */
public final class Amounts {
  private static final Pattern RATE = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?)([kMG])");
  private static final Pattern TIME =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,6})?)(us|ms|s|m|h)");
  private static final Pattern SHARE = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,6})?)%");
  private static final double LONGEST_NS = 1e18;

  private Amounts() {}

  /** Bits a second: {@code 20M}. */
  public static long bitsPerSecond(String text) {
    Matcher parts = RATE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate in bits a second with its unit, such as 500k, 20M or 1G");
    }
    double unit =
        switch (parts.group(2)) {
          case "k" -> 1e3;
          case "M" -> 1e6;
          default -> 1e9;
        };
    return Math.round(Double.parseDouble(parts.group(1)) * unit);
  }

  /** A time in nanoseconds: {@code 20ms}. */
  public static long ns(String text) {
    Matcher parts = TIME.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time with its unit, such as 100us, 20ms, 30s or 5m");
    }
    double unit =
        switch (parts.group(2)) {
          case "us" -> 1e3;
          case "ms" -> 1e6;
          case "s" -> 1e9;
          case "m" -> 60e9;
          default -> 3_600e9;
        };
    return Math.round(Math.min(LONGEST_NS, Double.parseDouble(parts.group(1)) * unit));
  }

  /** A share of all, 0 to 1: {@code 2.5%}. */
  public static double share(String text) {
    Matcher parts = SHARE.matcher(text);
    if (!parts.matches() || Double.parseDouble(parts.group(1)) > 100) {
      throw new IllegalArgumentException("'" + text + "' is not 0% to 100%");
    }
    return Double.parseDouble(parts.group(1)) / 100;
  }
}
