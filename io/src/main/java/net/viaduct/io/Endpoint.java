package net.viaduct.io;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.wire.IpAddress;

/**
 * Where a tunnel packet goes in the underlay. Immutable.
 *
 * @param address a host's or a group's
 * @param transport what carries it
 * @param port 1 to 65535; 0 with {@link Transport#GRE}, which has none
 */
public record Endpoint(IpAddress address, Transport transport, int port) {
  private static final Pattern GRE = Pattern.compile("gre:\\[?([0-9a-f.:]+)]?");
  private static final Pattern UDP = Pattern.compile("\\[?([0-9a-f.:]+?)]?:([0-9]{1,5})");

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

  /**
   * What {@link #toString} writes: {@code 10.77.0.2:4789}, {@code [fd77::2]:6081}, {@code
   * gre:10.77.0.2}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Endpoint parse(String text) {
    Matcher gre = GRE.matcher(text);
    if (gre.matches()) {
      return gre(IpAddress.parse(gre.group(1)));
    }
    Matcher udp = UDP.matcher(text);
    if (!udp.matches()) {
      throw new IllegalArgumentException("'" + text + "' is not an address and a port");
    }
    return new Endpoint(IpAddress.parse(udp.group(1)), Integer.parseInt(udp.group(2)));
  }

  @Override
  public String toString() {
    String host = address.isIpv4() ? address.toString() : "[" + address + "]";
    return transport == Transport.GRE ? "gre:" + host : host + ":" + port;
  }
}
