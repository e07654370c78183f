package net.viaduct.wire.capture;

/**
 * An interface as a pcapng file describes it. Immutable.
 *
 * @param name empty if it has none
 * @param ticksPerSecond of its timestamps
 * @param offsetSeconds added to them
 */
record CapturedInterface(int linkType, String name, long ticksPerSecond, long offsetSeconds) {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final int BINARY_FLAG = 0x80;
  private static final int MOST_DECIMAL_DIGITS = 18;
  private static final int MOST_BINARY_DIGITS = 62;

  /** Without options: microseconds. */
  static CapturedInterface of(int linkType) {
    return new CapturedInterface(linkType, "", 1_000_000, 0);
  }

  CapturedInterface named(String value) {
    return new CapturedInterface(linkType, value, ticksPerSecond, offsetSeconds);
  }

  /** By {@code if_tsresol}: a negative power of 10, or of 2 if its highest bit is set. */
  CapturedInterface resolved(int resolution) {
    int digits = resolution & ~BINARY_FLAG;
    long ticks = 1;
    if ((resolution & BINARY_FLAG) != 0) {
      ticks = 1L << Math.min(digits, MOST_BINARY_DIGITS);
    } else {
      for (int i = 0; i < Math.min(digits, MOST_DECIMAL_DIGITS); i++) {
        ticks *= 10;
      }
    }
    return new CapturedInterface(linkType, name, ticks, offsetSeconds);
  }

  CapturedInterface shifted(long seconds) {
    return new CapturedInterface(linkType, name, ticksPerSecond, seconds);
  }

  /** The moment of a timestamp. */
  long epochNs(long time) {
    long seconds = Long.divideUnsigned(time, ticksPerSecond) + offsetSeconds;
    double fraction = (double) Long.remainderUnsigned(time, ticksPerSecond) / ticksPerSecond;
    long ns =
        ticksPerSecond <= NS_PER_SECOND && NS_PER_SECOND % ticksPerSecond == 0
            ? Long.remainderUnsigned(time, ticksPerSecond) * (NS_PER_SECOND / ticksPerSecond)
            : (long) (fraction * NS_PER_SECOND);
    return seconds * NS_PER_SECOND + ns;
  }
}
