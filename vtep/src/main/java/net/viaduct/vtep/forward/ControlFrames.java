package net.viaduct.vtep.forward;

import net.viaduct.wire.EtherType;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.dhcp.DhcpMessage;

/**
 * Which frames an {@link Inspector} is shown, and a worker therefore leaves to the owner of the
 * tables: those by which machines find each other and tell what they listen to, by their headers
 * alone. Behind a VLAN tag nobody looks, nor into fragments. Stateless: safe from any thread.
 */
public final class ControlFrames {
  private ControlFrames() {}

  /** Whether it is one of any kind. */
  public static boolean isControl(FlowKey key) {
    return tellsAddresses(key) || tellsMembership(key);
  }

  /** Whether it is of ARP, of ICMPv6, which has neighbour discovery, or of DHCP for IPv4. */
  public static boolean tellsAddresses(FlowKey key) {
    if (key.vlanTags() > 0) {
      return false;
    }
    if (key.etherType() == EtherType.ARP) {
      return true;
    }
    if (key.transportOffset() < 0) {
      return false;
    }
    return key.isIpv6()
        ? key.ipProtocol() == IpProtocol.ICMPV6
        : key.ipProtocol() == IpProtocol.UDP
            && (key.sourcePort() == DhcpMessage.SERVER_PORT
                || key.sourcePort() == DhcpMessage.CLIENT_PORT);
  }

  /** Whether it is of IGMP, of ICMPv6, which has MLD, or of PIM. */
  public static boolean tellsMembership(FlowKey key) {
    if (key.vlanTags() > 0 || key.transportOffset() < 0) {
      return false;
    }
    int protocol = key.ipProtocol();
    return protocol == IpProtocol.PIM
        || protocol == (key.isIpv6() ? IpProtocol.ICMPV6 : IpProtocol.IGMP);
  }
}
