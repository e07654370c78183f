package net.viaduct.host.configfile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.StaticStation;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NeighbourSettings.Known;
import net.viaduct.vtep.settings.NeighbourSettings.Unknown;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** Reads the section {@code neighbours} of a network. Owned by the thread that reads. */
final class NeighbourReader {
  private static final NeighbourSettings DEFAULT = NeighbourSettings.DEFAULT;
  private static final IntRange LIMIT =
      new IntRange("a limit of addresses", 1, NeighbourSettings.MOST_ADDRESSES);

  NeighbourReader() {}

  NeighbourSettings read(Section network) {
    return network.section("neighbours").map(NeighbourReader::readSection).orElse(DEFAULT);
  }

  private static NeighbourSettings readSection(Section section) {
    boolean suppression =
        section.get("suppression").flatMap(Value::bool).orElse(DEFAULT.suppression());
    Unknown unknown =
        section.get("unknown").flatMap(v -> v.oneOf(Unknown.class)).orElse(DEFAULT.unknown());
    Duration believed = section.get("believed").flatMap(Value::duration).orElse(DEFAULT.believed());
    int limit = section.get("limit").flatMap(v -> v.integer(LIMIT)).orElse(DEFAULT.limit());
    List<Known> known = new ArrayList<>();
    Seen seen = new Seen();
    for (Value item : section.items("known")) {
      item.section().flatMap(s -> readKnown(s, seen)).ifPresent(known::add);
    }
    section.noMore();
    try {
      return new NeighbourSettings(suppression, unknown, believed, limit, known);
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return DEFAULT;
    }
  }

  private static Optional<Known> readKnown(Section known, Seen seen) {
    String right = "an address is { address: 10.0.0.1, mac: 02:00:00:00:00:01 }";
    Optional<Value> place = known.need("address", right);
    Optional<IpAddress> address = place.flatMap(Value::address);
    Optional<Long> mac =
        known
            .need("mac", right)
            .flatMap(v -> v.as(text -> StaticStation.requireStation(MacAddress.parse(text))));
    boolean router = known.get("router").flatMap(Value::bool).orElse(false);
    known.noMore();
    if (address.isEmpty() || mac.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> first = seen.use(address.get(), "first", place.orElseThrow());
    first.ifPresent(f -> place.orElseThrow().wrong(address.get() + " comes twice; " + f));
    return place.orElseThrow().told(() -> new Known(address.get(), mac.get(), router));
  }
}
