package net.viaduct.host;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.devices.DeviceFacts;
import net.viaduct.host.reconcile.DesiredPort;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.vtep.NetworkConfig;

/**
 * Knows which device was behind each port when it was opened: one that was deleted and made again
 * has its name, and is another. A tap that was moved into the namespace of a container is still
 * there, wherever that is; one that was deleted, perhaps with the container, is made anew. Guarded
 * by the upkeep.
 */
final class DeviceTracker {
  private final Map<String, Integer> indices = new HashMap<>();
  private final Set<String> connected = new HashSet<>();
  private volatile Set<Integer> foreignVnis = Set.of();

  /** Notes the devices behind the ports of a state that was just applied. */
  void remember(List<DeviceFacts> facts, DesiredState state) {
    indices.clear();
    connected.clear();
    foreignVnis =
        facts.stream()
            .map(DeviceFacts::vni)
            .filter(vni -> vni != 0)
            .collect(Collectors.toUnmodifiableSet());
    for (DeviceFacts device : facts) {
      if (state.ports().values().stream().anyMatch(port -> isDevice(port, device.name()))) {
        indices.put(device.name(), device.index());
        if (device.carrier()) {
          connected.add(device.name());
        }
      }
    }
  }

  /** VNIs that VXLAN and Geneve devices of the kernel use here (P5); any thread. */
  Set<Integer> foreignVnis() {
    return foreignVnis;
  }

  /**
   * The ports whose device was there and could carry nothing, and now can: what is known to be
   * behind them, a machine that was moved here and goes on perhaps, does not announce itself.
   */
  List<String> cameUp(DesiredState state, List<DeviceFacts> facts) {
    Set<String> devices = new HashSet<>();
    for (DeviceFacts device : facts) {
      Integer known = indices.get(device.name());
      boolean same = known != null && known == device.index();
      if (same && device.carrier() && !connected.contains(device.name())) {
        devices.add(device.name());
      }
    }
    return state.ports().values().stream()
        .filter(port -> devices.contains(port.device()) && announces(state, port))
        .map(DesiredPort::name)
        .toList();
  }

  private static boolean announces(DesiredState state, DesiredPort port) {
    NetworkConfig network = state.networks().get(port.vni());
    return network != null && network.stations().announcesNew();
  }

  private static boolean isDevice(DesiredPort port, String name) {
    return port.device().equals(name);
  }

  /** A state without the ports whose device is gone or is another now. */
  DesiredState withoutLost(DesiredState state, List<DeviceFacts> facts) {
    Map<String, Integer> now = indices(facts);
    return without(
        state,
        port -> {
          String device = port.config().device();
          Integer known = indices.get(device);
          return known == null
              ? port.config() instanceof PortConfig.Tap && !now.containsKey(device)
              : !known.equals(now.get(device));
        });
  }

  /**
   * A state without the ports that need a device that is not there.
   *
   * @param but the names of ports that stay in any case
   */
  DesiredState withoutMissing(DesiredState state, List<DeviceFacts> facts, Set<String> but) {
    Map<String, Integer> now = indices(facts);
    return without(
        state,
        port ->
            port.config() instanceof PortConfig.Device device
                && !now.containsKey(device.device())
                && !but.contains(port.name()));
  }

  private static Map<String, Integer> indices(List<DeviceFacts> facts) {
    Map<String, Integer> indices = new HashMap<>();
    facts.forEach(device -> indices.put(device.name(), device.index()));
    return indices;
  }

  private static DesiredState without(
      DesiredState state, java.util.function.Predicate<DesiredPort> goes) {
    Set<String> gone = new HashSet<>();
    state.ports().values().stream().filter(goes).forEach(port -> gone.add(port.name()));
    return state.without(gone);
  }
}
