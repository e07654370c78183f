package net.viaduct.lab.topology;

import java.util.List;
import java.util.Optional;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.wire.IpAddress;

/**
 * An emulated data centre. Immutable.
 *
 * @param name what the names of all its namespaces begin with
 * @param switches of the underlay, at least one if there are hosts
 * @param hosts each in a namespace of its own
 * @param networks overlays, on each host that is a VTEP and has a machine in it
 * @param machines each in a namespace of its own
 */
public record LabPlan(
    String name,
    List<SwitchPlan> switches,
    List<HostPlan> hosts,
    List<NetworkPlan> networks,
    List<MachinePlan> machines) {
  /** Most characters in a name of a thing: devices are named after it. */
  public static final int NAME_CHARACTERS_MAX = 11;

  /** Copies the lists. */
  public LabPlan {
    requireName(name);
    if (name.matches("vd[0-9].*")) {
      throw new IllegalArgumentException("'" + name + "' is a name for runs without one");
    }
    switches = List.copyOf(switches);
    hosts = List.copyOf(hosts);
    networks = List.copyOf(networks);
    machines = List.copyOf(machines);
  }

  /** Checks a name: it becomes part of those of namespaces and devices. */
  public static String requireName(String name) {
    if (!name.matches("[a-z0-9][a-z0-9-]*") || name.length() > NAME_CHARACTERS_MAX) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is no name: it is 1 to "
              + NAME_CHARACTERS_MAX
              + " small letters, digits and hyphens");
    }
    return name;
  }

  /**
   * A switch.
   *
   * @param mtuBytes of its ports and of what is attached to them
   */
  public record SwitchPlan(String name, int mtuBytes) {}

  /** What makes a host a VTEP. */
  public enum Vtep {
    /** {@code viaduct up}. */
    VIADUCT,
    /** The kernel's bridge and VXLAN device. */
    KERNEL,
    /** Nothing: it is only a host of the underlay. */
    NONE
  }

  /**
   * A link that is no plain cable.
   *
   * @param up from the host to the switch
   * @param down from the switch to the host
   */
  public record LinkPlan(LinkShape up, LinkShape down) {}

  /**
   * A host.
   *
   * @param switchName the switch that it is plugged into
   * @param link what is between; empty for a plain cable
   */
  public record HostPlan(
      String name,
      IpAddress address,
      int prefixLength,
      String switchName,
      Optional<LinkPlan> link,
      Vtep vtep) {}

  /**
   * A network.
   *
   * @param group that BUM goes to; empty for a copy to each other host of the network
   */
  public record NetworkPlan(String name, int vni, Optional<IpAddress> group) {}

  /** A machine, on a host, in a network. */
  public record MachinePlan(
      String name, String host, String network, IpAddress address, int prefixLength) {}

  /** The hosts on which a network is: those that have a machine in it. */
  public List<HostPlan> hostsOf(NetworkPlan network) {
    return hosts.stream()
        .filter(host -> machines.stream().anyMatch(m -> isOn(m, host) && isIn(m, network)))
        .toList();
  }

  /** The machines of a network on a host. */
  public List<MachinePlan> machinesOf(NetworkPlan network, HostPlan host) {
    return machines.stream().filter(m -> isOn(m, host) && isIn(m, network)).toList();
  }

  private static boolean isOn(MachinePlan machine, HostPlan host) {
    return machine.host().equals(host.name());
  }

  private static boolean isIn(MachinePlan machine, NetworkPlan network) {
    return machine.network().equals(network.name());
  }
}
