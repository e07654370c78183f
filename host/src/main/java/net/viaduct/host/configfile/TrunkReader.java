package net.viaduct.host.configfile;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.host.config.DeviceName;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.PortConfig;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.settings.PortSettings;

/**
 * Reads a trunk, which says all in one place what VLANs of a device are ports of which networks.
 * Owned by the thread that reads.
 */
final class TrunkReader {
  private static final String RIGHT = "a trunk is { device: eth1, vlans: { 20: blue, 30: green } }";

  private final NetworkContext context;

  TrunkReader(NetworkContext context) {
    this.context = context;
  }

  void read(Section trunk) {
    if (trunk.has("tap") == trunk.has("device")) {
      trunk.wrong("a trunk is on a 'tap' that is created or a 'device' that exists: name one");
    }
    boolean tap = trunk.has("tap");
    Optional<String> device =
        trunk.get(tap ? "tap" : "device").flatMap(v -> v.as(DeviceName::require));
    OptionalInt mtuBytes =
        tap ? PortReader.integer(trunk.get("mtu"), IntRange.MTU_BYTES) : OptionalInt.empty();
    Optional<Section> vlans = trunk.need("vlans", RIGHT).flatMap(Value::section);
    Optional<Value> untagged = trunk.get("untagged");
    Optional<PortGroup> group = new PortReader(context, "trunk").readPortGroup(trunk);
    trunk.noMore();
    if (device.isEmpty()) {
      return;
    }
    untagged.ifPresent(
        network -> add(port(device.get(), tap, mtuBytes, OptionalInt.empty(), group), network));
    for (Map.Entry<String, Value> entry : vlans.map(Section::all).orElseGet(java.util.List::of)) {
      vlan(entry.getKey(), entry.getValue())
          .ifPresent(vlan ->
              add(
                  port(device.get(), tap, mtuBytes, OptionalInt.of(vlan), group),
                  entry.getValue()));
    }
  }

  private static Optional<Integer> vlan(String text, Value network) {
    try {
      return Optional.of(IntRange.VLAN.require(Integer.parseInt(text)));
    } catch (NumberFormatException _) {
      network.wrong("'" + text + "' is not a VLAN; " + IntRange.VLAN.right());
    } catch (IllegalArgumentException e) {
      network.wrong(String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  private static PortConfig port(
      String device,
      boolean tap,
      OptionalInt mtuBytes,
      OptionalInt vlan,
      Optional<PortGroup> group) {
    PortSettings settings = new PortSettings(vlan, OptionalInt.empty(), group);
    return tap
        ? new PortConfig.Tap(device, mtuBytes, settings)
        : new PortConfig.Device(device, settings);
  }

  private void add(PortConfig port, Value network) {
    network
        .text()
        .ifPresent(name ->
            new PortReader(context, name)
                .ifFree(port, network)
                .ifPresent(free ->
                    context.devices().add(name, new SharedDevices.TrunkPort(free, network))));
  }

  /** Tells of networks that trunks name and that are not there. */
  static void tellUnknown(SharedDevices devices, Collection<String> networks) {
    devices
        .left()
        .forEach((name, ports) -> {
          String right =
              NearestKey.of(name, networks)
                  .map(near -> "did you mean '" + near + "'?")
                  .orElse("there are: " + String.join(", ", networks));
          ports.getFirst().where().wrong("'" + name + "' is not a network of this file; " + right);
        });
  }
}
