package net.viaduct.host.configfile;

import java.util.List;
import java.util.Map;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.wire.IpAddress;

/**
 * What a network must know of the rest of the file. Owned by the thread that reads.
 *
 * @param locals the underlay's addresses; none if they could not be read
 * @param usualPort the UDP port of remotes that are named without one
 * @param mostStations of a network that says nothing else
 * @param vnis those of all networks
 * @param ports those of all networks
 * @param devices what ports that share one agree on
 * @param remotes the UDP port of each remote
 * @param portGroups what ports may have in common, by name
 */
record NetworkContext(
    List<IpAddress> locals,
    int usualPort,
    int mostStations,
    Seen vnis,
    Seen ports,
    SharedDevices devices,
    Map<IpAddress, Endpoint> remotes,
    Map<String, PortGroup> portGroups) {
  /**
   * The remote, if it has the same UDP port wherever it is named.
   *
   * @throws IllegalArgumentException if it has not
   */
  Endpoint requireOnePort(Endpoint remote) {
    Endpoint first = remotes.putIfAbsent(remote.address(), remote);
    if (first != null && first.port() != remote.port()) {
      throw new IllegalArgumentException(
          remote.address()
              + " has UDP port "
              + first.port()
              + " elsewhere in this file, and cannot have "
              + remote.port()
              + " too");
    }
    return remote;
  }

  /**
   * The port group of a name.
   *
   * @throws IllegalArgumentException if there is none, with the nearest one
   */
  PortGroup requirePortGroup(String name) {
    PortGroup group = portGroups.get(name);
    if (group == null) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not a port group of this file; "
              + NearestKey.of(name, portGroups.keySet())
                  .map(near -> "did you mean '" + near + "'?")
                  .orElse(
                      portGroups.isEmpty()
                          ? "there is no section 'port-groups'"
                          : "there are: " + String.join(", ", portGroups.keySet())));
    }
    return group;
  }

  boolean isOwn(IpAddress address) {
    return locals.contains(address);
  }

  /**
   * The address, if it can be reached from this host.
   *
   * @param what it is: {@code address} or {@code group}
   * @throws IllegalArgumentException if it is of a family that the underlay has not
   */
  IpAddress requireReachable(IpAddress address, String what) {
    boolean ipv4 = address.isIpv4();
    if (!locals.isEmpty() && locals.stream().noneMatch(local -> local.isIpv4() == ipv4)) {
      throw new IllegalArgumentException(
          ipv4
              ? address + " is an IPv4 " + what + ", and the underlay's address is IPv6"
              : address + " is an IPv6 " + what + ", and the underlay's address is IPv4");
    }
    return address;
  }
}
