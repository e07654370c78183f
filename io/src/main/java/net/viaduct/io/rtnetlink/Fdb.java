package net.viaduct.io.rtnetlink;

import java.util.List;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** The kernel's FDBs: those of bridges and those of VXLAN devices. Safe from any thread. */
public final class Fdb {
  private final Netlink netlink;

  Fdb(Netlink netlink) {
    this.netlink = netlink;
  }

  /** The entries of all devices. */
  public List<FdbEntry> list() {
    return list(0);
  }

  /** The entries of one device: a bridge's about one of its ports, and the device's own. */
  public List<FdbEntry> list(int index) {
    return netlink.dump("list FDB", message(Neighbour.GET, 0, index, 0, 0), FdbEntry::parse);
  }

  /**
   * Adds a remote for a station of a VXLAN device, next to the others it has.
   *
   * @param mac 0 for whatever has no entry of its own: the flood list
   * @throws net.viaduct.io.IoFailure EEXIST if it is there
   */
  public void appendRemote(int index, long mac, IpAddress remote) {
    String call = "add remote " + remote + " for " + MacAddress.format(mac);
    NetlinkRequest request =
        message(
            Neighbour.NEW,
            NetlinkRequest.CREATE | NetlinkRequest.APPEND,
            index,
            Neighbour.STATE_PERMANENT,
            FdbEntry.FLAG_SELF);
    request.mac(FdbEntry.MAC, mac).address(FdbEntry.REMOTE, remote);
    netlink.request(call + " to device " + index, request);
  }

  /**
   * Takes a remote from a station of a VXLAN device.
   *
   * @throws net.viaduct.io.IoFailure ENOENT if it is not there
   */
  public void removeRemote(int index, long mac, IpAddress remote) {
    NetlinkRequest request = message(Neighbour.DELETED, 0, index, 0, FdbEntry.FLAG_SELF);
    request.mac(FdbEntry.MAC, mac).address(FdbEntry.REMOTE, remote);
    String call = "remove remote " + remote + " for " + MacAddress.format(mac);
    netlink.request(call + " of device " + index, request);
  }

  /** Pins a station to a port of a bridge, in place of what was learned. */
  public void setPort(int portIndex, long mac) {
    NetlinkRequest request =
        message(
            Neighbour.NEW,
            NetlinkRequest.CREATE | NetlinkRequest.REPLACE,
            portIndex,
            FdbEntry.STATE_STATIC,
            FdbEntry.FLAG_MASTER);
    String call = "pin " + MacAddress.format(mac) + " to device " + portIndex;
    netlink.request(call, request.mac(FdbEntry.MAC, mac));
  }

  /**
   * Takes a station from a port of a bridge.
   *
   * @throws net.viaduct.io.IoFailure ENOENT if it is not there
   */
  public void removePort(int portIndex, long mac) {
    NetlinkRequest request = message(Neighbour.DELETED, 0, portIndex, 0, FdbEntry.FLAG_MASTER);
    String call = "remove " + MacAddress.format(mac) + " from device " + portIndex;
    netlink.request(call, request.mac(FdbEntry.MAC, mac));
  }

  private static NetlinkRequest message(int type, int how, int index, int state, int flags) {
    NetlinkRequest request = new NetlinkRequest(type, how).u8(RtnetlinkFamily.BRIDGE);
    return request.u8(0).u16(0).u32(index).u16(state).u8(flags).u8(0);
  }
}
