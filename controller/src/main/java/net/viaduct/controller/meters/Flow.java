package net.viaduct.controller.meters;

import net.viaduct.protocol.Count;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Frames that went one way: how many in all, and how many a second. Immutable.
 *
 * @param frames since the host's program began
 * @param bytes of them
 * @param framesPerSecond over the last interval; NaN if it is not known yet
 * @param bitsPerSecond of them
 */
record Flow(long frames, long bytes, double framesPerSecond, double bitsPerSecond) {
  static final Flow NONE = new Flow(0, 0, Double.NaN, Double.NaN);

  private static final double NS_PER_SECOND = 1e9;
  private static final int BITS_PER_BYTE = 8;
  private static final double TENTHS = 10;

  static Flow of(Count now, @Nullable Count before, long intervalNs) {
    return before == null
        ? new Flow(now.getFrames(), now.getBytes(), Double.NaN, Double.NaN)
        : new Flow(
            now.getFrames(),
            now.getBytes(),
            perSecond(now.getFrames(), before.getFrames(), intervalNs),
            BITS_PER_BYTE * perSecond(now.getBytes(), before.getBytes(), intervalNs));
  }

  /** NaN if it was counted anew meanwhile, as it was taken away and came back. */
  static double perSecond(long now, long before, long intervalNs) {
    return intervalNs <= 0 || now < before
        ? Double.NaN
        : (now - before) * NS_PER_SECOND / intervalNs;
  }

  /** The sum of what is known. */
  static double sum(double one, double other) {
    return Double.isNaN(one) ? other : Double.isNaN(other) ? one : one + other;
  }

  Flow plus(Flow other) {
    return new Flow(
        frames + other.frames,
        bytes + other.bytes,
        sum(framesPerSecond, other.framesPerSecond),
        sum(bitsPerSecond, other.bitsPerSecond));
  }

  /** Writes the rates that are known. */
  void writeRates(ObjectNode json) {
    put(json, "framesPerSecond", framesPerSecond);
    put(json, "bitsPerSecond", bitsPerSecond);
  }

  void write(ObjectNode json) {
    json.put("frames", frames).put("bytes", bytes);
    writeRates(json);
  }

  /** A rate to a tenth, if it is known. */
  static void put(ObjectNode json, String name, double rate) {
    if (!Double.isNaN(rate)) {
      double rounded = Math.rint(rate * TENTHS) / TENTHS;
      if (rounded == Math.rint(rounded)) {
        json.put(name, (long) rounded);
      } else {
        json.put(name, rounded);
      }
    }
  }
}
