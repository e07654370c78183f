package net.viaduct.host.configfile;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.host.config.PortConfig;

/**
 * What the ports that share a device must agree on, and the ports that trunks give to networks.
 * Owned by the thread that reads.
 */
final class SharedDevices {
  private final Map<String, Boolean> taps = new HashMap<>();
  private final Map<String, Integer> mtusBytes = new HashMap<>();
  private final Map<String, List<TrunkPort>> byNetwork = new LinkedHashMap<>();

  /**
   * A port that a network has because a trunk says so.
   *
   * @param where the name of the network in the trunk
   */
  record TrunkPort(PortConfig config, Value where) {}

  /** Whether a device is a tap: as the first port said that has it. */
  boolean isTap(String device, boolean said) {
    Boolean first = taps.putIfAbsent(device, said);
    return first == null ? said : first;
  }

  /** The MTU of a tap: as the first port said that has it and says one. */
  int mtuBytes(String tap, int said) {
    Integer first = mtusBytes.putIfAbsent(tap, said);
    return first == null ? said : first;
  }

  /** A trunk gives a port to a network. */
  void add(String network, TrunkPort port) {
    byNetwork.computeIfAbsent(network, name -> new ArrayList<>()).add(port);
  }

  /** The ports that trunks give to a network, which takes them. */
  List<TrunkPort> take(String network) {
    List<TrunkPort> ports = byNetwork.remove(network);
    return ports == null ? List.of() : ports;
  }

  /** The ports for networks that took none, by the network's name. */
  Map<String, List<TrunkPort>> left() {
    return byNetwork;
  }
}
