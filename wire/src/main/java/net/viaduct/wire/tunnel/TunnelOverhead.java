package net.viaduct.wire.tunnel;

import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;

/**
 * What a tunnel adds to the IP packet of a machine (R17): VXLAN 50 bytes over IPv4 and 70 over
 * IPv6, 4 more for each VLAN tag that is carried. Immutable.
 *
 * @param outerIpBytes of the IP header of the underlay, 20 or 40; neither options nor extension
 *     headers are ever sent
 * @param transportBytes between that and the tunnel's own header: 8 of UDP, none for GRE
 * @param tunnelBytes of the tunnel's own header: 8 of VXLAN in all its forms, 8 and options of
 *     Geneve, 8 of NVGRE
 */
public record TunnelOverhead(int outerIpBytes, int transportBytes, int tunnelBytes) {
  /** A tunnel in UDP. */
  public static TunnelOverhead inUdp(boolean overIpv4, int tunnelBytes) {
    return new TunnelOverhead(outerIpBytes(overIpv4), UdpHeader.SIZE_BYTES, tunnelBytes);
  }

  /** A tunnel in GRE, whose header is the tunnel's. */
  public static TunnelOverhead inGre(boolean overIpv4, int tunnelBytes) {
    return new TunnelOverhead(outerIpBytes(overIpv4), 0, tunnelBytes);
  }

  /** Of the IP header of the underlay. */
  public static int outerIpBytes(boolean overIpv4) {
    return overIpv4 ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES;
  }

  /**
   * All bytes in front of the inner frame, which with the frame make the packet on the underlay.
   */
  public int beforeFrameBytes() {
    return outerIpBytes + transportBytes + tunnelBytes;
  }

  /**
   * All bytes that the underlay's packet has more than the inner IP packet.
   *
   * @param tags VLAN tags of the inner frame
   */
  public int bytes(int tags) {
    return beforeFrameBytes() + EthernetHeader.SIZE_BYTES + tags * VlanTag.SIZE_BYTES;
  }

  /** The largest inner IP packet that fits a path; not below 0. */
  public int innerMtuBytes(int pathMtuBytes, int tags) {
    return Math.max(0, pathMtuBytes - bytes(tags));
  }
}
