package net.viaduct.io.rtnetlink;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import net.viaduct.io.IoFailure;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.MacAddress;

/** The devices of a namespace. Safe from any thread; each call is a request to the kernel. */
public final class Links {
  private static final int NEW_DISCIPLINE = 36;
  private static final int DISCIPLINE_KIND = 1;
  private static final int ROOT = -1;
  private static final int GSO_MAX_SIZE = 41;
  private static final int NAMESPACE_DESCRIPTOR = 28;
  private static final int ADDRESS_FAMILIES = 26;
  private static final int FAMILY_INET6 = 10;
  private static final int INET6_ADDRESS_GENERATION = 8;
  private static final int NO_ADDRESSES = 1;
  private static final int EXTENDED_FILTER = 29;
  private static final int WITHOUT_STATISTICS = 1 << 3;

  private final Netlink netlink;

  Links(Netlink netlink) {
    this.netlink = netlink;
  }

  /** All devices, with statistics. */
  public List<Link> list() {
    return netlink.dump("list devices", get(0), Link::parse);
  }

  /** A device by its name. */
  public Optional<Link> find(String name) {
    LinkSpec.checkName(name);
    return find("find device " + name, get(0).text(Link.NAME, name));
  }

  /** A device by its index. */
  public Optional<Link> find(int index) {
    return find("find device " + index, get(index));
  }

  /**
   * A device that has to be there.
   *
   * @throws IoFailure ENODEV if it is not
   */
  public Link require(String name) {
    return find(name)
        .orElseThrow(() -> new IoFailure("find device " + name, "ENODEV", "no such device here"));
  }

  /**
   * Makes a device; it is down.
   *
   * @return its index; of a veth pair that of the end that stays here
   * @throws IoFailure EEXIST if the name is taken, EOPNOTSUPP if the kernel has no such kind
   */
  public int create(LinkSpec spec) {
    LinkKind kind = spec.kind();
    String call = "create " + kind.kernelName() + " " + spec.name();
    NetlinkRequest request =
        message(Link.NEW, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE, 0, 0, 0);
    request.text(Link.NAME, spec.name());
    if (spec.mtuBytes() != 0) {
      request.u32(Link.MTU, spec.mtuBytes());
    }
    if (spec.mac() != 0) {
      request.mac(Link.ADDRESS, spec.mac());
    }
    request.nested(
        Link.LINK_INFO,
        info -> {
          info.text(Link.INFO_KIND, kind.kernelName());
          info.nested(Link.INFO_DATA, kind::appendOptions);
        });
    netlink.request(call, request);
    return require(spec.name()).index();
  }

  /** Removes a device; the other end of a veth pair goes with it. */
  public void delete(int index) {
    netlink.request("delete device " + index, message(Link.DELETED, 0, index, 0, 0));
  }

  /** Sets a device up. */
  public void up(int index) {
    flags("set up", index, Link.FLAG_UP);
  }

  /** Sets a device down. */
  public void down(int index) {
    flags("set down", index, 0);
  }

  /** Renames a device. */
  public void rename(int index, String name) {
    LinkSpec.checkName(name);
    change("rename to " + name + " the", index, request -> request.text(Link.NAME, name));
  }

  /** Sets the largest payload of a frame. */
  public void mtu(int index, int bytes) {
    change("set MTU " + bytes + " of", index, request -> request.u32(Link.MTU, bytes));
  }

  /**
   * Sets how large a super-frame may be that the network stack gives the device to cut.
   *
   * @param bytes with all headers, up to 65,536
   */
  public void largestSuperFrame(int index, int bytes) {
    change("set gso_max_size " + bytes + " of", index, request -> request.u32(GSO_MAX_SIZE, bytes));
  }

  /** Frames do not wait in front of a device, but are given to it or dropped. */
  public void withoutDiscipline(int index) {
    // struct tcmsg { u8 family; u8 pad; u16 pad; int ifindex; u32 handle; u32 parent; u32 info }
    NetlinkRequest request =
        new NetlinkRequest(NEW_DISCIPLINE, NetlinkRequest.CREATE | NetlinkRequest.REPLACE)
            .u8(0)
            .u8(0)
            .u16(0)
            .u32(index)
            .u32(0)
            .u32(ROOT)
            .u32(0)
            .text(DISCIPLINE_KIND, "noqueue");
    netlink.request("leave out the queueing discipline of device " + index, request);
  }

  /** Sets the MAC address. */
  public void mac(int index, long mac) {
    String text = MacAddress.format(mac);
    change("set MAC address " + text + " of", index, request -> request.mac(Link.ADDRESS, mac));
  }

  /** Makes a device a port of a bridge; of none if the bridge's index is 0. */
  public void master(int index, int bridgeIndex) {
    change("set master " + bridgeIndex + " of", index, it -> it.u32(Link.MASTER, bridgeIndex));
  }

  /**
   * Moves a device, which goes down, into another namespace.
   *
   * @param namespace descriptor of that namespace
   * @param name that it has there
   */
  public void move(int index, int namespace, String name) {
    LinkSpec.checkName(name);
    change(
        "move as " + name + " to another namespace the",
        index,
        request -> request.text(Link.NAME, name).u32(NAMESPACE_DESCRIPTOR, namespace));
  }

  /** Keeps the kernel from giving a device an IPv6 link-local address, and what follows of it. */
  public void disableIpv6Autoconfiguration(int index) {
    change(
        "disable IPv6 address generation of",
        index,
        request ->
            request.nested(
                ADDRESS_FAMILIES,
                families ->
                    families.nested(
                        FAMILY_INET6, inet6 -> inet6.u8(INET6_ADDRESS_GENERATION, NO_ADDRESSES))));
  }

  private void flags(String what, int index, int value) {
    netlink.request(what + " device " + index, message(Link.NEW, 0, index, value, Link.FLAG_UP));
  }

  private void change(String what, int index, Consumer<NetlinkRequest> attributes) {
    NetlinkRequest request = message(Link.NEW, 0, index, 0, 0);
    attributes.accept(request);
    netlink.request(what + " device " + index, request);
  }

  private Optional<Link> find(String call, NetlinkRequest request) {
    try {
      NetlinkMessage message = netlink.get(call, request.u32(EXTENDED_FILTER, WITHOUT_STATISTICS));
      return Optional.ofNullable(Link.parse(message));
    } catch (IoFailure e) {
      if (e.errno().equals("ENODEV")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static NetlinkRequest get(int index) {
    return message(Link.GET, 0, index, 0, 0);
  }

  /** A message that begins with struct ifinfomsg. */
  private static NetlinkRequest message(int type, int how, int index, int flags, int change) {
    return new NetlinkRequest(type, how).u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
  }
}
