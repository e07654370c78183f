package net.viaduct.controller.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a machine is attached to a network. Immutable.
 *
 * @param name of it
 * @param network that it is in
 * @param mac of the machine
 * @param ips that the machine uses
 * @param host that it is on; empty: nowhere at the moment
 * @param device of the host that it is; empty: named as the port
 * @param group whose rules it follows
 * @param up whether it should carry frames
 * @param labels notes
 */
public record Port(
    String name,
    String network,
    Mac mac,
    List<Ip> ips,
    Optional<String> host,
    Optional<String> device,
    Optional<String> group,
    boolean up,
    Map<String, String> labels)
    implements Definition {
  /** How many addresses one has at most. */
  public static final int MOST_IPS = 64;

  /** Checks all of it. */
  public Port {
    Names.require(name);
    Names.require(network);
    ips = requireIps(ips);
    host.ifPresent(Names::require);
    device.ifPresent(Names::requireDevice);
    group.ifPresent(Names::require);
    if (host.isPresent() && device.isEmpty()) {
      requireDeviceIn(name);
    }
    labels = Names.requireLabels(labels);
  }

  private static void requireDeviceIn(String name) {
    try {
      Names.requireDevice(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          e.getMessage() + ": a port on a host whose name is longer needs a 'device'", e);
    }
  }

  static List<Ip> requireIps(List<Ip> ips) {
    if (ips.size() > MOST_IPS) {
      throw new IllegalArgumentException(ips.size() + " addresses; there are at most " + MOST_IPS);
    }
    if (new HashSet<>(ips).size() != ips.size()) {
      throw new IllegalArgumentException("an address comes twice");
    }
    return List.copyOf(ips);
  }

  /** The device of the host that it is. */
  public String deviceName() {
    return device.orElse(name);
  }

  @Override
  public Kind kind() {
    return Kind.PORT;
  }
}
