package net.viaduct.io;

/**
 * Where tunnel packets are let in, at every local address of an underlay. Immutable.
 *
 * @param transport what carries them
 * @param port the UDP port, 1 to 65535; 0 with {@link Transport#GRE}, which has none
 */
public record Door(Transport transport, int port) implements Comparable<Door> {
  /** The one for GRE. */
  public static final Door GRE = new Door(Transport.GRE, 0);

  /** Checks the port. */
  public Door {
    if (transport == Transport.GRE ? port != 0 : port < 1 || port > 65_535) {
      throw new IllegalArgumentException(transport + " port " + port + " is not within 1 to 65535");
    }
  }

  /** A UDP port. */
  public static Door udp(int port) {
    return new Door(Transport.UDP, port);
  }

  @Override
  public int compareTo(Door other) {
    int byTransport = transport.compareTo(other.transport);
    return byTransport != 0 ? byTransport : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    return transport == Transport.GRE ? "GRE" : "UDP port " + port;
  }
}
