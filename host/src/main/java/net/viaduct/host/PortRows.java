package net.viaduct.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.view.PortGroupView;
import net.viaduct.host.view.PortView;
import net.viaduct.host.view.TrafficView;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.queue.RateSettings;
import net.viaduct.vtep.show.PortStatus;
import org.jspecify.annotations.Nullable;

/** The ports of a host as they are shown: those that are there, and those that are missing. */
final class PortRows {
  private static final TrafficView NO_TRAFFIC = new TrafficView(0, 0, 0, 0, 0, 0, 0);

  private final HostConfig config;
  private final List<PortStatus> attached;
  private final Map<String, DeviceFacts> devices = new HashMap<>();

  PortRows(HostConfig config, List<PortStatus> attached, List<DeviceFacts> devices) {
    this.config = config;
    this.attached = attached;
    devices.forEach(device -> this.devices.put(device.name(), device));
  }

  List<PortView> rows() {
    Map<String, PortConfig> missing = new HashMap<>();
    config
        .networks()
        .forEach(network -> network.ports().forEach(port -> missing.put(port.name(), port)));
    List<PortView> rows = new ArrayList<>();
    for (PortStatus port : attached) {
      rows.add(attached(port, missing.remove(port.name())));
    }
    for (NetworkConfig network : config.networks()) {
      for (PortConfig port : network.ports()) {
        if (missing.containsKey(port.name())) {
          rows.add(missing(port, network));
        }
      }
    }
    rows.sort(Comparator.comparing(PortView::name));
    return rows;
  }

  private PortView attached(PortStatus port, @Nullable PortConfig configured) {
    return new PortView(
        port.name(),
        port.network(),
        port.vni(),
        kind(configured),
        vlan(configured),
        port.blockedBy().isEmpty() ? "attached" : "blocked: it " + port.blockedBy(),
        port.heldBecause().isEmpty() ? null : port.heldBecause(),
        link(configured),
        port.mtuBytes(),
        port.stations(),
        port.queues(),
        port.queuesMissing().isEmpty() ? null : port.queuesMissing(),
        group(configured),
        LiveView.traffic(port.counters()));
  }

  private static PortView missing(PortConfig port, NetworkConfig network) {
    return new PortView(
        port.name(),
        network.name(),
        network.vni(),
        kind(port),
        vlan(port),
        "missing",
        null,
        null,
        0,
        0,
        0,
        null,
        group(port),
        NO_TRAFFIC);
  }

  /** As {@code ip link} words it. */
  private @Nullable String link(@Nullable PortConfig port) {
    DeviceFacts device = port == null ? null : devices.get(port.device());
    if (device == null) {
      return null;
    }
    return device.carrier() ? "UP" : device.up() ? "NO-CARRIER" : "DOWN";
  }

  private static @Nullable PortGroupView group(@Nullable PortConfig port) {
    PortGroup group = port == null ? null : port.settings().portGroup().orElse(null);
    if (group == null) {
      return null;
    }
    return new PortGroupView(
        group.name(),
        group.fromPort().map(RateSettings::rateBitsPerSecond).orElse(null),
        group.toPort().map(QueueSettings::rateBitsPerSecond).orElse(null),
        group
            .dscp()
            .filter(it -> it.dscp() != DscpMode.UNIFORM)
            .map(TrafficClassPolicy::tunnelDscp)
            .orElse(null),
        group.mostStations().isPresent() ? group.mostStations().getAsInt() : null);
  }

  private static String kind(@Nullable PortConfig port) {
    return port instanceof PortConfig.Tap ? "tap" : "device";
  }

  private static @Nullable Integer vlan(@Nullable PortConfig port) {
    return port == null || port.settings().vlan().isEmpty()
        ? null
        : port.settings().vlan().getAsInt();
  }
}
