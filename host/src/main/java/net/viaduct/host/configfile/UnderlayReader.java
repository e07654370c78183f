package net.viaduct.host.configfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.FragmentConfig;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.ReservedBits;
import net.viaduct.host.config.SourcePorts;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.host.config.UnderlayWay;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;

/** Reads the section {@code underlay}. Owned by the thread that reads. */
final class UnderlayReader {
  private static final int DEFAULT_TTL = 64;

  private final Section section;

  UnderlayReader(Section section) {
    this.section = section;
  }

  Optional<UnderlayConfig> read() {
    List<IpAddress> addresses =
        section
            .need("address", "it is an address of this host, from which tunnel packets are sent")
            .map(this::readAddresses)
            .orElse(List.of());
    int port = integer("port", IntRange.UDP_PORT, UnderlayConfig.VXLAN_PORT);
    Set<Integer> acceptPorts = new TreeSet<>();
    for (Value value : section.items("accept-ports")) {
      value.integer(IntRange.UDP_PORT).ifPresent(acceptPorts::add);
    }
    Optional<String> device = section.get("device").flatMap(v -> v.as(DeviceName::require));
    SourcePorts sourcePorts =
        section.section("source-ports").map(this::readSourcePorts).orElse(SourcePorts.RECOMMENDED);
    boolean udpChecksum = section.get("udp-checksum").flatMap(Value::bool).orElse(true);
    List<IpPrefix> zeroChecksumIpv6 = readPrefixes("zero-checksum-ipv6");
    FragmentConfig fragments =
        section.section("fragments").map(UnderlayReader::readFragments).orElse(FragmentConfig.NONE);
    UnderlayWay way =
        section.get("way").flatMap(v -> v.oneOf(UnderlayWay.class)).orElse(UnderlayWay.AUTO);
    int ttl = integer("ttl", IntRange.TTL, DEFAULT_TTL);
    int multicastTtl = integer("multicast-ttl", IntRange.TTL, DEFAULT_TTL);
    ReservedBits reservedBits =
        section
            .get("reserved-bits")
            .flatMap(v -> v.oneOf(ReservedBits.class))
            .orElse(ReservedBits.LENIENT);
    List<IpPrefix> acceptFrom = readPrefixes("accept-from");
    section.noMore();
    return addresses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new UnderlayConfig(
                addresses,
                port,
                acceptPorts,
                device,
                sourcePorts,
                udpChecksum,
                zeroChecksumIpv6,
                fragments,
                way,
                ttl,
                multicastTtl,
                reservedBits,
                acceptFrom));
  }

  private static FragmentConfig readFragments(Section fragments) {
    FragmentConfig.Received received =
        fragments
            .get("received")
            .flatMap(v -> v.oneOf(FragmentConfig.Received.class))
            .orElse(FragmentConfig.NONE.received());
    boolean sent = fragments.get("sent").flatMap(Value::bool).orElse(false);
    fragments.noMore();
    return new FragmentConfig(received, sent);
  }

  /** One address, or a list of two. */
  private List<IpAddress> readAddresses(Value value) {
    if (!value.isList()) {
      return value.as(UnderlayReader::hostAddress).map(List::of).orElse(List.of());
    }
    List<IpAddress> addresses = new ArrayList<>();
    List<Value> items = value.items();
    for (Value item : items) {
      item.as(UnderlayReader::hostAddress).ifPresent(addresses::add);
    }
    if (addresses.size() < items.size()) {
      return List.of(); // told already
    }
    return value.told(() -> UnderlayConfig.requireOneOfEachFamily(addresses)).orElse(List.of());
  }

  private List<IpPrefix> readPrefixes(String key) {
    List<IpPrefix> prefixes = new ArrayList<>();
    for (Value value : section.items(key)) {
      value.as(IpPrefix::parse).ifPresent(prefixes::add);
    }
    return prefixes;
  }

  private int integer(String key, IntRange range, int otherwise) {
    return section.get(key).flatMap(v -> v.integer(range)).orElse(otherwise);
  }

  private static IpAddress hostAddress(String text) {
    return UnderlayConfig.requireUnicast(IpAddress.parse(text));
  }

  private SourcePorts readSourcePorts(Section ports) {
    SourcePorts usual = SourcePorts.RECOMMENDED;
    int from = ports.get("from").flatMap(v -> v.integer(SourcePorts.PORT)).orElse(usual.from());
    int to = ports.get("to").flatMap(v -> v.integer(SourcePorts.PORT)).orElse(usual.to());
    Optional<Integer> count = ports.get("count").flatMap(v -> v.integer(SourcePorts.COUNT));
    ports.noMore();
    int asMany = Math.clamp(to - from + 1L, 1, usual.count());
    try {
      return new SourcePorts(from, to, count.orElse(asMany));
    } catch (IllegalArgumentException e) {
      ports.wrong(String.valueOf(e.getMessage()));
      return usual;
    }
  }
}
