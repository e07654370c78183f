package net.viaduct.controller.registry;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;

/** Whether an object fits to those that it refers to. Stateless. */
final class Fit {
  private Fit() {}

  /**
   * Looks at one.
   *
   * @param networks those that there are, or will be
   * @throws ChangeRefused if it does not fit
   */
  static void require(Definition definition, Function<String, Optional<Network>> networks) {
    switch (definition) {
      case Port port -> requireIps(port, port.ips(), networks.apply(port.network()));
      case Station station -> requireIps(station, station.ips(), networks.apply(station.network()));
      case Network _, Host _, PortGroup _ -> {}
    }
  }

  private static void requireIps(Definition it, List<Ip> ips, Optional<Network> network) {
    if (network.isEmpty() || network.get().subnets().isEmpty()) {
      return; // that there is none is told with the references
    }
    for (Ip ip : ips) {
      if (network.get().subnets().stream().noneMatch(subnet -> subnet.contains(ip))) {
        throw new ChangeRefused(
            ChangeRefused.Cause.WRONG,
            it.title() + ": " + ip + " is in none of the subnets of " + network.get().title(),
            List.of(network.get().title()));
      }
    }
  }
}
