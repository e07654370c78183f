package net.viaduct.host.configfile;

import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.PortConfig;

/** Reads one port of a network. Owned by the thread that reads. */
final class PortReader {
  private final NetworkContext context;
  private final String network;

  PortReader(NetworkContext context, String network) {
    this.context = context;
    this.network = network;
  }

  Optional<PortConfig> read(Section port) {
    if (port.has("tap") == port.has("device")) {
      port.wrong("a port is a 'tap' that is created or a 'device' that exists: name one");
      return Optional.empty();
    }
    return port.has("tap") ? readTap(port) : readDevice(port);
  }

  private Optional<PortConfig> readTap(Section port) {
    Optional<Value> value = port.get("tap");
    Optional<String> name = value.flatMap(v -> v.as(DeviceName::require));
    OptionalInt mtuBytes = integer(port, "mtu", IntRange.MTU_BYTES);
    port.noMore();
    return name.map(n -> new PortConfig.Tap(n, mtuBytes))
        .flatMap(p -> ifFree(p, value.orElseThrow()));
  }

  private Optional<PortConfig> readDevice(Section port) {
    Optional<Value> value = port.get("device");
    Optional<String> name = value.flatMap(v -> v.as(DeviceName::require));
    OptionalInt vlan = integer(port, "vlan", IntRange.VLAN);
    port.noMore();
    return name.map(n -> new PortConfig.Device(n, vlan))
        .flatMap(p -> ifFree(p, value.orElseThrow()));
  }

  private static OptionalInt integer(Section port, String key, IntRange range) {
    return port.get(key)
        .flatMap(v -> v.integer(range))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private Optional<PortConfig> ifFree(PortConfig port, Value value) {
    Optional<String> first = context.ports().use(port.name(), "network '" + network + "'", value);
    first.ifPresent(f ->
        value.wrong(
            "'" + port.name() + "' is a port of " + f + "; a device belongs to one network"));
    return first.isEmpty() ? Optional.of(port) : Optional.empty();
  }
}
