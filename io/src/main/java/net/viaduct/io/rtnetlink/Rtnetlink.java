package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkTransport;

/**
 * The network configuration of one namespace, by rtnetlink. Safe from any thread: which namespace
 * it is depends on where the transport was opened, not on who calls.
 */
public final class Rtnetlink implements AutoCloseable {
  private final Netlink netlink;
  private final Links links;
  private final Addresses addresses;
  private final Neighbours neighbours;
  private final Fdb fdb;
  private final Routes routes;

  /** A client that closes the transport when it is closed. */
  public Rtnetlink(NetlinkTransport transport) {
    netlink = new Netlink(transport);
    links = new Links(netlink);
    addresses = new Addresses(netlink);
    neighbours = new Neighbours(netlink);
    fdb = new Fdb(netlink);
    routes = new Routes(netlink);
  }

  /** Devices. */
  public Links links() {
    return links;
  }

  /** Addresses of devices. */
  public Addresses addresses() {
    return addresses;
  }

  /** Entries of ARP and neighbour discovery. */
  public Neighbours neighbours() {
    return neighbours;
  }

  /** Where bridges and VXLAN devices think stations are. */
  public Fdb fdb() {
    return fdb;
  }

  /** Routes. */
  public Routes routes() {
    return routes;
  }

  @Override
  public void close() {
    netlink.close();
  }
}
