package net.viaduct.io.rtnetlink;

import java.util.List;
import java.util.Optional;
import net.viaduct.io.IoFailure;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** The entries of ARP and neighbour discovery of a namespace. Safe from any thread. */
public final class Neighbours {
  private static final int FLAG_USE = 1;

  private final Netlink netlink;

  Neighbours(Netlink netlink) {
    this.netlink = netlink;
  }

  /** All entries. */
  public List<Neighbour> list() {
    return netlink.dump("list neighbours", message(Neighbour.GET, 0, 0, 0, 0), Neighbour::parse);
  }

  /** The entry of an address; empty if there is none. */
  public Optional<Neighbour> find(int index, IpAddress ip) {
    NetlinkRequest request = message(Neighbour.GET, 0, RtnetlinkFamily.of(ip), index, 0);
    try {
      return Optional.ofNullable(
          Neighbour.parse(netlink.get("find neighbour " + ip, request.address(Neighbour.IP, ip))));
    } catch (IoFailure e) {
      if (e.errno().equals("ENOENT")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Lets the kernel resolve or verify an address as if it had a packet for it ({@code NTF_USE}).
   */
  public void use(int index, IpAddress ip) {
    int how = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
    NetlinkRequest request = new NetlinkRequest(Neighbour.NEW, how);
    request.u8(RtnetlinkFamily.of(ip)).u8(0).u16(0).u32(index).u16(0).u8(FLAG_USE).u8(0);
    netlink.request("verify neighbour " + ip, request.address(Neighbour.IP, ip));
  }

  /** Sets an entry that never ages, in place of what is there. */
  public void set(int index, IpAddress ip, long mac) {
    put(new Neighbour(index, ip, mac, Neighbour.STATE_PERMANENT));
  }

  /**
   * Sets an entry that is used at once but verified soon, as one that was learned some time ago, in
   * place of what is there.
   */
  public void setStale(int index, IpAddress ip, long mac) {
    put(new Neighbour(index, ip, mac, Neighbour.STATE_STALE));
  }

  private void put(Neighbour entry) {
    int how = NetlinkRequest.CREATE | NetlinkRequest.REPLACE;
    int family = RtnetlinkFamily.of(entry.ip());
    NetlinkRequest request = message(Neighbour.NEW, how, family, entry.index(), entry.state());
    request.address(Neighbour.IP, entry.ip()).mac(Neighbour.MAC, entry.mac());
    String call = "set neighbour " + entry.ip() + " to " + MacAddress.format(entry.mac());
    netlink.request(call + " on device " + entry.index(), request);
  }

  /**
   * Removes an entry.
   *
   * @throws net.viaduct.io.IoFailure ENOENT if there is none
   */
  public void remove(int index, IpAddress ip) {
    NetlinkRequest request = message(Neighbour.DELETED, 0, RtnetlinkFamily.of(ip), index, 0);
    netlink.request(
        "remove neighbour " + ip + " of device " + index, request.address(Neighbour.IP, ip));
  }

  private static NetlinkRequest message(int type, int how, int family, int index, int state) {
    NetlinkRequest request = new NetlinkRequest(type, how);
    return request.u8(family).u8(0).u16(0).u32(index).u16(state).u8(0).u8(0);
  }
}
