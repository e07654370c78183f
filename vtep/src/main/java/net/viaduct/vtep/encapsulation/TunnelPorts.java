package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Transport;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.GeneveHeader;
import net.viaduct.wire.tunnel.VxlanGpeHeader;

/**
 * At which UDP port a host speaks what. Immutable.
 *
 * @param vxlan with and without groups: the underlay's own port
 * @param gpe of VXLAN-GPE
 * @param geneve of Geneve
 */
public record TunnelPorts(int vxlan, int gpe, int geneve) {
  /** A port of VXLAN, and IANA's for the others. */
  public static TunnelPorts usual(int vxlan) {
    return new TunnelPorts(vxlan, VxlanGpeHeader.DEFAULT_PORT, GeneveHeader.DEFAULT_PORT);
  }

  /** Where a host is reached that listens at these ports too. */
  public Endpoint endpoint(IpAddress address, EncapsulationType type) {
    return switch (type) {
      case VXLAN, VXLAN_GBP -> new Endpoint(address, vxlan);
      case VXLAN_GPE -> new Endpoint(address, gpe);
      case GENEVE -> new Endpoint(address, geneve);
      case NVGRE -> Endpoint.gre(address);
    };
  }

  /** Where a host lets an encapsulation in. */
  public Door door(EncapsulationType type) {
    return switch (type) {
      case VXLAN, VXLAN_GBP -> Door.udp(vxlan);
      case VXLAN_GPE -> Door.udp(gpe);
      case GENEVE -> Door.udp(geneve);
      case NVGRE -> Door.GRE;
    };
  }

  /**
   * What is spoken at a local port: VXLAN at every one that is no other's.
   *
   * @param port 0 if it came by GRE
   */
  public EncapsulationType typeAt(int port) {
    if (port == 0) {
      return EncapsulationType.NVGRE;
    }
    if (port == vxlan) {
      return EncapsulationType.VXLAN;
    }
    if (port == geneve) {
      return EncapsulationType.GENEVE;
    }
    return port == gpe ? EncapsulationType.VXLAN_GPE : EncapsulationType.VXLAN;
  }

  /** What is spoken with a remote of which nothing else is known. */
  public EncapsulationType typeOf(Endpoint remote) {
    return remote.transport() == Transport.GRE ? EncapsulationType.NVGRE : typeAt(remote.port());
  }
}
