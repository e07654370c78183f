package net.viaduct.vtep.behaviour;

import java.util.concurrent.CompletableFuture;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.VtepView;
import net.viaduct.wire.IpAddress;

/**
 * Some hosts with a VTEP each on one underlay: in memory, or real devices in network namespaces.
 * What the behaviour suite needs to know about them. Owned by the test's thread.
 */
public interface Rig extends AutoCloseable {
  /** How many hosts there are, at least 3. */
  int hosts();

  /** Changes a host. */
  VtepControl control(int host);

  /** Looks at a host. */
  VtepView view(int host);

  /** What the hosts speak with each other. */
  Tunnel tunnel();

  /** A host's own endpoint, the first if there are several. */
  Endpoint endpoint(int host);

  /** A host's address. */
  default IpAddress address(int host, boolean ipv6) {
    return tunnel().addresses(host + 1).stream()
        .filter(address -> address.isIpv4() != ipv6)
        .findFirst()
        .orElseThrow();
  }

  /** Waits for a command, and drives what has to be driven until then. */
  <T> T await(CompletableFuture<T> result);

  /**
   * A new machine on a new port of a host, which is attached to a network.
   *
   * @param name of the port, at most 15 characters
   */
  Machine machine(int host, int vni, String name);

  /** A sender and receiver of datagrams on the underlay that is no VTEP of the rig. */
  ForeignHost foreignHost();

  /** An any-source group that the underlay carries; another one for each number. */
  default IpAddress group(int number) {
    return tunnel().group(number);
  }

  /** Returns when everything that was sent until now has arrived where it goes. */
  void settle();

  @Override
  void close();
}
