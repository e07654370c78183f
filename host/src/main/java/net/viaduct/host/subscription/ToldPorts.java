package net.viaduct.host.subscription;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.subscription.ToldNetwork.ToldLeg;
import net.viaduct.vtep.settings.PortSettings;

/**
 * The ports of this host that a controller tells of: those that the file has, and those that are
 * made for it. What cannot be is left out and told. Used once, by one thread.
 */
final class ToldPorts {
  private final Predicate<String> isForeignDevice;
  private final Consumer<String> troubles;
  private final ToldGroups groups;

  /** Of all networks. */
  private final Set<String> names = new HashSet<>();

  /**
   * Those of the file at first.
   *
   * @param isForeignDevice whether there is a device of a name that this host did not make: it
   *     becomes the port; otherwise a tap is made
   * @param troubles takes a sentence for each thing that is left out
   */
  ToldPorts(HostConfig file, Predicate<String> isForeignDevice, Consumer<String> troubles) {
    this.isForeignDevice = isForeignDevice;
    this.troubles = troubles;
    this.groups = new ToldGroups(troubles);
    for (NetworkConfig network : file.networks()) {
      network.ports().forEach(port -> names.add(port.name()));
    }
  }

  /**
   * The port that is a leg of this host.
   *
   * @param all those of the network, to which it is added if it is new
   * @return its name; empty if it cannot be one
   */
  Optional<String> leg(NetworkConfig network, ToldLeg leg, List<PortConfig> all) {
    PortSettings settings =
        leg.vlan() == 0 ? PortSettings.DEFAULT : PortSettings.DEFAULT.withVlan(leg.vlan());
    PortConfig port;
    try {
      port = new PortConfig.Device(leg.device(), settings.asLeg());
    } catch (IllegalArgumentException e) {
      troubles.accept(
          "leg %s of network '%s': %s".formatted(leg.device(), network.name(), e.getMessage()));
      return Optional.empty();
    }
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(port.name())) { // the file has it, without knowing what it is
        all.set(i, all.get(i).with(all.get(i).settings().asLeg()));
        return Optional.of(port.name());
      }
    }
    if (!names.add(port.name())) {
      troubles.accept(
          "leg %s of network '%s' is a port of another network"
              .formatted(port.name(), network.name()));
      return Optional.empty();
    }
    all.add(port);
    return Optional.of(port.name());
  }

  /**
   * Whether a network has a port here, also if it was made for this; then it follows its group.
   *
   * @param all those of the network, to which it is added if it is new
   */
  boolean has(
      NetworkConfig network, ToldNetwork told, String name, String group, List<PortConfig> all) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).name().equals(name)) {
        all.set(i, groups.follow(all.get(i), network, told.groups(), group));
        return true;
      }
    }
    if (names.contains(name)) {
      troubles.accept(
          "port %s of network '%s' is in another network".formatted(name, network.name()));
      return false;
    }
    PortConfig port =
        isForeignDevice.test(name)
            ? new PortConfig.Device(name, PortSettings.DEFAULT)
            : new PortConfig.Tap(name, told.mtuBytes(), PortSettings.DEFAULT);
    all.add(groups.follow(port, network, told.groups(), group));
    names.add(name);
    return true;
  }

  /** Tells of ports that a group cannot hold back. */
  void tellHeldTogether(Collection<NetworkConfig> networks) {
    groups.tellHeldTogether(networks);
  }
}
