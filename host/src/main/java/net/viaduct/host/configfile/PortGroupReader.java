package net.viaduct.host.configfile;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.Names;
import net.viaduct.host.shapefile.FieldWords;
import net.viaduct.host.shapefile.LinkReader;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.PortGroup;

/** Reads the section {@code port-groups}. Owned by the thread that reads. */
final class PortGroupReader {
  private final Map<Integer, String> numbers = new HashMap<>();

  PortGroupReader() {}

  /** The groups by name. */
  Map<String, PortGroup> read(Optional<Section> groups) {
    Map<String, PortGroup> byName = new LinkedHashMap<>();
    if (groups.isPresent()) {
      for (Map.Entry<String, Value> entry : groups.get().all()) {
        entry
            .getValue()
            .section()
            .flatMap(section -> read(entry.getKey(), section))
            .ifPresent(group -> byName.put(group.name(), group));
      }
    }
    return byName;
  }

  private Optional<PortGroup> read(String name, Section section) {
    LinkReader reader = new LinkReader(FieldWords.PACKETS, LinkOverhead.NONE);
    boolean named = isNameRight(name, section);
    PortGroup group =
        new PortGroup(
            name,
            section.section("from-port").flatMap(reader::readRate),
            section.section("to-port").flatMap(reader::readQueue),
            readClasses(section),
            readMostStations(section));
    section.noMore();
    return named ? Optional.of(group) : Optional.empty();
  }

  private boolean isNameRight(String name, Section section) {
    try {
      Names.require(name);
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return false;
    }
    String other = numbers.putIfAbsent(net.viaduct.vtep.queue.NameNumber.of(name), name);
    if (other != null) {
      section.wrong("queues cannot tell its name from '" + other + "'; take another one");
    }
    return other == null;
  }

  private static Optional<TrafficClassPolicy> readClasses(Section section) {
    Optional<DscpMode> mode = section.get("dscp").flatMap(v -> v.oneOf(DscpMode.class));
    Optional<Integer> own = section.get("tunnel-dscp").flatMap(v -> v.integer(IntRange.DSCP));
    if (mode.isEmpty() && own.isPresent()) {
      section.wrongKey("tunnel-dscp", "means nothing without 'dscp: pipe' or 'dscp: short-pipe'");
    }
    return mode.map(m -> new TrafficClassPolicy(EcnMode.NORMAL, m, own.orElse(0)));
  }

  private static OptionalInt readMostStations(Section section) {
    Optional<Section> limits = section.section("limits");
    OptionalInt most =
        PortReader.integer(limits.flatMap(s -> s.get("stations")), IntRange.STATIONS);
    limits.ifPresent(Section::noMore);
    return most;
  }
}
