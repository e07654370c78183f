package net.viaduct.host.configfile;

import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.PortConfig;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.settings.PortSettings;

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
    Optional<Value> mtu = port.get("mtu");
    OptionalInt mtuBytes = integer(mtu, IntRange.MTU_BYTES);
    PortSettings settings = readSettings(port);
    port.noMore();
    name.ifPresent(n ->
        mtu.filter(v -> mtuBytes.isPresent())
            .ifPresent(v -> requireOneMtu(n, mtuBytes.getAsInt(), v)));
    return name.map(n -> new PortConfig.Tap(n, mtuBytes, settings))
        .flatMap(p -> ifFree(p, value.orElseThrow()));
  }

  private Optional<PortConfig> readDevice(Section port) {
    Optional<Value> value = port.get("device");
    Optional<String> name = value.flatMap(v -> v.as(DeviceName::require));
    PortSettings settings = readSettings(port);
    port.noMore();
    return name.map(n -> new PortConfig.Device(n, settings))
        .flatMap(p -> ifFree(p, value.orElseThrow()));
  }

  private PortSettings readSettings(Section port) {
    return new PortSettings(
        integer(port.get("vlan"), IntRange.VLAN),
        integer(port.get("group-policy"), IntRange.POLICY_GROUP),
        readPortGroup(port));
  }

  /** What a port or a trunk has in common with others. */
  Optional<PortGroup> readPortGroup(Section place) {
    return place.get("port-group").flatMap(v -> v.as(context::requirePortGroup));
  }

  static OptionalInt integer(Optional<Value> value, IntRange range) {
    return value.flatMap(v -> v.integer(range)).map(OptionalInt::of).orElse(OptionalInt.empty());
  }

  /** Ports of a tap share its MTU. */
  private void requireOneMtu(String tap, int mtuBytes, Value value) {
    Integer first = context.devices().mtuBytes(tap, mtuBytes);
    if (first != mtuBytes) {
      value.wrong(
          "tap '"
              + tap
              + "' has an MTU of "
              + first
              + " elsewhere in this file; its VLANs share it");
    }
  }

  Optional<PortConfig> ifFree(PortConfig port, Value value) {
    Optional<String> first = context.ports().use(port.name(), "network '" + network + "'", value);
    first.ifPresent(
        f -> value.wrong("'" + port.name() + "' is a port of " + f + "; " + advice(port)));
    boolean tap = port instanceof PortConfig.Tap;
    boolean sameKind = context.devices().isTap(port.device(), tap) == tap;
    if (first.isEmpty() && !sameKind) {
      value.wrong(
          "'"
              + port.device()
              + "' is a "
              + (tap ? "device that exists" : "tap that is created")
              + " elsewhere in this file, and cannot be both");
    }
    return first.isEmpty() && sameKind ? Optional.of(port) : Optional.empty();
  }

  private static String advice(PortConfig port) {
    return port.settings().vlan().isPresent()
        ? "a VLAN of a device belongs to one network"
        : "a device belongs to one network, but its VLANs may belong to others: { device: "
            + port.device()
            + ", vlan: 20 }";
  }
}
