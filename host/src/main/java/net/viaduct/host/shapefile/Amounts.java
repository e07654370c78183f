package net.viaduct.host.shapefile;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rates and sizes. Stateless. */
final class Amounts {
  private static final Pattern RATE = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)([kMG]?)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kM]?)");
  private static final long LARGEST_RATE = 400_000_000_000L;

  private Amounts() {}

  /** Bits in a second: {@code 20M}, {@code 2.5G}. */
  static long bitsPerSecond(String text) {
    Matcher parts = RATE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no rate in bits a second, such as 500k, 20M or 2.5G");
    }
    long factor =
        switch (parts.group(2)) {
          case "k" -> 1_000;
          case "M" -> 1_000_000;
          case "G" -> 1_000_000_000;
          default -> 1;
        };
    BigDecimal bits = new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(factor));
    if (bits.compareTo(BigDecimal.valueOf(LARGEST_RATE)) > 0 || bits.longValue() < 8_000) {
      throw new IllegalArgumentException("'" + text + "' is out of range; a rate is 8k to 400G");
    }
    return bits.longValue();
  }

  /** Bytes: {@code 3000}, or {@code 64k} of 1,024 each. */
  static long bytes(String text) {
    Matcher parts = SIZE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no number of bytes, such as 3000, 64k or 4M");
    }
    long factor =
        switch (parts.group(2)) {
          case "k" -> 1L << 10;
          case "M" -> 1L << 20;
          default -> 1;
        };
    return Long.parseLong(parts.group(1)) * factor;
  }
}
