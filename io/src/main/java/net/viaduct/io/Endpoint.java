package net.viaduct.io;

import net.viaduct.wire.IpAddress;

/**
 * An address and UDP port in the underlay: where a tunnel packet goes. Immutable.
 *
 * @param address a host's or a group's
 * @param port 1 to 65535
 */
public record Endpoint(IpAddress address, int port) {
  /** Checks the port. */
  public Endpoint {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("UDP port " + port + " is not within 1 to 65535");
    }
  }

  @Override
  public String toString() {
    return address.isIpv4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
