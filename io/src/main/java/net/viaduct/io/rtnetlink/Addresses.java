package net.viaduct.io.rtnetlink;

import java.util.List;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.IpAddress;

/** The addresses of a namespace's devices. Safe from any thread. */
public final class Addresses {
  private final Netlink netlink;

  Addresses(Netlink netlink) {
    this.netlink = netlink;
  }

  /** All addresses. */
  public List<Address> list() {
    return netlink.dump("list addresses", message(Address.GET, 0, 0, 0, 0, 0), Address::parse);
  }

  /**
   * Gives a device an address that can be used at once: without duplicate address detection.
   *
   * @throws net.viaduct.io.IoFailure EEXIST if it has it
   */
  public void add(int index, IpAddress ip, int prefixLength) {
    NetlinkRequest request =
        message(
            Address.NEW,
            NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE,
            RtnetlinkFamily.of(ip),
            prefixLength,
            Address.FLAG_NO_DAD,
            index);
    request.address(Address.LOCAL, ip).address(Address.ADDRESS, ip);
    netlink.request("add address " + ip + "/" + prefixLength + " to device " + index, request);
  }

  /**
   * Takes an address from a device.
   *
   * @throws net.viaduct.io.IoFailure EADDRNOTAVAIL if it has not got it
   */
  public void remove(int index, IpAddress ip, int prefixLength) {
    NetlinkRequest request =
        message(Address.DELETED, 0, RtnetlinkFamily.of(ip), prefixLength, 0, index);
    request.address(Address.LOCAL, ip).address(Address.ADDRESS, ip);
    netlink.request("remove address " + ip + "/" + prefixLength + " of device " + index, request);
  }

  private static NetlinkRequest message(
      int type, int how, int family, int prefixLength, int flags, int index) {
    return new NetlinkRequest(type, how).u8(family).u8(prefixLength).u8(flags).u8(0).u32(index);
  }
}
