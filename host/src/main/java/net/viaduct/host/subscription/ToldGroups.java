package net.viaduct.host.subscription;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.config.Names;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.shapefile.UsualLink;
import net.viaduct.host.subscription.ToldNetwork.ToldGroup;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.PortGroup;

/**
 * Makes of the groups that a controller tells what a file's {@code port-groups} would say. What a
 * group says and this host cannot do is left out and told, and the rest of it holds. Used once, by
 * one thread.
 */
final class ToldGroups {
  private final Consumer<String> troubles;
  private final Map<ToldGroup, PortGroup> made = new HashMap<>();

  /**
   * None.
   *
   * @param troubles takes a sentence for each thing that is left out
   */
  ToldGroups(Consumer<String> troubles) {
    this.troubles = troubles;
  }

  /**
   * Has a port follow its group, unless the file says what it follows.
   *
   * @param told groups of its network, by name
   * @param name of the group; empty if the port is in none
   */
  PortConfig follow(
      PortConfig port, NetworkConfig network, Map<String, ToldGroup> told, String name) {
    if (name.isEmpty()) {
      return port;
    }
    Optional<String> own = port.settings().portGroup().map(PortGroup::name);
    if (own.isPresent()) {
      if (!own.get().equals(Names.OF_CONTROLLER + name)) {
        troubles.accept(
            "port %s of network '%s' has port-group '%s' in the file, so group '%s' of the"
                    .formatted(port.name(), network.name(), own.get(), name)
                + " controller is not used");
      }
      return port;
    }
    ToldGroup group = told.get(name);
    if (group == null) {
      troubles.accept(
          "port %s of network '%s' is in group '%s', about which nothing is told"
              .formatted(port.name(), network.name(), name));
      return port;
    }
    return port.with(port.settings().with(made.computeIfAbsent(group, this::make)));
  }

  private PortGroup make(ToldGroup told) {
    return new PortGroup(
        Names.OF_CONTROLLER + told.name(),
        rate(told, "sendBitsPerSecond", told.sendBitsPerSecond(), UsualLink::rate),
        rate(told, "receiveBitsPerSecond", told.receiveBitsPerSecond(), UsualLink::queue),
        told.dscp().isPresent()
            ? part(told, "dscp", told.dscp().getAsInt(), dscp -> classes((int) dscp))
            : Optional.empty(),
        mostStations(told));
  }

  private <T> Optional<T> rate(ToldGroup told, String what, long bits, LongFunction<T> making) {
    return bits == 0 ? Optional.empty() : part(told, what, bits, making);
  }

  /** The tunnel has a class of its own; behind it a frame is served by its own, as usual. */
  private static TrafficClassPolicy classes(int dscp) {
    return new TrafficClassPolicy(EcnMode.NORMAL, DscpMode.SHORT_PIPE, dscp);
  }

  private OptionalInt mostStations(ToldGroup told) {
    return rate(told, "stations", told.stations(), it -> IntRange.STATIONS.require((int) it))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  private <T> Optional<T> part(ToldGroup told, String what, long value, LongFunction<T> making) {
    try {
      return Optional.of(making.apply(value));
    } catch (IllegalArgumentException e) {
      troubles.accept("group '%s', %s: %s".formatted(told.name(), what, e.getMessage()));
      return Optional.empty();
    }
  }

  /** A device can be held back only as a whole: who shares one has no rate from it. */
  void tellHeldTogether(Collection<NetworkConfig> networks) {
    Map<String, List<PortConfig>> byDevice = new HashMap<>();
    for (NetworkConfig network : networks) {
      for (PortConfig port : network.ports()) {
        byDevice.computeIfAbsent(port.device(), _ -> new ArrayList<>()).add(port);
      }
    }
    byDevice.forEach((device, ports) -> {
      for (PortConfig port : ports) {
        Optional<PortGroup> group =
            port.settings()
                .portGroup()
                .filter(it -> it.fromPort().isPresent())
                .filter(it -> it.name().startsWith(Names.OF_CONTROLLER));
        if (ports.size() > 1 && group.isPresent()) {
          troubles.accept(
              "port %s shares %s with others, who would be held back with it: it may send more than"
                      .formatted(port.name(), device)
                  + " its group '"
                  + group.get().name().substring(Names.OF_CONTROLLER.length())
                  + "' says");
        }
      }
    });
  }
}
