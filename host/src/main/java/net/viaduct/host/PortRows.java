package net.viaduct.host;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.view.PortView;
import net.viaduct.host.view.TrafficView;
import net.viaduct.vtep.show.PortStatus;
import org.jspecify.annotations.Nullable;

/** The ports of a host as they are shown: those that are there, and those that are missing. */
final class PortRows {
  private static final TrafficView NO_TRAFFIC = new TrafficView(0, 0, 0, 0, 0, 0, 0);

  private final HostConfig config;
  private final List<PortStatus> attached;

  PortRows(HostConfig config, List<PortStatus> attached) {
    this.config = config;
    this.attached = attached;
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

  private static PortView attached(PortStatus port, @Nullable PortConfig configured) {
    return new PortView(
        port.name(),
        port.network(),
        port.vni(),
        kind(configured),
        vlan(configured),
        port.blockedBy().isEmpty() ? "attached" : "blocked: it " + port.blockedBy(),
        port.mtuBytes(),
        port.stations(),
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
        0,
        0,
        NO_TRAFFIC);
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
