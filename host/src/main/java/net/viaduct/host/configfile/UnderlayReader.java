package net.viaduct.host.configfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.ReservedBits;
import net.viaduct.host.config.SourcePorts;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.io.Endpoint;
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
    Optional<IpAddress> address =
        section
            .need("address", "it is an address of this host, from which tunnel packets are sent")
            .flatMap(v -> v.as(UnderlayReader::hostAddress));
    int port = integer("port", IntRange.UDP_PORT, UnderlayConfig.VXLAN_PORT);
    Optional<String> device = section.get("device").flatMap(v -> v.as(DeviceName::require));
    SourcePorts sourcePorts =
        section.section("source-ports").map(this::readSourcePorts).orElse(SourcePorts.RECOMMENDED);
    boolean udpChecksum = section.get("udp-checksum").flatMap(Value::bool).orElse(true);
    int ttl = integer("ttl", IntRange.TTL, DEFAULT_TTL);
    int multicastTtl = integer("multicast-ttl", IntRange.TTL, DEFAULT_TTL);
    ReservedBits reservedBits =
        section
            .get("reserved-bits")
            .flatMap(v -> v.oneOf(ReservedBits.class))
            .orElse(ReservedBits.LENIENT);
    List<IpPrefix> acceptFrom = new ArrayList<>();
    for (Value value : section.items("accept-from")) {
      value.as(IpPrefix::parse).ifPresent(acceptFrom::add);
    }
    section.noMore();
    return address.map(a ->
        new UnderlayConfig(
            new Endpoint(a, port),
            device,
            sourcePorts,
            udpChecksum,
            ttl,
            multicastTtl,
            reservedBits,
            acceptFrom));
  }

  private int integer(String key, IntRange range, int otherwise) {
    return section.get(key).flatMap(v -> v.integer(range)).orElse(otherwise);
  }

  private static IpAddress hostAddress(String text) {
    IpAddress address = UnderlayConfig.requireUnicast(IpAddress.parse(text));
    if (!address.isIpv4()) {
      throw new IllegalArgumentException(
          address + " is an IPv6 address; an IPv6 underlay is not supported yet, name an IPv4 one");
    }
    return address;
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
