package net.viaduct.host.reconcile;

import java.util.OptionalInt;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.tunnel.TunnelOverhead;
import net.viaduct.wire.tunnel.VxlanHeader;

/** The MTU that a port gets, so that its frames fit into tunnels (R17). Stateless. */
final class PortMtu {
  private static final int SMALLEST_BYTES = 68;

  private PortMtu() {}

  /**
   * What is left for the IP packets of machines: less if the path is said to be narrower than its
   * device, and less by a tag where tags are carried.
   *
   * @param largestBytes what the device of the underlay leaves for packets in frames without tags
   */
  static int of(HostConfig host, NetworkConfig network, int largestBytes) {
    boolean carriesTags = network.settings().tags().inner() == TagPolicy.KEEP;
    int bytes = carriesTags ? largestBytes - VlanTag.SIZE_BYTES : largestBytes;
    OptionalInt path = network.settings().path().mtuBytes();
    if (path.isPresent()) {
      boolean overIpv4 =
          host.underlay().locals().stream().allMatch(local -> local.address().isIpv4());
      TunnelOverhead overhead = TunnelOverhead.inUdp(overIpv4, VxlanHeader.SIZE_BYTES);
      bytes = Math.min(bytes, overhead.innerMtuBytes(path.getAsInt(), carriesTags ? 1 : 0));
    }
    return Math.max(SMALLEST_BYTES, bytes);
  }
}
