package net.viaduct.systemtest.flood;

import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.LabHost;

/** A bridge of the kernel, {@code br0}, in a namespace of its own, that asks who listens. */
final class KernelBridge {
  /** The bridge's end of the cable to a host. */
  static final String PORT = "p0";

  private KernelBridge() {}

  /** Connects a bridge with a host; it does not ask yet. */
  static void attach(LabHost host, String hostDevice, NetNamespace bridge) throws Exception {
    Commands.ip(host.namespace(), "link add " + hostDevice + " type veth peer name " + PORT);
    Commands.ip(host.namespace(), "link set " + PORT + " netns " + bridge.name());
    Commands.ip(host.namespace(), "link set " + hostDevice + " up");
    Commands.ip(bridge, "link add br0 type bridge mcast_snooping 1");
    Commands.ip(bridge, "link set " + PORT + " master br0");
    Commands.ip(bridge, "link set " + PORT + " up");
  }

  /** Asks each second, by IGMP of this version and by MLD of the corresponding one. */
  static void startAsking(NetNamespace bridge, String address, int igmpVersion) throws Exception {
    Commands.ip(bridge, "addr add " + address + " dev br0");
    Commands.ip(bridge, "link set br0 up");
    Commands.ip(
        bridge,
        "link set br0 type bridge mcast_igmp_version "
            + igmpVersion
            + " mcast_mld_version "
            + (igmpVersion - 1)
            + " mcast_query_use_ifaddr 1 mcast_query_interval 100"
            + " mcast_query_response_interval 20 mcast_startup_query_interval 50"
            + " mcast_last_member_interval 20");
    Commands.ip(bridge, "link set br0 type bridge mcast_querier 1");
  }
}
