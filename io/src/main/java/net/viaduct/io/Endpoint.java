package net.viaduct.io;

import net.viaduct.wire.IpAddress;

/**
 * Where a tunnel packet goes in the underlay. Immutable.
 *
 * @param address a host's or a group's
 * @param transport what carries it
 * @param port 1 to 65535; 0 with {@link Transport#GRE}, which has none
 */
public record Endpoint(IpAddress address, Transport transport, int port) {
  /** Checks the port. */
  public Endpoint {
    if (transport == Transport.GRE ? port != 0 : port < 1 || port > 65_535) {
      throw new IllegalArgumentException(transport + " port " + port + " is not within 1 to 65535");
    }
  }

  /** By UDP. */
  public Endpoint(IpAddress address, int port) {
    this(address, Transport.UDP, port);
  }

  /** By GRE. */
  public static Endpoint gre(IpAddress address) {
    return new Endpoint(address, Transport.GRE, 0);
  }

  @Override
  public String toString() {
    String host = address.isIpv4() ? address.toString() : "[" + address + "]";
    return transport == Transport.GRE ? "gre:" + host : host + ":" + port;
  }
}
