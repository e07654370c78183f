package net.viaduct.host.configfile;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;

/**
 * Reads the sections {@code storm} and {@code loops} of a network. Owned by the thread that reads.
 */
final class StormReader {
  private static final Pattern RATE = Pattern.compile("([1-9][0-9]{0,11})([kMG]?)");

  StormReader() {}

  StormSettings read(Section network) {
    Optional<Section> storm = network.section("storm");
    StormLimits ofNetwork =
        storm.flatMap(s -> s.section("network")).map(StormReader::limits).orElse(StormLimits.NONE);
    StormLimits ofPort =
        storm.flatMap(s -> s.section("port")).map(StormReader::limits).orElse(StormLimits.NONE);
    storm.ifPresent(Section::noMore);
    LoopSettings loops =
        network.section("loops").map(StormReader::readLoops).orElse(LoopSettings.OFF);
    return new StormSettings(ofNetwork, ofPort, loops);
  }

  private static StormLimits limits(Section place) {
    StormLimits limits =
        new StormLimits(
            rate(place, "broadcast"), rate(place, "unknown-unicast"), rate(place, "multicast"));
    place.noMore();
    return limits;
  }

  private static RateLimit rate(Section place, String kind) {
    return place.section(kind).map(StormReader::rate).orElse(RateLimit.NONE);
  }

  private static RateLimit rate(Section kind) {
    Optional<Long> packets = kind.get("packets").flatMap(v -> v.as(StormReader::perSecond));
    Optional<Long> bits = kind.get("bits").flatMap(v -> v.as(StormReader::perSecond));
    kind.noMore();
    if (!kind.has("packets") && !kind.has("bits")) {
      kind.wrong("says not how much in a second; { packets: 1000, bits: 10M }");
    }
    return MulticastReader.told(
        kind, () -> new RateLimit(packets.orElse(0L), bits.orElse(0L)), RateLimit.NONE);
  }

  private static long perSecond(String text) {
    Matcher parts = RATE.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an amount in a second, such as 1000, 10k or 100M");
    }
    long factor =
        switch (parts.group(2)) {
          case "k" -> 1_000;
          case "M" -> 1_000_000;
          case "G" -> 1_000_000_000;
          default -> 1;
        };
    try {
      return Math.multiplyExact(Long.parseLong(parts.group(1)), factor);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is more than any link carries", e);
    }
  }

  private static LoopSettings readLoops(Section loops) {
    boolean find = loops.get("find").flatMap(Value::bool).orElse(true);
    Duration interval =
        loops.get("interval").flatMap(Value::duration).orElse(LoopSettings.ON.interval());
    Duration retry = loops.get("retry").flatMap(Value::duration).orElse(LoopSettings.ON.retry());
    loops.noMore();
    return MulticastReader.told(
        loops, () -> new LoopSettings(find, interval, retry), LoopSettings.OFF);
  }
}
